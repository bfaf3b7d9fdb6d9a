"""The looks of the demo presenters: everything that differs between two drawings."""

# fmt: off
from dataclasses import dataclass
from typing import TypedDict

from studio.operations.demo.brush import Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything that differs between two drawings."""

    file: str
    wall: tuple[Colour, Colour]
    lamp: Colour
    skin: Colour
    shade: Colour
    blush: Colour
    lips: tuple[Colour, Colour]
    iris: Colour
    hair: Colour
    hair_light: Colour
    hair_style: str
    outfit: str
    cloth: Colour
    cloth_dark: Colour
    shirt: Colour


class Person(TypedDict):
    """What stays the same in every look of one person."""

    skin: Colour
    shade: Colour
    blush: Colour
    lips: tuple[Colour, Colour]
    iris: Colour
    hair: Colour
    hair_light: Colour
    hair_style: str


WARM: Person = {
    "skin": (243, 199, 169),
    "shade": (204, 138, 107),
    "blush": (232, 132, 112),
    "lips": ((178, 72, 72), (205, 98, 94)),
    "iris": (86, 104, 74),
    "hair": (62, 36, 30),
    "hair_light": (112, 66, 48),
    "hair_style": "bob",
}
DEEP: Person = {
    "skin": (176, 118, 84),
    "shade": (112, 66, 46),
    "blush": (160, 84, 62),
    "lips": ((112, 56, 50), (148, 84, 72)),
    "iris": (58, 38, 28),
    "hair": (28, 22, 24),
    "hair_light": (66, 54, 54),
    "hair_style": "short",
}
LOOKS = (
    Look(file="ines-blazer.jpg", wall=((214, 226, 232), (150, 172, 186)), lamp=(255, 244, 222),
         outfit="blazer", cloth=(32, 58, 92), cloth_dark=(20, 38, 64), shirt=(247, 245, 240),
         **WARM),
    Look(file="ines-knit.jpg", wall=((247, 226, 205), (214, 168, 138)), lamp=(255, 248, 232),
         outfit="knit", cloth=(42, 122, 116), cloth_dark=(26, 88, 86), shirt=(42, 122, 116),
         **WARM),
    Look(file="tomas-studio.jpg", wall=((206, 214, 222), (124, 136, 156)), lamp=(255, 240, 214),
         outfit="blazer", cloth=(96, 92, 88), cloth_dark=(66, 62, 60), shirt=(226, 234, 240),
         **DEEP),
)
