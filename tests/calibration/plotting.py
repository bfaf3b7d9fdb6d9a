"""A small line plot as a PNG: measured values over steps, with the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

type Point = tuple[float, float]

_SIZE = (640, 300)
_LEFT, _TOP, _RIGHT, _BOTTOM = 60, 34, 20, 44
_INK, _QUIET, _GRID, _LIMIT = (40, 40, 40), (110, 110, 110), (225, 225, 225), (190, 60, 40)
_COLOURS = ((20, 96, 140), (190, 120, 20), (70, 130, 70), (130, 80, 150), (90, 90, 90))


@dataclass(frozen=True, slots=True)
class Plot:
    """`lines` by name, each a list of (step, value); values over `highest` lie on the edge."""

    title: str
    across: str
    lines: dict[str, list[Point]]
    limits: Sequence[float]
    highest: float

    def save(self, path: Path) -> None:
        """Draw it with at most 32 colours."""
        image = Image.new("RGB", _SIZE, (255, 255, 255))
        drawing = ImageDraw.Draw(image)
        font = ImageFont.load_default(12)
        steps = sorted({step for line in self.lines.values() for step, _ in line})
        drawing.text((_LEFT, 10), self.title, _INK, font)
        drawing.text((_LEFT, _SIZE[1] - 18), self.across, _QUIET, font)
        for number in range(5):
            value = self.highest * number / 4
            y = self._y(value)
            drawing.line((_LEFT, y, _SIZE[0] - _RIGHT, y), _GRID)
            drawing.text((_LEFT - 8, y), f"{value:.3g}", _QUIET, font, anchor="rm")
        for step in steps:
            place = (_x(step, steps), _SIZE[1] - _BOTTOM + 4)
            drawing.text(place, f"{step:g}", _QUIET, font, anchor="ma")
        for limit in self.limits:
            y = self._y(limit)
            drawing.line((_LEFT, y, _SIZE[0] - _RIGHT, y), _LIMIT, 2)
        for number, (name, line) in enumerate(self.lines.items()):
            colour = _COLOURS[number % len(_COLOURS)]
            drawing.line([(_x(step, steps), self._y(value)) for step, value in line], colour, 2)
            place = (_SIZE[0] - _RIGHT - 100 * number, _SIZE[1] - 18)
            drawing.text(place, name, colour, font, anchor="ra")
        image.quantize(32).save(path, optimize=True)

    def _y(self, value: float) -> float:
        share = min(max(value, 0.0), self.highest) / self.highest
        return _SIZE[1] - _BOTTOM - share * (_SIZE[1] - _BOTTOM - _TOP)


def _x(step: float, steps: Sequence[float]) -> float:
    """The steps stand at equal distances."""
    room = _SIZE[0] - _LEFT - _RIGHT - 30
    return _LEFT + 15 + steps.index(step) * room / max(1, len(steps) - 1)
