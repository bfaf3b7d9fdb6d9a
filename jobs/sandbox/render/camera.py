"""The camera: which movement a prompt asks for, and where it looks at a moment of the take."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Movement(StrEnum):
    """What the camera does. STATIC is also what a prompt without camera words gets."""

    STATIC = "static"
    PUSH_IN = "push-in"
    PULL_OUT = "pull-out"
    PAN_LEFT = "pan-left"
    PAN_RIGHT = "pan-right"
    TILT_UP = "tilt-up"
    TILT_DOWN = "tilt-down"
    HANDHELD = "handheld"


_WORDS: tuple[tuple[Movement, str], ...] = (
    (
        Movement.PUSH_IN,
        (
            r"push(es|ing)?[ -]?in\b|zoom(s|ing)?[ -]?in\b|doll(y|ies)[ -]?in\b|dolly(ing)? forward"
            r"|(moves?|closes|moving|closing|glides?) (slowly |gently )?(in|closer)\b"
            r"|推近|推进|推镜|拉近"
        ),
    ),
    (
        Movement.PULL_OUT,
        (
            r"pull(s|ing)?[ -]?(out|back|away)\b|zoom(s|ing)?[ -]?out\b"
            r"|doll(y|ies)[ -]?(out|back)\b|拉远|拉镜|后拉"
        ),
    ),
    (
        Movement.PAN_LEFT,
        (
            r"(pan|truck|track|slid|slide)(s|ning|ing)?\b[^,.;]{0,24}\bleft\b|left(ward)? pan"
            r"|(左摇|左移|向左)"
        ),
    ),
    (
        Movement.PAN_RIGHT,
        (
            r"(pan|truck|track|slid|slide)(s|ning|ing)?\b[^,.;]{0,24}\bright\b|right(ward)? pan"
            r"|(右摇|右移|向右)|\bpan(s|ning)?\b|横摇|\btruck(s|ing)?\b|\btracking shot\b"
        ),
    ),
    (
        Movement.TILT_UP,
        r"tilt(s|ing)?\b[^,.;]{0,16}\bup|(boom|crane|pedestal)s?[ -]?up\b|上摇",
    ),
    (
        Movement.TILT_DOWN,
        r"tilt(s|ing)?\b[^,.;]{0,16}\bdown|(boom|crane|pedestal)s?[ -]?down\b|下摇",
    ),
    (Movement.HANDHELD, r"hand[ -]?held|shoulder[ -]cam|手持"),
)
_STATIC = (
    r"static|locked[ -]?(off|down)|stationary camera|fixed camera|(stable|steady) camera|tripod"
    r"|no camera (movement|motion)|without camera (movement|motion)|固定镜头|静止镜头"
)
# The four words after a denial: "no camera shake", "without any zoom".
_DENIED = re.compile(
    r"\b(?:no|not|without|avoid|never|don't)\b(?:[ -][a-z]+){0,4}|(?:不要|没有|无)[^,。;,;]*"
)
_SLOW = re.compile(r"\b(slow(ly)?|gentl[ey]|subtle|slight(ly)?)\b|缓慢|慢慢")
_FAST = re.compile(r"\b(fast|quick(ly)?|rapid(ly)?|dramatic|strong)\b|快速")


def movement_of(prompt: str) -> Movement:
    """The movement the prompt asks for: the one named first; a denied one ("no zoom") is none."""
    text = _DENIED.sub(" ", prompt.lower())
    found = [
        (match.start(), movement)
        for movement, words in (*_WORDS, (Movement.STATIC, _STATIC))
        if (match := re.search(words, text))
    ]
    return min(found, key=lambda pair: pair[0], default=(0, Movement.STATIC))[1]


def strength_of(prompt: str) -> float:
    """How far the camera goes in the whole take, as a share of the picture."""
    text = prompt.lower()
    if _FAST.search(text):
        return 0.36
    return 0.16 if _SLOW.search(text) else 0.24


@dataclass(frozen=True, slots=True)
class View:
    """The part of the picture that fills the frame: zoom >= 1, shifts as shares of its side."""

    zoom: float
    shift_x: float = 0.0
    shift_y: float = 0.0
    turn_radians: float = 0.0


@dataclass(frozen=True, slots=True)
class Camera:
    """One movement over one take; ``centre``: where a push-in goes, shares of width and height."""

    movement: Movement
    strength: float
    centre: tuple[float, float]

    @property
    def largest_zoom(self) -> float:
        """The closest the camera ever gets; the picture is prepared in this sharpness."""
        return {Movement.STATIC: 1.0, Movement.HANDHELD: 1.06}.get(
            self.movement, 1.0 + self.strength
        )

    def view(self, progress: float, seconds: float) -> View:
        """Where it looks at ``progress`` (0..1 of the take), ``seconds`` after its start."""
        eased = progress * progress * (3 - 2 * progress)
        room = (1 - 1 / (1 + self.strength)) / 2
        match self.movement:
            case Movement.STATIC:
                return View(1.0)
            case Movement.PUSH_IN:
                return self._towards_centre(eased)
            case Movement.PULL_OUT:
                return self._towards_centre(1 - eased)
            case Movement.PAN_LEFT | Movement.PAN_RIGHT:
                sign = 1 if self.movement is Movement.PAN_RIGHT else -1
                return View(1 + self.strength, shift_x=sign * room * (2 * eased - 1))
            case Movement.TILT_UP | Movement.TILT_DOWN:
                sign = 1 if self.movement is Movement.TILT_DOWN else -1
                return View(1 + self.strength, shift_y=sign * room * (2 * eased - 1))
            case Movement.HANDHELD:
                return _handheld(seconds)

    def _towards_centre(self, share: float) -> View:
        zoom = 1 + self.strength * share
        room = (1 - 1 / zoom) / 2
        across, down = ((2 * value - 1) * room for value in self.centre)
        return View(zoom, shift_x=across, shift_y=down)


def _handheld(seconds: float) -> View:
    """Slow, irregular sway: sums of sines whose periods do not fit into each other."""
    across = 0.010 * math.sin(1.7 * seconds) + 0.006 * math.sin(4.1 * seconds + 1.3)
    down = 0.008 * math.sin(2.3 * seconds + 0.6) + 0.005 * math.sin(5.3 * seconds)
    return View(1.06, across, down, 0.004 * math.sin(1.3 * seconds + 2.0))


def frame_to_picture(
    view: View, frame: tuple[int, int], picture: tuple[int, int]
) -> NDArray[np.float64]:
    """The 2 x 3 matrix from a frame's pixel to the picture's; sizes are (width, height)."""
    scale = picture[0] / frame[0] / view.zoom
    cos, sin = math.cos(view.turn_radians) * scale, math.sin(view.turn_radians) * scale
    middle_x = (picture[0] - 1) / 2 + view.shift_x * picture[0]
    middle_y = (picture[1] - 1) / 2 + view.shift_y * picture[1]
    half_x, half_y = (frame[0] - 1) / 2, (frame[1] - 1) / 2
    return np.array(
        [
            [cos, -sin, middle_x - cos * half_x + sin * half_y],
            [sin, cos, middle_y - sin * half_x - cos * half_y],
        ]
    )
