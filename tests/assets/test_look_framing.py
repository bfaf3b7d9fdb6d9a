"""Which part of a picture is proposed, and which may be chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.limits import STRICT
from assets.looking.faces import Face
from assets.looking.framing import Framing, propose
from assets.preflight import thresholds


def face(x: float, y: float, side: float, width: int, height: int) -> Face:
    """A face at (x, y), the square's middle in px, of a picture of this size."""
    return Face(
        (x - side / 2) / width, (y - side / 2) / height, side / width, side / height,
        "frontal", 0.0, 1.0,
    )  # fmt: skip


def test_a_tiny_face_gets_a_framing_in_which_it_is_large_enough() -> None:
    framing = propose(4000, 3000, face(2500, 900, 300, 4000, 3000))
    assert min(framing.width, framing.height) == pytest.approx(300 / 0.22, abs=1)
    assert framing.width / framing.height == pytest.approx(4 / 3, abs=0.01)
    assert framing.left + framing.width / 2 == pytest.approx(2500, abs=1)
    assert framing.top < 750 < 1050 < framing.top + framing.height


def test_a_crop_is_not_made_too_small_where_more_of_the_picture_cures_the_face_as_well() -> None:
    framing = propose(4000, 3000, face(2500, 900, 180, 4000, 3000))
    assert min(framing.width, framing.height) == 1080


def test_a_tiny_face_in_a_corner_stays_in_the_picture() -> None:
    framing = propose(4000, 3000, face(60, 70, 100, 4000, 3000))
    assert (framing.left, framing.top) == (0, 0)


def test_a_picture_that_is_too_long_is_cut_around_the_face() -> None:
    framing = propose(3000, 1000, face(2400, 500, 300, 3000, 1000))
    assert (framing.width, framing.height, framing.top) == (1778, 1000, 0)
    assert framing.left < 2250 < 2550 < framing.left + framing.width


def test_without_a_face_the_middle_is_proposed() -> None:
    framing = propose(400, 2000, None)
    assert (framing.width, framing.height) == (400, 711)
    assert framing.refusal(400, 2000) == ""


def test_a_good_picture_is_proposed_whole() -> None:
    assert propose(1080, 1350, face(540, 500, 400, 1080, 1350)) == Framing(0, 0, 1080, 1350)


@pytest.mark.parametrize(
    ("framing", "words"),
    [
        (Framing(-1, 0, 400, 400), "must begin inside"),
        (Framing(0, 0, 0, 400), "must begin inside"),
        (Framing(700, 0, 400, 400), "reaches over the border: the picture has 1,000 × 2,000 px"),
        (Framing(0, 0, 299, 400), "300 px or more"),
        (Framing(0, 0, 400, 1001), "2.5 times the short one"),
        (Framing(0, 0, 400, 1000), ""),
    ],
)
def test_what_engines_would_refuse_cannot_be_chosen(framing: Framing, words: str) -> None:
    refusal = framing.refusal(1000, 2000)
    assert words in refusal
    assert bool(refusal) is bool(words)


@given(
    width=st.integers(300, 4096),
    height=st.integers(300, 4096),
    x=st.floats(0, 1),
    y=st.floats(0, 1),
    share=st.floats(0.02, 0.9),
)
def test_every_proposal_can_be_cut_and_cures_a_tiny_face(
    width: int, height: int, x: float, y: float, share: float
) -> None:
    side = share * min(width, height)
    framing = propose(width, height, face(x * width, y * height, side, width, height))
    assert framing.refusal(width, height) == ""
    short = min(framing.width, framing.height)
    cured = side / short >= thresholds.IMAGE_SMALL_FACE.value - 0.001
    assert cured or short <= STRICT.image_min_side + 1
