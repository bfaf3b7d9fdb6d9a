"""Small plots drawn with Pillow: one panel per measurement, its threshold as a line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT, _COLUMNS = 420, 300, 2
_LEFT, _TOP, _RIGHT, _BOTTOM = 58, 44, 18, 46
_INK, _QUIET, _LINE = (38, 36, 32), (120, 116, 108), (224, 221, 214)
_THRESHOLD = (190, 60, 40)
_SERIES = ((40, 100, 150), (70, 140, 80), (150, 90, 160), (200, 140, 40))


@dataclass(frozen=True)
class Panel:
    """One measurement: `points` are (x, y, series), thresholds are values of y."""

    title: str
    x_words: str
    points: Sequence[tuple[float, float, int]]
    thresholds: Sequence[float]
    series: Sequence[str] = ()


def draw(panels: Sequence[Panel], to: Path) -> None:
    """All panels in two columns as a PNG."""
    rows = -(-len(panels) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * _WIDTH, rows * _HEIGHT), "white")
    for index, panel in enumerate(panels):
        corner = (index % _COLUMNS * _WIDTH, index // _COLUMNS * _HEIGHT)
        sheet.paste(_drawn(panel), corner)
    to.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(32).save(to, optimize=True)


def _drawn(panel: Panel) -> Image.Image:
    image = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    small, normal = ImageFont.load_default(11), ImageFont.load_default(13)
    xs, ys = [x for x, _, _ in panel.points], [y for _, y, _ in panel.points]
    left, right = min(xs), max(xs)
    low, high = min([*ys, *panel.thresholds]), max([*ys, *panel.thresholds])
    low, high = low - (high - low) * 0.06, high + (high - low) * 0.06

    def at(x: float, y: float) -> tuple[float, float]:
        across = (x - left) / ((right - left) or 1)
        up = (y - low) / ((high - low) or 1)
        return (
            _LEFT + across * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM),
        )

    pen.text((_LEFT, 14), panel.title, _INK, normal)
    for value in _round_values(low, high):
        _, y = at(left, value)
        pen.line((_LEFT, y, _WIDTH - _RIGHT, y), _LINE)
        pen.text((_LEFT - 6, y), f"{value:g}", _QUIET, small, anchor="rm")
    for x in sorted(set(xs)):
        pen.text((at(x, low)[0], _HEIGHT - _BOTTOM + 6), f"{x:g}", _QUIET, small, anchor="ma")
    pen.text((_WIDTH / 2, _HEIGHT - 16), panel.x_words, _QUIET, small, anchor="mm")
    for threshold in panel.thresholds:
        (x, y), (end, _) = at(left, threshold), at(right, threshold)
        pen.line((x, y, end, y), _THRESHOLD, 2)
        pen.text((end, y - 3), f"{threshold:g}", _THRESHOLD, small, anchor="rb")
    for x, y, series in panel.points:
        across, down = at(x, y)
        box = (across - 3, down - 3, across + 3, down + 3)
        pen.ellipse(box, _SERIES[series % len(_SERIES)])
    for index, name in enumerate(panel.series):
        pen.text((_LEFT + 6 + 90 * index, 30), name, _SERIES[index % len(_SERIES)], small)
    return image


def _round_values(low: float, high: float) -> list[float]:
    """Four to ten round values between the two, for the lines behind a plot."""
    rough = (high - low) / 5
    power = 10 ** math.floor(math.log10(rough))
    step = power * next(one for one in (1, 2, 5, 10) if one * power >= rough)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
