"""The person: neck, head, eyes, nose, mouth and hair.

Faces are drawn with the light and dark areas a face detector expects.
"""

# fmt: off
from studio.operations.demo.brush import Canvas, Point, both_sides, toned
from studio.operations.demo.looks import Look

MIDDLE = 540.0


def neck(canvas: Canvas, look: Look) -> None:
    """The neck with the shadow of the chin on it, and the open collar's skin."""
    half: list[Point] = [(540, 690), (622, 700), (624, 800), (632, 868), (602, 940), (540, 966)]
    mask = canvas.shape(both_sides(half), look.skin)
    canvas.oval(548, 752, 128, 92, look.shade, blur=20, alpha=0.85, within=mask)
    canvas.stroke([(508, 905), (530, 930), (540, 936)], [2, 5, 2], look.shade, blur=2,
                  alpha=0.5)
    canvas.stroke([(572, 905), (552, 930), (543, 936)], [2, 5, 2], look.shade, blur=2,
                  alpha=0.5)


def head(canvas: Canvas, look: Look) -> None:
    """Ears, the face's outline and its light."""
    for side in (1, -1):
        x = MIDDLE + side * 172
        ear = canvas.oval(x, 560, 27, 50, look.skin)
        canvas.oval(x + side * 3, 562, 13, 30, look.shade, blur=6, alpha=0.6, within=ear)
    half: list[Point] = [(540, 316), (636, 336), (700, 412), (713, 520), (702, 612), (668, 690),
                         (610, 750), (540, 772)]
    if look.hair_style == "short":
        half = [(540, 316), (642, 336), (706, 412), (716, 520), (708, 622), (684, 698), (622,
                                                                                         760),
                (540, 780)]
    face = canvas.shape(both_sides(half), look.skin)
    canvas.shape([(650, 380), (760, 380), (760, 790), (560, 800), (640, 720), (672, 600)],
                 look.shade,
                 blur=36, alpha=0.5, within=face)
    canvas.shape([(330, 600), (376, 610), (430, 720), (540, 780), (400, 800)], look.shade,
                 blur=26,
                 alpha=0.35, within=face)
    canvas.oval(490, 420, 110, 60, (255, 255, 255), blur=40, alpha=0.2, within=face)
    for x in (424, 656):
        canvas.oval(x, 634, 52, 34, look.blush, blur=24, alpha=0.42, within=face)
        canvas.oval(x + (540 - x) * 0.3, 542, 68, 34, look.shade, blur=18, alpha=0.5,
                    within=face)


def eye(canvas: Canvas, look: Look, x: float, side: int) -> None:
    """One eye with lid, lashes and brow; ``side`` is 1 on the picture's right."""
    y = 552.0

    def at(dx: float, dy: float) -> Point:
        return (x + side * dx, y + dy)

    almond = [at(-44, 7), at(-24, -14), at(2, -22), at(28, -14), at(47, -2), at(26, 14), at(0,

19), at(-24, 15)]
    white = canvas.shape(almond, (250, 247, 243))
    canvas.oval(x, y - 2, 22, 22, look.iris, within=white)
    canvas.oval(x, y - 2, 22, 22, (20, 14, 12), blur=4, alpha=0.35, within=white)
    canvas.oval(x, y + 6, 13, 10, toned(look.iris, plus=50), blur=4, alpha=0.7, within=white)
    canvas.oval(x, y - 2, 10.5, 10.5, (16, 12, 12), within=white)
    canvas.shape([at(-50, 0), at(-24, -26), at(2, -32), at(52, -12), at(30, -6), at(0, -12),
                  at(-26, -6)],
                 (60, 40, 34), blur=5, alpha=0.35, within=white)
    canvas.oval(x - 8, y - 10, 5.5, 5.5, (255, 255, 255))
    lash = (34, 22, 20)
    weight = 1.0 if look.hair_style == "bob" else 0.75
    canvas.stroke([at(-46, 8), at(-24, -14), at(2, -22), at(30, -14), at(54, -9)],
                  [2, 8 * weight, 10 * weight, 10 * weight, 2], lash)
    canvas.stroke([at(-30, 14), at(0, 20), at(28, 14), at(46, 0)], [1, 2.5, 3, 1.5], look.shade)
    canvas.stroke([at(-36, -20), at(0, -38), at(40, -26)], [1, 4, 1], look.shade, alpha=0.8)
    thick = 1.0 if look.hair_style == "bob" else 1.25
    canvas.stroke([at(-50, -68), at(-18, -79), at(24, -83), at(64, -62)],
                  [7 * thick, 14 * thick, 11 * thick, 3], look.hair, blur=0.8)


def nose_and_mouth(canvas: Canvas, look: Look) -> None:
    """Nose by shade and light; a closed, friendly mouth."""
    canvas.stroke([(560, 560), (566, 610), (572, 640)], [2, 10, 14], look.shade, blur=9,
                  alpha=0.5)
    canvas.stroke([(532, 560), (532, 620)], [8, 12], (255, 255, 255), blur=8, alpha=0.22)
    canvas.oval(540, 660, 34, 12, look.shade, blur=8, alpha=0.7)
    for side in (1, -1):
        canvas.stroke([(540 + side * 36, 636), (540 + side * 40, 650), (540 + side * 28, 660)],
                      [2, 5, 2], look.shade, blur=1)
        canvas.oval(540 + side * 16, 661, 9, 4.5, toned(look.shade, 0.6), blur=1.5, alpha=0.85)
    dark, light = look.lips
    canvas.oval(540, 748, 40, 7, look.shade, blur=8, alpha=0.5)
    for side in (1, -1):
        canvas.oval(540 + side * 84, 686, 7, 12, look.shade, blur=5, alpha=0.55)
    canvas.shape([(472, 697), (510, 691), (530, 688), (540, 692), (550, 688), (570, 691), (608,
                                                                                           697),
                  (576, 712), (540, 717), (504, 712)], dark)
    canvas.shape([(478, 701), (506, 710), (540, 714), (574, 710), (602, 701), (580, 726), (540,
                                                                                           737),
                  (500, 726)], light)
    canvas.oval(534, 726, 24, 4.5, (255, 255, 255), blur=4, alpha=0.35)
    line = toned(dark, 0.5)
    canvas.stroke([(462, 689), (476, 699), (506, 710), (540, 715), (574, 710), (604, 699),
                   (618, 689)],
                  [2, 4, 3.5, 4, 3.5, 4, 2], line)


def hair_behind(canvas: Canvas, look: Look) -> None:
    """What of the hair is seen behind head and neck."""
    if look.hair_style == "bob":
        half: list[Point] = [(540, 232), (660, 250), (756, 340), (786, 480), (790, 640), (770,
                                                                                          770),
                             (716, 836), (640, 846), (540, 800)]
        mask = canvas.shape(both_sides(half), look.hair)
        canvas.oval(540, 800, 120, 110, (16, 8, 8), blur=40, alpha=0.5, within=mask)
    else:
        half = [(540, 262), (640, 272), (716, 340), (736, 440), (724, 530), (540, 560)]
        canvas.shape(both_sides(half), look.hair)


def hair_in_front(canvas: Canvas, look: Look) -> None:
    """Fringe and side locks, or a short crop, with a few lighter strands."""
    if look.hair_style == "bob":
        right: list[Point] = [(470, 300), (560, 262), (668, 290), (742, 390), (768, 540), (772,
                                                                                           680),
                              (744, 800), (700, 822), (700, 700), (704, 560), (690, 470), (620,

404), (530, 356)]
        left: list[Point] = [(560, 262), (440, 268), (352, 356), (314, 500), (306, 660), (330,
                                                                                          800),
                             (380, 822), (380, 700), (376, 560), (396, 470), (450, 404), (504,
                                                                                          352)]
        for points in (right, left):
            canvas.shape([(x, y + 10) for x, y in points], look.shade, blur=10, alpha=0.4)
        canvas.shape(left, look.hair)
        canvas.shape(right, look.hair)
        for strand in ([(520, 292), (430, 326), (366, 430), (340, 580), (338, 720)],
                       [(500, 310), (430, 356), (380, 450), (356, 580)],
                       [(540, 290), (640, 320), (712, 420), (742, 570), (742, 730)],
                       [(566, 318), (650, 370), (706, 460), (728, 570)]):
            canvas.stroke(strand, [1, *[9] * (len(strand) - 2), 1], look.hair_light, blur=3,
                          alpha=0.55)
        return
    crop: list[Point] = [(540, 250), (650, 262), (724, 336), (738, 440), (726, 520), (708,
                                                                                      520),
                                                                                      (704,
                                                                                       450),
                         (672, 392), (600, 370), (540, 376), (480, 366), (408, 392), (376,
                                                                                      450),
                                                                                      (372,
                                                                                       520),
                         (354, 520), (342, 440), (356, 336), (430, 262)]
    canvas.shape([(x, y + 8) for x, y in crop], look.shade, blur=10, alpha=0.4)
    canvas.shape(crop, look.hair)
    canvas.shape([(400, 320), (470, 276), (560, 268), (520, 300), (440, 340)], look.hair_light,
                 blur=16, alpha=0.6)
    stubble = canvas.mask(both_sides([(540, 730), (606, 724), (690, 610), (712, 560), (706,
                                                                                       640),
                                                                                       (672,
                                                                                        712),
                                      (616, 764), (540, 782)]), blur=14)
    canvas.image.paste(look.hair, (0, 0), stubble.point([round(v * 0.32) for v in range(256)]))
