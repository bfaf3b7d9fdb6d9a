"""Draw the demo presenters: our own illustrations, so that they may ship with the project.

Run: ``python studio/operations/demo/draw_presenter.py`` (writes the JPEG files beside this script).
The people do not exist. Faces are drawn with the light and dark areas a face detector expects.
"""

from dataclasses import dataclass
from pathlib import Path

from brush import Canvas, Colour, Point, both_sides, mirrored
from PIL import Image

HERE = Path(__file__).resolve().parent
MIDDLE = 540.0


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


WARM = {
    "skin": (243, 199, 169),
    "shade": (204, 138, 107),
    "blush": (232, 132, 112),
    "lips": ((178, 72, 72), (205, 98, 94)),
    "iris": (86, 104, 74),
    "hair": (62, 36, 30),
    "hair_light": (112, 66, 48),
    "hair_style": "bob",
}
DEEP = {
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
         outfit="blazer", cloth=(32, 58, 92), cloth_dark=(20, 38, 64), shirt=(247, 245, 240), **WARM),
    Look(file="ines-knit.jpg", wall=((247, 226, 205), (214, 168, 138)), lamp=(255, 248, 232),
         outfit="knit", cloth=(42, 122, 116), cloth_dark=(26, 88, 86), shirt=(42, 122, 116), **WARM),
    Look(file="tomas-studio.jpg", wall=((206, 214, 222), (124, 136, 156)), lamp=(255, 240, 214),
         outfit="blazer", cloth=(96, 92, 88), cloth_dark=(66, 62, 60), shirt=(226, 234, 240), **DEEP),
)  # fmt: skip


def background(canvas: Canvas, look: Look) -> None:
    """A studio wall with a key light, an arch, a shelf and a plant, slightly out of focus."""
    canvas.gradient(*look.wall)
    lit = tuple(min(255, value + 16) for value in look.wall[0])
    dim = tuple(int(value * 0.86) for value in look.wall[1])
    arch = [(200, 1350), (200, 560), (250, 330), (390, 180), (540, 140), (690, 180), (830, 330),
            (880, 560), (880, 1350)]  # fmt: skip
    canvas.shape(arch, (lit[0], lit[1], lit[2]), blur=3, alpha=0.75)
    canvas.oval(400, 380, 330, 340, look.lamp, blur=120, alpha=0.8)
    wood = (168, 122, 88)
    canvas.shape([(900, 470), (1080, 470), (1080, 488), (900, 488)], wood, curved=False, blur=3)
    for x, top, colour in ((922, 352, (188, 96, 78)), (956, 372, (70, 104, 120)),
                           (990, 340, (226, 202, 160)), (1026, 366, (92, 82, 110))):  # fmt: skip
        canvas.shape([(x, top), (x + 27, top), (x + 27, 470), (x, 470)], colour, curved=False, blur=3)
    plant(canvas, 104, 1010)
    canvas.shape([(0, 1180), (1080, 1180), (1080, 1350), (0, 1350)], (dim[0], dim[1], dim[2]),
                 curved=False, blur=40, alpha=0.5)  # fmt: skip


def plant(canvas: Canvas, x: float, y: float) -> None:
    """Leaves and a pot at the left edge."""
    leaves = ((-70, -330, (58, 112, 84)), (70, -390, (74, 134, 98)), (0, -470, (50, 100, 78)),
              (120, -230, (86, 148, 108)), (-110, -180, (72, 126, 94)))  # fmt: skip
    for dx, dy, colour in leaves:
        nx, ny = -dy * 0.13, dx * 0.13
        canvas.shape([(x, y), (x + dx * 0.5 + nx, y + dy * 0.5 + ny), (x + dx, y + dy),
                      (x + dx * 0.5 - nx, y + dy * 0.5 - ny)], colour, blur=3)  # fmt: skip
    canvas.shape([(x - 82, y - 10), (x + 82, y - 10), (x + 62, y + 190), (x - 62, y + 190)],
                 (222, 208, 192), curved=False, blur=3)  # fmt: skip


def torso(canvas: Canvas, look: Look) -> None:
    """Shoulders and clothes."""
    half: list[Point] = [(540, 880), (640, 892), (742, 930), (850, 984), (930, 1070), (972, 1200),
                         (1000, 1420), (540, 1460)]  # fmt: skip
    body = canvas.shape(both_sides(half), look.cloth)
    canvas.shape([(780, 940), (960, 1040), (1040, 1400), (830, 1400), (812, 1160)], look.cloth_dark,
                 blur=40, alpha=0.55, within=body)  # fmt: skip
    if look.outfit == "blazer":
        blazer(canvas, look)
    else:
        knit(canvas, look, body)


def blazer(canvas: Canvas, look: Look) -> None:
    """An open collar under lapels."""
    canvas.shape([(438, 872), (642, 872), (672, 1000), (560, 1400), (520, 1400), (408, 1000)],
                 look.shirt, curved=False)  # fmt: skip
    crease = (198, 200, 206)
    canvas.shape([(534, 1010), (546, 1010), (550, 1400), (530, 1400)], crease, curved=False, blur=3, alpha=0.7)
    lapel: list[Point] = [(650, 866), (700, 928), (742, 1050), (690, 1074), (720, 1106), (562, 1400),
                          (536, 1400), (560, 1240), (656, 990)]  # fmt: skip
    for points, alpha in ((lapel, 1.0), (mirrored(lapel), 0.82)):
        canvas.shape([(x, y + 8) for x, y in points], (10, 16, 28), curved=False, blur=9, alpha=0.4)
        canvas.shape(points, look.cloth_dark, curved=False)
        canvas.shape(points, look.cloth, curved=False, alpha=alpha * 0.5)
    collar: list[Point] = [(634, 846), (668, 906), (640, 1010), (546, 968), (622, 900)]
    for points in (collar, mirrored(collar)):
        canvas.shape([(x, y + 6) for x, y in points], (90, 96, 110), curved=False, blur=8, alpha=0.45)
        canvas.shape(points, look.shirt, curved=False)


def knit(canvas: Canvas, look: Look, body: Image.Image) -> None:
    """A round collar and soft folds."""
    for x, alpha in ((300, 0.35), (780, 0.4)):
        canvas.stroke([(x, 1080), (x + 12, 1220), (x - 8, 1400)], [4, 16, 22], look.cloth_dark, blur=8, alpha=alpha)
    canvas.oval(540, 890, 142, 92, look.cloth_dark, within=body)
    canvas.oval(540, 884, 134, 80, look.cloth)
    canvas.oval(540, 872, 118, 72, look.cloth_dark)


def neck(canvas: Canvas, look: Look) -> None:
    """The neck with the shadow of the chin on it, and the open collar's skin."""
    half: list[Point] = [(540, 690), (622, 700), (624, 800), (632, 868), (602, 940), (540, 966)]
    mask = canvas.shape(both_sides(half), look.skin)
    canvas.oval(548, 752, 128, 92, look.shade, blur=20, alpha=0.85, within=mask)
    canvas.stroke([(508, 905), (530, 930), (540, 936)], [2, 5, 2], look.shade, blur=2, alpha=0.5)
    canvas.stroke([(572, 905), (552, 930), (543, 936)], [2, 5, 2], look.shade, blur=2, alpha=0.5)


def head(canvas: Canvas, look: Look) -> None:
    """Ears, the face's outline and its light."""
    for side in (1, -1):
        x = MIDDLE + side * 172
        ear = canvas.oval(x, 560, 27, 50, look.skin)
        canvas.oval(x + side * 3, 562, 13, 30, look.shade, blur=6, alpha=0.6, within=ear)
    half: list[Point] = [(540, 316), (636, 336), (700, 412), (713, 520), (702, 612), (668, 690),
                         (610, 750), (540, 772)]  # fmt: skip
    if look.hair_style == "short":
        half = [(540, 316), (642, 336), (706, 412), (716, 520), (708, 622), (684, 698), (622, 760),
                (540, 780)]  # fmt: skip
    face = canvas.shape(both_sides(half), look.skin)
    canvas.shape([(650, 380), (760, 380), (760, 790), (560, 800), (640, 720), (672, 600)], look.shade,
                 blur=36, alpha=0.5, within=face)  # fmt: skip
    canvas.shape([(330, 600), (376, 610), (430, 720), (540, 780), (400, 800)], look.shade, blur=26,
                 alpha=0.35, within=face)  # fmt: skip
    canvas.oval(490, 420, 110, 60, (255, 255, 255), blur=40, alpha=0.2, within=face)
    for x in (424, 656):
        canvas.oval(x, 634, 52, 34, look.blush, blur=24, alpha=0.42, within=face)
        canvas.oval(x + (540 - x) * 0.3, 542, 68, 34, look.shade, blur=18, alpha=0.5, within=face)


def eye(canvas: Canvas, look: Look, x: float, side: int) -> None:
    """One eye with lid, lashes and brow; ``side`` is 1 on the picture's right."""
    y = 552.0

    def at(dx: float, dy: float) -> Point:
        return (x + side * dx, y + dy)

    almond = [at(-44, 7), at(-24, -14), at(2, -22), at(28, -14), at(47, -2), at(26, 14), at(0, 19), at(-24, 15)]
    white = canvas.shape(almond, (250, 247, 243))
    canvas.oval(x, y - 2, 22, 22, look.iris, within=white)
    canvas.oval(x, y - 2, 22, 22, (20, 14, 12), blur=4, alpha=0.35, within=white)
    canvas.oval(x, y + 6, 13, 10, tuple(min(255, v + 50) for v in look.iris), blur=4, alpha=0.7, within=white)  # type: ignore[arg-type]
    canvas.oval(x, y - 2, 10.5, 10.5, (16, 12, 12), within=white)
    canvas.shape([at(-50, 0), at(-24, -26), at(2, -32), at(52, -12), at(30, -6), at(0, -12), at(-26, -6)],
                 (60, 40, 34), blur=5, alpha=0.35, within=white)  # fmt: skip
    canvas.oval(x - 8, y - 10, 5.5, 5.5, (255, 255, 255))
    lash = (34, 22, 20)
    weight = 1.0 if look.hair_style == "bob" else 0.75
    canvas.stroke([at(-46, 8), at(-24, -14), at(2, -22), at(30, -14), at(54, -9)],
                  [2, 8 * weight, 10 * weight, 10 * weight, 2], lash)  # fmt: skip
    canvas.stroke([at(-30, 14), at(0, 20), at(28, 14), at(46, 0)], [1, 2.5, 3, 1.5], look.shade)
    canvas.stroke([at(-36, -20), at(0, -38), at(40, -26)], [1, 4, 1], look.shade, alpha=0.8)
    thick = 1.0 if look.hair_style == "bob" else 1.25
    canvas.stroke([at(-50, -68), at(-18, -79), at(24, -83), at(64, -62)],
                  [7 * thick, 14 * thick, 11 * thick, 3], look.hair, blur=0.8)  # fmt: skip


def nose_and_mouth(canvas: Canvas, look: Look) -> None:
    """Nose by shade and light; a closed, friendly mouth."""
    canvas.stroke([(560, 560), (566, 610), (572, 640)], [2, 10, 14], look.shade, blur=9, alpha=0.5)
    canvas.stroke([(532, 560), (532, 620)], [8, 12], (255, 255, 255), blur=8, alpha=0.22)
    canvas.oval(540, 660, 34, 12, look.shade, blur=8, alpha=0.7)
    for side in (1, -1):
        canvas.stroke([(540 + side * 36, 636), (540 + side * 40, 650), (540 + side * 28, 660)],
                      [2, 5, 2], look.shade, blur=1)  # fmt: skip
        canvas.oval(540 + side * 16, 661, 9, 4.5, tuple(int(v * 0.6) for v in look.shade), blur=1.5, alpha=0.85)  # type: ignore[arg-type]
    dark, light = look.lips
    canvas.oval(540, 748, 40, 7, look.shade, blur=8, alpha=0.5)
    for side in (1, -1):
        canvas.oval(540 + side * 84, 686, 7, 12, look.shade, blur=5, alpha=0.55)
    canvas.shape([(472, 697), (510, 691), (530, 688), (540, 692), (550, 688), (570, 691), (608, 697),
                  (576, 712), (540, 717), (504, 712)], dark)  # fmt: skip
    canvas.shape([(478, 701), (506, 710), (540, 714), (574, 710), (602, 701), (580, 726), (540, 737),
                  (500, 726)], light)  # fmt: skip
    canvas.oval(534, 726, 24, 4.5, (255, 255, 255), blur=4, alpha=0.35)
    line = tuple(int(v * 0.5) for v in dark)
    canvas.stroke([(462, 689), (476, 699), (506, 710), (540, 715), (574, 710), (604, 699), (618, 689)],
                  [2, 4, 3.5, 4, 3.5, 4, 2], line)  # type: ignore[arg-type]  # fmt: skip


def hair_behind(canvas: Canvas, look: Look) -> None:
    """What of the hair is seen behind head and neck."""
    if look.hair_style == "bob":
        half: list[Point] = [(540, 232), (660, 250), (756, 340), (786, 480), (790, 640), (770, 770),
                             (716, 836), (640, 846), (540, 800)]  # fmt: skip
        mask = canvas.shape(both_sides(half), look.hair)
        canvas.oval(540, 800, 120, 110, (16, 8, 8), blur=40, alpha=0.5, within=mask)
    else:
        half = [(540, 262), (640, 272), (716, 340), (736, 440), (724, 530), (540, 560)]
        canvas.shape(both_sides(half), look.hair)


def hair_in_front(canvas: Canvas, look: Look) -> None:
    """Fringe and side locks, or a short crop, with a few lighter strands."""
    if look.hair_style == "bob":
        right: list[Point] = [(470, 300), (560, 262), (668, 290), (742, 390), (768, 540), (772, 680),
                              (744, 800), (700, 822), (700, 700), (704, 560), (690, 470), (620, 404), (530, 356)]  # fmt: skip
        left: list[Point] = [(560, 262), (440, 268), (352, 356), (314, 500), (306, 660), (330, 800),
                             (380, 822), (380, 700), (376, 560), (396, 470), (450, 404), (504, 352)]  # fmt: skip
        for points in (right, left):
            canvas.shape([(x, y + 10) for x, y in points], look.shade, blur=10, alpha=0.4)
        canvas.shape(left, look.hair)
        canvas.shape(right, look.hair)
        for strand in ([(520, 292), (430, 326), (366, 430), (340, 580), (338, 720)],
                       [(500, 310), (430, 356), (380, 450), (356, 580)],
                       [(540, 290), (640, 320), (712, 420), (742, 570), (742, 730)],
                       [(566, 318), (650, 370), (706, 460), (728, 570)]):  # fmt: skip
            canvas.stroke(strand, [1, *[9] * (len(strand) - 2), 1], look.hair_light, blur=3, alpha=0.55)
        return
    crop: list[Point] = [(540, 250), (650, 262), (724, 336), (738, 440), (726, 520), (708, 520), (704, 450),
                         (672, 392), (600, 370), (540, 376), (480, 366), (408, 392), (376, 450), (372, 520),
                         (354, 520), (342, 440), (356, 336), (430, 262)]  # fmt: skip
    canvas.shape([(x, y + 8) for x, y in crop], look.shade, blur=10, alpha=0.4)
    canvas.shape(crop, look.hair)
    canvas.shape([(400, 320), (470, 276), (560, 268), (520, 300), (440, 340)], look.hair_light, blur=16, alpha=0.6)
    stubble = canvas.mask(both_sides([(540, 730), (606, 724), (690, 610), (712, 560), (706, 640), (672, 712),
                                      (616, 764), (540, 782)]), blur=14)  # fmt: skip
    canvas.image.paste(look.hair, (0, 0), stubble.point([round(v * 0.32) for v in range(256)]))


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
        canvas.shape([(x, y + 6) for x, y in points], (60, 60, 74), curved=False, blur=8, alpha=0.4)
        canvas.shape(points, look.shirt, curved=False)


if __name__ == "__main__":
    for look in LOOKS:
        draw(look).save(HERE / look.file, quality=90, subsampling=0, optimize=True)
        print(look.file, (HERE / look.file).stat().st_size, "bytes")
