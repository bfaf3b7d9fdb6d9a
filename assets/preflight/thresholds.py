"""Every figure that a check compares with, in one place, each with where it comes from.

What an engine refuses stands in its own limits (`assets.limits`). These are ours: where a picture
or a recording starts to spoil the video. `docs/preflight.md` shows how they were calibrated.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure, its unit, and where it comes from."""

    value: float
    unit: str
    source: str


# The picture. "Measured" is `tests/calibration/pictures.py`, shown in docs/preflight-images.md.
IMAGE_SHORT_SIDE = Threshold(1080, "px", "the engine's guide: 1080p or higher")
IMAGE_SECOND_FACE = Threshold(0.6, "of the largest", "a face in the same depth; smaller is behind")
IMAGE_FACE_BEHIND = Threshold(0.35, "of the largest", "smaller faces were never animated instead")
IMAGE_SURE_FACE = Threshold(0.4, "certainty", "measured: what is no face seldom reaches 0.33")
IMAGE_SMALL_FACE = Threshold(0.12, "of the short side", "86 px in a video of 720p: eyes of 15 px")
IMAGE_CUT_FACE = Threshold(0.02, "of the face", "measured: how exactly a face's border is found")
IMAGE_BLUR = Threshold(2.5, "256ths of the face", "measured: sharp photographs have 1.7 at most")
IMAGE_BLUR_PIXELS = Threshold(2.2, "px", "measured: small faces of a sharp photograph have 2.1")
IMAGE_BLUR_LEAST_FACE = Threshold(48, "px", "in fewer there is nothing to measure")
IMAGE_DARK_MEDIAN = Threshold(0.33, "grey value, 0 to 1", "measured: two stops under a good light")
IMAGE_DARK_HIGHLIGHT = Threshold(0.36, "grey value, 0 to 1", "dark skin in good light is over it")
IMAGE_CLIPPED = Threshold(0.10, "of the face", "measured: shining skin in a good light has 0.03")
IMAGE_BRIGHT_MEDIAN = Threshold(0.92, "grey value, 0 to 1", "measured: pale skin has 0.8")
IMAGE_SIDE_STOPS = Threshold(1.5, "stops", "a lighting ratio of 3:1, the usual most for portraits")
IMAGE_BACKLIGHT_STOPS = Threshold(2.5, "stops", "measured: dark skin before a bright wall has 1.7")
IMAGE_BACKLIT_HIGHLIGHT = Threshold(0.45, "grey value, 0 to 1", "a face that gets light is over it")
IMAGE_JPEG_QUALITY = Threshold(45, "IJG quality", "the IJG library's guide: blocks show below 50")
IMAGE_BUSY = Threshold(0.75, "of the background", "measured: a studio with props has 0.64")
IMAGE_DIFFERENCE = Threshold(10, "CIE76", "about four just noticeable differences (2.3)")
#: What a proposed crop aims at.
IMAGE_CROPPED_FACE = Threshold(0.22, "of the short side", "head and shoulders, with some air")

# The sound. "Measured" is `tests/calibration/sounds.py`, shown in docs/preflight-sounds.md.
AUDIO_SHORT = Threshold(10, "s", "the engine's guide: ten seconds or more look natural")
AUDIO_CLIPPED_PLACES = Threshold(3, "places", "measured: unclipped speech has none at any level")
AUDIO_QUIET = Threshold(-30, "LUFS", "7 LU under the level of EBU R128; measured")
AUDIO_LOUD = Threshold(
    -11, "LUFS", "above every delivery level (AES TD1008: -14 at most); measured"
)
AUDIO_NOISE = Threshold(
    25, "dB", "measured: noise that is heard beside the voice; quiet rooms give 30"
)
AUDIO_PAUSE = Threshold(2, "s", "longer than the pause between two paragraphs of read speech")
AUDIO_END = Threshold(1.5, "s", "before the first and after the last word")
AUDIO_SYLLABLES = Threshold(6.8, "syllables/s", "measured: at most 6.5 in recordings of people")
#: What trimming leaves of a pause, and of the silence at each end.
AUDIO_KEPT_PAUSE = Threshold(0.4, "s", "the pause between two sentences of read speech")
AUDIO_KEPT_END = Threshold(0.2, "s", "enough for the mouth to open and to close")
#: What normalising aims at.
AUDIO_TARGET = Threshold(-16, "LUFS", "AES TD1008 for speech; a true peak of -1 dBTP: EBU R128")
AUDIO_CEILING = Threshold(-1, "dBTP", "EBU R128")

# The prompt
PROMPT_WORDS = Threshold(60, "words", "Guides to avatar prompts: simple, clear prompts work best")
PROMPT_HAN_PER_WORD = Threshold(
    1.6, "Chinese characters", "one English word in common parallel texts"
)
PROMPT_ACTIONS = Threshold(4, "actions at once", "the longest example called good names four")
PROMPT_ACTIONS_MEANWHILE = Threshold(
    3, "actions at once", "where the prompt itself says “simultaneously” or “while”"
)
PROMPT_ACTIONS_KEPT = Threshold(3, "actions", "“keep the first two or three”")
PROMPT_STEPS = Threshold(4, "steps", "joined by “then”; more do not fit into a few seconds")
PROMPT_ACTIONS_IN_ORDER = Threshold(
    5, "actions in a list that ends with “then”", "a clip of a few seconds, a second for each"
)
PROMPT_CAMERA_MOVES_IN_ORDER = Threshold(
    3, "camera movements one after another", "a clip of a few seconds has no time for more"
)
PROMPT_CAMERA_MOVES = Threshold(2, "camera movements at once", "one clear movement in a clip")
PROMPT_DENIAL_REACH = Threshold(7, "words", "how far a “no” or “without” reaches in its clause")
