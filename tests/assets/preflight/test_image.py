"""What the checks find in pictures of people, and that a good portrait is met with silence."""

from __future__ import annotations

import re
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from assets.limits import STRICT
from assets.looking.facts import measure_pixels
from assets.preflight.finding import Finding
from assets.preflight.image import ImageFacts, check_image
from tests.assets import pictures_of_people as people
from tests.assets.pictures_of_people import Name, Pixels, portrait
from tests.assets.preflight.findings import only

#: Light and dark skin.
NAMES: tuple[Name, ...] = ("ines-blazer", "tomas-studio")


def found(picture: Pixels, *, is_mascot: bool = False) -> list[Finding]:
    seen = measure_pixels(picture)
    facts = ImageFacts("image/png", 900_000, seen.width, seen.height, seen, is_mascot)
    return check_image(facts, STRICT)


def ids(picture: Pixels, *, is_mascot: bool = False) -> list[str]:
    return [finding.id for finding in found(picture, is_mascot=is_mascot)]


def cut(picture: Pixels, side: str, share: float) -> Pixels:
    """The picture cut through the face: `share` of the face is lost at one side."""
    height, width = picture.shape[:2]
    face = measure_pixels(picture).faces[0]
    inward = {
        "left": picture[:, round((face.x + share * face.width) * width) :],
        "top": picture[round((face.y + share * face.height) * height) :],
        "bottom": picture[: round((face.y + (1 - share) * face.height) * height)],
    }
    return np.ascontiguousarray(inward[side])


# -- Good pictures -------------------------------------------------------------------------------

UNHARMED: dict[str, Callable[[Pixels], Pixels]] = {
    "as it is": lambda picture: picture,
    "JPEG of quality 80": lambda picture: people.as_jpeg(picture, 80),
    "JPEG of quality 60": lambda picture: people.as_jpeg(picture, 60),
    "a little soft": lambda picture: people.blurred(picture, 1.5),
    "grain": lambda picture: people.noisy(picture, 8),
    "a third of a stop darker": lambda picture: people.lit(picture, 0.85),
    "a little brighter": lambda picture: people.lit(picture, 1.1),
    "head bent a little": lambda picture: people.turned(picture, 10),
    "mirrored": lambda picture: np.ascontiguousarray(picture[:, ::-1]),
    "soft light from one side": lambda picture: people.lit_from_one_side(picture, 0.8),
    "a plain wall": lambda picture: people.before(picture, people.wall(1080, 1350)),
    "a blurred shelf": lambda picture: people.before(
        picture, people.blurred(people.clutter(1080, 1350), 14)
    ),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change", UNHARMED)
def test_an_ordinary_good_portrait_is_met_with_silence(name: Name, change: str) -> None:
    assert ids(UNHARMED[change](portrait(name))) == []


# -- Spoilt pictures -----------------------------------------------------------------------------

SPOILT: dict[str, tuple[str, Callable[[Pixels], Pixels]]] = {
    "out of focus": ("image.blur", lambda picture: people.blurred(picture, 6)),
    "out of focus and grain": (
        "image.blur",
        lambda picture: people.noisy(people.blurred(picture, 8), 4),
    ),
    "moved sideways": ("image.blur", lambda picture: people.moved(picture, 25)),
    "moved up": ("image.blur", lambda picture: people.moved(picture, 25, upright=True)),
    "in the dark": ("image.dark", lambda picture: people.lit(picture, 0.3)),
    "almost black": ("image.dark", lambda picture: people.lit(picture, 0.1)),
    "against the light": (
        "image.backlight",
        lambda picture: people.against_the_light(picture, 0.3),
    ),
    "one half in the shadow": (
        "image.side_light",
        lambda picture: people.lit_from_one_side(picture, 0.4),
    ),
    "tilted to the left": ("image.tilted", lambda picture: people.turned(picture, 32)),
    "tilted to the right": ("image.tilted", lambda picture: people.turned(picture, -32)),
    "JPEG of quality 20": ("image.compression", lambda picture: people.as_jpeg(picture, 20)),
    "JPEG of quality 35": ("image.compression", lambda picture: people.as_jpeg(picture, 35)),
    "a cluttered shelf": (
        "image.background",
        lambda picture: people.before(picture, people.clutter(1080, 1350)),
    ),
    "800 px": ("image.small", lambda picture: people.scaled(picture, 0.74)),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", SPOILT)
def test_what_spoils_a_portrait_is_warned_about_and_nothing_else(name: Name, fault: str) -> None:
    wanted, spoil = SPOILT[fault]
    finding = only(found(spoil(portrait(name))))
    assert (finding.id, finding.level) == (wanted, "warn")


@pytest.mark.parametrize("name", ["ines-blazer", "ines-knit"])
def test_an_overexposed_face_is_warned_about(name: Name) -> None:
    assert only(found(people.lit(portrait(name), 1.4))).id == "image.bright"


def test_dark_skin_in_good_light_is_neither_dark_nor_backlit() -> None:
    seen = measure_pixels(portrait("tomas-studio"))
    assert seen.light
    assert seen.light.median < 0.5
    assert ids(people.before(portrait("tomas-studio"), people.wall(1080, 1350, 245))) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("side", "border"), [("left", "left"), ("top", "upper"),
                                              ("bottom", "lower")])  # fmt: skip
def test_a_face_that_is_cut_off_is_found_and_called_cut(name: Name, side: str, border: str) -> None:
    cuts = [one for one in found(cut(portrait(name), side, 0.15)) if one.id == "image.cut_face"]
    assert f"cut off at the {border} border" in only(cuts).message


def test_a_strong_compression_is_seen_after_cropping_and_saving_again() -> None:
    bad = people.as_jpeg(portrait(), 25)
    again = people.as_jpeg(np.ascontiguousarray(bad[3:, 5:]), 95)
    [finding] = [one for one in found(again) if one.id == "image.compression"]
    assert re.search(r"of about quality 2[3-7];", finding.message)


def test_blur_is_of_the_face_not_of_what_is_behind() -> None:
    soft = people.before(portrait(), people.blurred(portrait(), 20))
    sharp_behind = people.before(people.blurred(portrait(), 8), portrait())
    assert "image.blur" not in ids(soft)
    assert "image.blur" in ids(sharp_behind)


def test_a_tiny_face_is_found_and_can_be_cropped() -> None:
    far = people.placed(people.scaled(portrait(), 0.2), people.wall(2400, 1600), left=900, top=600)
    finding = only(found(far))
    assert (finding.id, finding.remedy) == ("image.small_face", "crop")
    assert "6% of the short side; 12% are the least" in finding.message


# -- How many ------------------------------------------------------------------------------------


def test_two_people_side_by_side_stop() -> None:
    pair = np.concatenate([portrait("ines-blazer"), portrait("tomas-studio")], axis=1)
    finding = only(found(pair))
    assert (finding.id, finding.level, finding.remedy) == ("image.faces", "stop", "mascot")
    assert finding.message.startswith("2 faces")


def test_six_people_stop() -> None:
    row = np.concatenate([people.scaled(portrait(name), 0.5) for name in people.NAMES], axis=1)
    finding = [one for one in found(np.concatenate([row, row])) if one.id == "image.faces"]
    assert only(finding).message.startswith("6 faces")


@pytest.mark.parametrize(("size", "levels"), [(0.2, []), (0.45, ["warn"])])
def test_a_face_in_a_poster_behind_the_speaker_never_stops(size: float, levels: list[str]) -> None:
    poster = people.scaled(portrait("tomas-studio"), size)
    room = people.wall(1920, 1350)
    whole = people.placed(
        portrait(), people.placed(poster, room, left=1200, top=100), left=0, top=0
    )
    faces = [one.level for one in found(whole) if one.id == "image.faces"]
    assert faces == levels


# -- No face -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "picture",
    [people.wall(1200, 1200), people.clutter(1200, 1200), people.drawn_fox()],
    ids=["wall", "clutter", "drawing"],
)
def test_a_picture_without_a_face_stops_until_it_is_a_mascot(picture: Pixels) -> None:
    finding = only(found(picture))
    assert (finding.id, finding.level, finding.remedy) == ("image.no_face", "stop", "mascot")
    assert finding.message == "No face was found in the image."
    assert ids(picture, is_mascot=True) == []


def test_of_a_mascot_no_face_is_asked_for_but_its_file_is_checked() -> None:
    blurred = people.blurred(people.scaled(portrait(), 0.5), 9)
    assert "image.blur" in ids(blurred)
    assert ids(blurred, is_mascot=True) == ["image.small"]
    bad = people.as_jpeg(people.drawn_fox(), 10)
    assert ids(bad, is_mascot=True) == ["image.compression"]


def test_a_picture_is_measured_alike_at_any_size() -> None:
    large = people.scaled(portrait(), 1.5)
    small = cv2.resize(portrait(), None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    one, two = measure_pixels(large), measure_pixels(np.asarray(small, np.uint8))
    assert one.light
    assert two.light
    assert one.light.median == pytest.approx(two.light.median, abs=0.03)
    assert one.face
    assert two.face
    assert one.face.x == pytest.approx(two.face.x, abs=0.03)
