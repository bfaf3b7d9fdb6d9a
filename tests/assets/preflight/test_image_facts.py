"""What the checks make of measured facts, whatever the picture was."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assets.limits import STRICT
from assets.looking.background import Behind
from assets.looking.face_measures import FaceLight
from assets.looking.faces import Face
from assets.looking.facts import LookFacts, measure_pixels
from assets.preflight.finding import Finding
from assets.preflight.image import CHECKS, ImageFacts, check_image
from tests.assets.pictures_of_people import portrait
from tests.assets.preflight.findings import only


def facts(**other: object) -> LookFacts:
    """Of a good portrait, as far as nothing else is said."""
    seen = measure_pixels(portrait())
    return replace(seen, **other)  # type: ignore[arg-type]


def checked(seen: LookFacts) -> list[Finding]:
    return check_image(ImageFacts("image/png", 1, seen.width, seen.height, seen), STRICT)


def test_a_face_from_the_side_is_warned_about_and_not_called_badly_lit() -> None:
    seen = facts()
    assert seen.face
    assert seen.light
    turned = replace(seen.face, kind="profile", yaw_degrees=70.0)
    light = replace(seen.light, side_stops=3.0)
    assert only(checked(replace(seen, faces=(turned,), light=light))).id == "image.profile"


def test_a_person_of_the_colour_of_the_wall_is_warned_about() -> None:
    seen = facts(behind=Behind(brighter_stops=0.1, difference=4.0, busy=0.0))
    assert only(checked(seen)).id == "image.background"


def test_a_second_face_of_which_nobody_is_sure_stops_nothing() -> None:
    seen = facts()
    assert seen.face
    doubtful = replace(seen.face, x=0.0, certainty=0.3)
    assert checked(replace(seen, faces=(seen.face, doubtful))) == []


def test_what_was_not_measured_is_checked_for_the_hard_limits_only() -> None:
    assert check_image(ImageFacts("image/png", 1, 720, 720), STRICT) == []


def test_every_check_of_the_catalogue_is_documented_and_can_be_found() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS) == 18
    for check in CHECKS:
        assert check.owner == "image"
        assert all((check.title, check.why, check.measured, check.source))


@given(
    width=st.integers(1, 9000),
    height=st.integers(1, 9000),
    face=st.builds(
        Face,
        x=st.floats(-1, 1),
        y=st.floats(-1, 1),
        width=st.floats(0.001, 2),
        height=st.floats(0.001, 2),
        kind=st.sampled_from(["frontal", "tilted", "profile"]),
        yaw_degrees=st.none(),
        certainty=st.floats(0, 1),
    ),
    number=st.integers(0, 3),
    blur=st.floats(0, 256),
    light=st.builds(
        FaceLight,
        median=st.floats(0, 1),
        highlight=st.floats(0, 1),
        crushed=st.floats(0, 1),
        clipped=st.floats(0, 1),
        side_stops=st.floats(-9, 9),
    ),
    behind=st.none()
    | st.builds(
        Behind,
        brighter_stops=st.floats(-9, 9),
        difference=st.floats(0, 100),
        busy=st.floats(0, 1),
    ),
    quality=st.none() | st.integers(1, 100),
)
def test_no_facts_make_a_check_raise(
    width: int, height: int, face: Face, number: int, blur: float, light: FaceLight,
    behind: Behind | None, quality: int | None,
) -> None:  # fmt: skip
    seen = LookFacts(width, height, (face,) * number, blur, light, behind, quality)
    assert all(finding.message and finding.fix for finding in checked(seen))
