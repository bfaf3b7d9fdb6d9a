"""A small brush for the demo drawings: smooth filled shapes, soft shadows and gradients.

Everything is given in design units (1080 x 1350) and painted at SCALE times that size,
then reduced, which gives clean edges without an anti-aliasing library.
"""

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1080, 1350
SCALE = 2

Point = tuple[float, float]
Colour = tuple[int, int, int]


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 14) -> list[Point]:
    """The Catmull-Rom curve through ``points``."""
    count = len(points)
    spans = count if closed else count - 1
    curve: list[Point] = []
    for index in range(spans):
        a, b, c, d = (
            points[(index + offset) % count]
            if closed
            else points[min(max(index + offset, 0), count - 1)]
            for offset in (-1, 0, 1, 2)
        )
        for step in range(steps):
            t = step / steps
            curve.append((_catmull(a[0], b[0], c[0], d[0], t), _catmull(a[1], b[1], c[1], d[1], t)))
    return curve if closed else [*curve, points[-1]]


def _catmull(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )


def mirrored(points: Sequence[Point], axis: float = WIDTH / 2) -> list[Point]:
    """The same points on the other side of the vertical line x = ``axis``."""
    return [(2 * axis - x, y) for x, y in points]


def toned(colour: Colour, factor: float = 1, *, plus: int = 0) -> Colour:
    """A darker (factor below 1) or lighter (plus) tone of a colour."""
    red, green, blue = (min(255, int(value * factor) + plus) for value in colour)
    return red, green, blue


def both_sides(half: Sequence[Point], axis: float = WIDTH / 2) -> list[Point]:
    """A symmetric outline from its right half, given from top to bottom."""
    return [*half, *reversed([p for p in mirrored(half, axis) if abs(p[0] - axis) > 0.5])]


class Canvas:
    """One picture being painted."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))

    def mask(self, points: Sequence[Point], *, curved: bool = True, blur: float = 0) -> Image.Image:
        """Coverage (0..255) of the outline, softened by ``blur`` design units."""
        outline = smooth(points) if curved else list(points)
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon([(x * SCALE, y * SCALE) for x, y in outline], fill=255)
        return mask.filter(ImageFilter.GaussianBlur(blur * SCALE)) if blur else mask

    def shape(
        self,
        points: Sequence[Point],
        colour: Colour,
        *,
        curved: bool = True,
        blur: float = 0,
        alpha: float = 1,
        within: Image.Image | None = None,
    ) -> Image.Image:
        """Fill an outline, only inside the mask ``within`` if given; returns the mask used."""
        mask = self.mask(points, curved=curved, blur=blur)
        if within is not None:
            mask = ImageChops.multiply(mask, within)
        used = mask.point([round(value * alpha) for value in range(256)]) if alpha < 1 else mask
        self.image.paste(colour, (0, 0), used)
        return mask

    def oval(
        self, x: float, y: float, wide: float, high: float, colour: Colour, *,
        blur: float = 0, alpha: float = 1, within: Image.Image | None = None,
    ) -> Image.Image:  # fmt: skip
        """An ellipse with half axes ``wide`` and ``high``."""
        k = 0.7071
        points = [
            (x + wide, y), (x + wide * k, y + high * k),
            (x, y + high), (x - wide * k, y + high * k),
            (x - wide, y), (x - wide * k, y - high * k),
            (x, y - high), (x + wide * k, y - high * k),
        ]  # fmt: skip
        return self.shape(points, colour, blur=blur, alpha=alpha, within=within)

    def stroke(
        self, points: Sequence[Point], widths: Sequence[float], colour: Colour, *,
        blur: float = 0, alpha: float = 1,
    ) -> None:  # fmt: skip
        """A brush stroke along ``points`` whose full width at each point is given by ``widths``."""
        line = smooth(points, closed=False)
        thick = smooth([(w, 0.0) for w in widths], closed=False)
        upper: list[Point] = []
        lower: list[Point] = []
        for index, (x, y) in enumerate(line):
            before, after = line[max(index - 1, 0)], line[min(index + 1, len(line) - 1)]
            dx, dy = after[0] - before[0], after[1] - before[1]
            length = max((dx * dx + dy * dy) ** 0.5, 1e-6)
            half = thick[min(index, len(thick) - 1)][0] / 2
            upper.append((x - dy / length * half, y + dx / length * half))
            lower.append((x + dy / length * half, y - dx / length * half))
        self.shape([*upper, *reversed(lower)], colour, curved=False, blur=blur, alpha=alpha)

    def gradient(self, top: Colour, bottom: Colour, within: Image.Image | None = None) -> None:
        """A vertical gradient over the whole picture, or inside a mask."""
        ramp = Image.linear_gradient("L").resize(self.image.size)
        blend = Image.composite(
            Image.new("RGB", self.image.size, bottom), Image.new("RGB", self.image.size, top), ramp
        )
        self.image.paste(blend, (0, 0), within)

    def finished(self) -> Image.Image:
        """The picture in its final size."""
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
