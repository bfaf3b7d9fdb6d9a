"""What is looked for in a look's reference image, and why."""

from __future__ import annotations

from assets.preflight import thresholds as t
from assets.preflight.finding import Check, Level

_GUIDE = "Kling Avatar 2.0 guide, image input best practices"
_ENGINES = "the engines' documentation; each engine's own limits"


def _check(
    id_: str, title: str, why: str, measured: str, source: str = _GUIDE, level: Level = "warn"
) -> Check:
    return Check(f"image.{id_}", level, "image", title, why, measured, source)


TYPE = _check(
    "type",
    "File type",
    "The engine refuses a file that it cannot read.",
    "The type is recognised from the bytes, not from the name.",
    _ENGINES,
    "stop",
)
BYTES = _check(
    "bytes",
    "File size",
    "The engine refuses a file over its limit.",
    "Counted; a look is made to fit 10,000,000 bytes when it comes in.",
    _ENGINES,
    "stop",
)
SIZE = _check(
    "size",
    "Pixels",
    "The engine refuses a picture with a side under its limit.",
    "Width and height of the stored picture.",
    _ENGINES,
    "stop",
)
RATIO = _check(
    "ratio",
    "Shape",
    "The engine refuses a picture that is longer than 1:2.5.",
    "Long side over short side of the stored picture.",
    _ENGINES,
    "stop",
)
NO_FACE = _check(
    "no_face",
    "A face",
    "Without a face the engine has no mouth to move; the seconds are paid all the same.",
    "Three searches for faces: frontal, tilted by 30 degrees, in profile. None found is a stop "
    "until somebody says that this is a mascot.",
    "docs/preflight-images.md",
    "stop",
)
FACES = _check(
    "faces",
    "One face only",
    "With two people the engine chooses who speaks, or moves both.",
    f"A second face of at least {t.IMAGE_SECOND_FACE.value:.0%} of the first one's size, where the "
    f"detector is sure, is a stop; from {t.IMAGE_FACE_BEHIND.value:.0%} on (a poster, a passer-by) "
    "it is a warning.",
    "docs/preflight-images.md",
    "stop",
)
SMALL = _check(
    "small",
    "Resolution",
    "The video shows no more detail than the picture has.",
    f"The short side, against {t.IMAGE_SHORT_SIDE.value:,.0f} px.",
)
BLUR = _check(
    "blur",
    "Sharp face",
    "A soft face stays soft in every frame, and its lips are guessed.",
    "The radius of the blur of the face's own edges (not of the background): at most "
    f"{t.IMAGE_BLUR.value:g} 256ths of its side, or {t.IMAGE_BLUR_PIXELS.value:g} px if small.",
)
DARK = _check(
    "dark",
    "Dark face",
    "What the picture does not show the engine invents.",
    f"The face's middle grey under {t.IMAGE_DARK_MEDIAN.value:g} and its light parts under "
    f"{t.IMAGE_DARK_HIGHLIGHT.value:g} of white. Dark skin in good light passes.",
)
BRIGHT = _check(
    "bright",
    "Overexposed face",
    "White areas have no skin left to animate.",
    f"More than {t.IMAGE_CLIPPED.value:.0%} of the face without detail, or a middle grey over "
    f"{t.IMAGE_BRIGHT_MEDIAN.value:g} of white.",
)
BACKLIGHT = _check(
    "backlight",
    "Backlight",
    "A face against the light is a silhouette; the engine invents it.",
    f"The background {t.IMAGE_BACKLIGHT_STOPS.value:g} stops brighter than the face, and no part "
    "of the face lit.",
)
SIDE_LIGHT = _check(
    "side_light",
    "Even light",
    "A half of the face in shadow flickers when the head turns.",
    "The difference between the face's left and right half, against "
    f"{t.IMAGE_SIDE_STOPS.value:g} stops.",
)
PROFILE = _check(
    "profile",
    "Turned face",
    "From the side the engine sees half a mouth and invents the other half.",
    "Only the search for profiles found the face (or a yaw over 45 degrees, with a network).",
)
TILTED = _check(
    "tilted",
    "Tilted head",
    "A head far off upright starts the video in a pose it cannot hold.",
    "The tilt at which the face is found most surely, against 16 degrees (15 with a network).",
)
SMALL_FACE = _check(
    "small_face",
    "Size of the face",
    "In a video of 720p the lips of a tiny face are a few pixels.",
    f"The face's side against {t.IMAGE_SMALL_FACE.value:.0%} of the picture's short side.",
)
CUT_FACE = _check(
    "cut_face",
    "Whole face",
    "What lies outside the picture the engine invents, and it changes from frame to frame.",
    "The face, brow to chin, reaches the border of the picture.",
)
COMPRESSION = _check(
    "compression",
    "Compression",
    "Blocks and smears of a strongly compressed picture are animated with the face.",
    "The JPEG quality that the pixels still show, also after the picture was saved again, against "
    f"{t.IMAGE_JPEG_QUALITY.value:g}.",
    "ITU-T T.81; Fan and de Queiroz 2003",
)
BACKGROUND = _check(
    "background",
    "Background",
    "A busy background, or one of the person's own colour, swims when the person moves.",
    f"Edges in {t.IMAGE_BUSY.value:.0%} of the background, or two of hair, face and clothes "
    f"nearer to its colour than {t.IMAGE_DIFFERENCE.value:g} (CIE76).",
)

CHECKS: tuple[Check, ...] = (
    TYPE, BYTES, SIZE, RATIO, NO_FACE, FACES, SMALL, BLUR, DARK, BRIGHT, BACKLIGHT, SIDE_LIGHT,
    PROFILE, TILTED, SMALL_FACE, CUT_FACE, COMPRESSION, BACKGROUND,
)  # fmt: skip
