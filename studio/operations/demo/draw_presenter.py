"""Draw the demo presenters: our own illustrations, so that they may ship with the project.

Run: ``python -m studio.operations.demo.draw_presenter`` (writes the JPEG files beside this script).
The people do not exist.
"""

# fmt: off
import sys
from pathlib import Path

from PIL import Image

from studio.operations.demo.brush import Canvas, Point, both_sides, mirrored, toned
from studio.operations.demo.figure import (
    eye,
    hair_behind,
    hair_in_front,
    head,
    neck,
    nose_and_mouth,
)
from studio.operations.demo.looks import LOOKS, Look

HERE = Path(__file__).resolve().parent


def background(canvas: Canvas, look: Look) -> None:
    """A studio wall with a key light, an arch, a shelf and a plant, slightly out of focus."""
    canvas.gradient(*look.wall)
    arch = [(200, 1350), (200, 560), (250, 330), (390, 180), (540, 140), (690, 180), (830, 330),
            (880, 560), (880, 1350)]
    canvas.shape(arch, toned(look.wall[0], plus=16), blur=3, alpha=0.75)
    canvas.oval(400, 380, 330, 340, look.lamp, blur=120, alpha=0.8)
    wood = (168, 122, 88)
    canvas.shape([(900, 470), (1080, 470), (1080, 488), (900, 488)], wood, curved=False, blur=3)
    for x, top, colour in ((922, 352, (188, 96, 78)), (956, 372, (70, 104, 120)),
                           (990, 340, (226, 202, 160)), (1026, 366, (92, 82, 110))):
        canvas.shape([(x, top), (x + 27, top), (x + 27, 470), (x, 470)], colour, curved=False,
                     blur=3)
    plant(canvas, 104, 1010)
    canvas.shape([(0, 1180), (1080, 1180), (1080, 1350), (0, 1350)], toned(look.wall[1], 0.86),
                 curved=False, blur=40, alpha=0.5)


def plant(canvas: Canvas, x: float, y: float) -> None:
    """Leaves and a pot at the left edge."""
    leaves = ((-70, -330, (58, 112, 84)), (70, -390, (74, 134, 98)), (0, -470, (50, 100, 78)),
              (120, -230, (86, 148, 108)), (-110, -180, (72, 126, 94)))
    for dx, dy, colour in leaves:
        nx, ny = -dy * 0.13, dx * 0.13
        canvas.shape([(x, y), (x + dx * 0.5 + nx, y + dy * 0.5 + ny), (x + dx, y + dy),
                      (x + dx * 0.5 - nx, y + dy * 0.5 - ny)], colour, blur=3)
    canvas.shape([(x - 82, y - 10), (x + 82, y - 10), (x + 62, y + 190), (x - 62, y + 190)],
                 (222, 208, 192), curved=False, blur=3)


def torso(canvas: Canvas, look: Look) -> None:
    """Shoulders and clothes."""
    half: list[Point] = [(540, 880), (640, 892), (742, 930), (850, 984), (930, 1070), (972,
                                                                                       1200),
                         (1000, 1420), (540, 1460)]
    body = canvas.shape(both_sides(half), look.cloth)
    canvas.shape([(780, 940), (960, 1040), (1040, 1400), (830, 1400), (812, 1160)],
                 look.cloth_dark,
                 blur=40, alpha=0.55, within=body)
    if look.outfit == "blazer":
        blazer(canvas, look)
    else:
        knit(canvas, look, body)


def blazer(canvas: Canvas, look: Look) -> None:
    """An open collar under lapels."""
    canvas.shape([(438, 872), (642, 872), (672, 1000), (560, 1400), (520, 1400), (408, 1000)],
                 look.shirt, curved=False)
    crease = (198, 200, 206)
    canvas.shape([(534, 1010), (546, 1010), (550, 1400), (530, 1400)], crease, curved=False,
                 blur=3, alpha=0.7)
    lapel: list[Point] = [(650, 866), (700, 928), (742, 1050), (690, 1074), (720, 1106), (562,
                                                                                          1400),
                          (536, 1400), (560, 1240), (656, 990)]
    for points, alpha in ((lapel, 1.0), (mirrored(lapel), 0.82)):
        canvas.shape([(x, y + 8) for x, y in points], (10, 16, 28), curved=False, blur=9,
                     alpha=0.4)
        canvas.shape(points, look.cloth_dark, curved=False)
        canvas.shape(points, look.cloth, curved=False, alpha=alpha * 0.5)
    collar: list[Point] = [(634, 846), (668, 906), (640, 1010), (546, 968), (622, 900)]
    for points in (collar, mirrored(collar)):
        canvas.shape([(x, y + 6) for x, y in points], (90, 96, 110), curved=False, blur=8,
                     alpha=0.45)
        canvas.shape(points, look.shirt, curved=False)


def knit(canvas: Canvas, look: Look, body: Image.Image) -> None:
    """A round collar and soft folds."""
    for x, alpha in ((300, 0.35), (780, 0.4)):
        canvas.stroke([(x, 1080), (x + 12, 1220), (x - 8, 1400)], [4, 16, 22], look.cloth_dark,
                      blur=8, alpha=alpha)
    canvas.oval(540, 890, 142, 92, look.cloth_dark, within=body)
    canvas.oval(540, 884, 134, 80, look.cloth)
    canvas.oval(540, 872, 118, 72, look.cloth_dark)


def draw(look: Look) -> Image.Image:
    """The finished picture of one look."""
    canvas = Canvas()
    background(canvas, look)
    hair_behind(canvas, look)
    if look.outfit == "blazer":
        torso(canvas, look)
        neck(canvas, look)
        blazer_front(canvas, look)
    else:
        torso(canvas, look)
        neck(canvas, look)
    head(canvas, look)
    for x, side in ((458, -1), (622, 1)):
        eye(canvas, look, x, side)
    nose_and_mouth(canvas, look)
    hair_in_front(canvas, look)
    return canvas.finished()


def blazer_front(canvas: Canvas, look: Look) -> None:
    """The collar again, over the neck."""
    collar: list[Point] = [(634, 826), (674, 900), (640, 1014), (548, 962), (622, 896)]
    for points in (collar, mirrored(collar)):
        canvas.shape([(x, y + 6) for x, y in points], (60, 60, 74), curved=False, blur=8,
                     alpha=0.4)
        canvas.shape(points, look.shirt, curved=False)


if __name__ == "__main__":
    for look in LOOKS:
        draw(look).save(HERE / look.file, quality=90, subsampling=0, optimize=True)
        sys.stdout.write(f"{look.file}: {(HERE / look.file).stat().st_size} bytes\n")
