"""What is asked of a person's face, of its light, and of what is behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assets.looking.faces import Face
from assets.looking.facts import LookFacts
from assets.preflight import image_checks as checks
from assets.preflight import thresholds as t
from assets.preflight.finding import Finding

type FaceRule = Callable[[LookFacts, Face], Iterator[Finding]]


def no_face() -> Finding:
    """That none was found; not that nobody is there."""
    return checks.NO_FACE.found(
        "No face was found in the image.",
        "Use a picture with the whole face towards the camera. If this is a mascot or a drawing, "
        "say so.",
        remedy="mascot",
    )


def _faces(seen: LookFacts, face: Face) -> Iterator[Finding]:
    others = [other.width / face.width for other in seen.faces[1:] if _is_sure(other)]
    beside = [size for size in others if size >= t.IMAGE_SECOND_FACE.value]
    behind = [size for size in others if size >= t.IMAGE_FACE_BEHIND.value]
    if beside:
        yield checks.FACES.found(
            f"{len(beside) + 1} faces of about the same size were found; the engine lets one "
            "person speak.",
            "Crop to one person, or use a picture of one. If these are mascots, say so.",
            remedy="mascot",
        )
    elif behind:
        yield checks.FACES.found(
            f"Behind the largest face a smaller one was found ({max(behind):.0%} of its size); "
            "the engine may move that one too.",
            "Crop the smaller face out, or use a picture without it.",
            remedy="crop",
            level="warn",
        )


def _blur(seen: LookFacts, face: Face) -> Iterator[Finding]:
    pixels = face.width * seen.width
    # Against the light the strongest edge is the person's outline, not the face's.
    if seen.blur is None or pixels < t.IMAGE_BLUR_LEAST_FACE.value or _is_backlit(seen):
        return
    most = max(t.IMAGE_BLUR.value, t.IMAGE_BLUR_PIXELS.value * 256 / pixels)
    if seen.blur > most:
        yield checks.BLUR.found(
            f"The face is blurred: its edges are {seen.blur * pixels / 256:.1f} px soft, where "
            f"{most * pixels / 256:.1f} px are the most.",
            "Use a picture that is in focus on the eyes.",
        )


def _light(seen: LookFacts, face: Face) -> Iterator[Finding]:
    """One of: against the light, dark, too bright. Each would follow from the one before."""
    if (light := seen.light) is None:
        return
    if _is_backlit(seen):
        assert seen.behind
        yield checks.BACKLIGHT.found(
            f"The background is {seen.behind.brighter_stops:.1f} stops brighter than the face; "
            f"{t.IMAGE_BACKLIGHT_STOPS.value:g} are the most.",
            "Turn the person towards the window, or light the face from the front.",
        )
    elif _is_dark(seen):
        yield checks.DARK.found(
            f"The face is dark: its middle grey is {light.median:.0%} of white, its light parts "
            f"{light.highlight:.0%}.",
            "Use a picture with more light on the face, or brighten it before you add it.",
        )
    elif light.clipped > t.IMAGE_CLIPPED.value or light.median > t.IMAGE_BRIGHT_MEDIAN.value:
        yield checks.BRIGHT.found(
            f"The face is overexposed: {light.clipped:.0%} of it is white without detail, its "
            f"middle grey {light.median:.0%} of white.",
            "Use a picture with less light on the face; what is white cannot be brought back.",
        )


def _side_light(seen: LookFacts, face: Face) -> Iterator[Finding]:
    # From the side one half of the square is hair, or what is behind.
    if seen.light is None or face.kind == "profile":
        return
    if abs(seen.light.side_stops) > t.IMAGE_SIDE_STOPS.value:
        dark = "right" if seen.light.side_stops > 0 else "left"
        yield checks.SIDE_LIGHT.found(
            f"The {dark} half of the face is {abs(seen.light.side_stops):.1f} stops darker than "
            f"the other; {t.IMAGE_SIDE_STOPS.value:g} are the most.",
            "Use a picture with even, soft light from the front.",
        )


def _turned(seen: LookFacts, face: Face) -> Iterator[Finding]:
    if face.kind == "profile":
        yield checks.PROFILE.found(
            "The face is seen from the side.",
            "Use a picture from the front, or with the head turned a little at most.",
        )
    elif face.kind == "tilted":
        yield checks.TILTED.found(
            "The head is tilted by more than 15 degrees.",
            "Use a picture with the head upright, or turn this one before you add it.",
        )


def _small_face(seen: LookFacts, face: Face) -> Iterator[Finding]:
    short = min(seen.width, seen.height)
    share = face.width * seen.width / max(1, short)
    if share < t.IMAGE_SMALL_FACE.value:
        yield checks.SMALL_FACE.found(
            f"The face is {face.width * seen.width:.0f} px wide, {share:.0%} of the short side; "
            f"{t.IMAGE_SMALL_FACE.value:.0%} are the least.",
            "Crop the picture to head and shoulders.",
            remedy="crop",
        )


def _cut_face(seen: LookFacts, face: Face) -> Iterator[Finding]:
    borders = {
        "left": face.x / face.width,
        "right": (1 - face.x - face.width) / face.width,
        "upper": face.y / face.height,
        "lower": (1 - face.y - face.height) / face.height,
    }
    cut = [name for name, room in borders.items() if room < t.IMAGE_CUT_FACE.value]
    if cut:
        yield checks.CUT_FACE.found(
            f"The face is cut off at the {' and the '.join(cut)} border.",
            "Use a picture with the whole face and some air around it.",
        )


def _background(seen: LookFacts, face: Face) -> Iterator[Finding]:
    if (behind := seen.behind) is None:
        return
    if behind.busy > t.IMAGE_BUSY.value:
        yield checks.BACKGROUND.found(
            f"The background is busy: {behind.busy:.0%} of it is full of edges.",
            "Use a plain or blurred background.",
        )
    elif behind.difference < t.IMAGE_DIFFERENCE.value and not _is_dark(seen):
        yield checks.BACKGROUND.found(
            f"The person hardly stands out: the background differs by {behind.difference:.0f} in "
            f"colour, {t.IMAGE_DIFFERENCE.value:g} are the least.",
            "Use a background of another colour or brightness.",
        )


def _is_sure(face: Face) -> bool:
    return face.certainty >= t.IMAGE_SURE_FACE.value


def _is_dark(seen: LookFacts) -> bool:
    light = seen.light
    return (
        light is not None
        and light.median < t.IMAGE_DARK_MEDIAN.value
        and light.highlight < t.IMAGE_DARK_HIGHLIGHT.value
    )


def _is_backlit(seen: LookFacts) -> bool:
    return (
        seen.light is not None
        and seen.behind is not None
        and seen.behind.brighter_stops > t.IMAGE_BACKLIGHT_STOPS.value
        and seen.light.highlight < t.IMAGE_BACKLIT_HIGHLIGHT.value
    )


FACE_RULES: tuple[FaceRule, ...] = (
    _faces, _blur, _light, _side_light, _turned, _small_face, _cut_face, _background,
)  # fmt: skip
