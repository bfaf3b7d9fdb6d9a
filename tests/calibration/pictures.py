"""Calibrate the checks of pictures: spoil good portraits in steps and see what is measured.

    python -m tests.calibration.pictures            # prints the tables
    python -m tests.calibration.pictures --write    # and puts them and the plots into docs/
    python -m tests.calibration.pictures --also photo.png

The material is the studio's own: drawn portraits of people who do not exist. A photograph is
added with `--also`. The documented figures were taken with one, `astronaut.png` of scikit-image
0.25 (Eileen Collins, photographed by NASA, public domain), which is not part of this repository.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from assets.looking.facts import LookFacts, measure_picture, measure_pixels
from assets.preflight import thresholds as t
from tests.assets import pictures_of_people as people
from tests.assets.pictures_of_people import Pixels
from tests.calibration.plotting import Plot

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "preflight-images.md"
MARKS = ("<!-- measured: begin -->", "<!-- measured: end -->")

type Value = Callable[[LookFacts], float | None]


@dataclass(frozen=True, slots=True)
class Sweep:
    """One way to spoil a picture, in steps, and the figure that should tell."""

    file: str
    title: str
    across: str
    steps: Sequence[float]
    spoil: Callable[[Pixels, float], Pixels]
    value: Value
    limit: t.Threshold
    highest: float


def _blur_of_limit(facts: LookFacts) -> float | None:
    """The blur in units of what is allowed for a face of this size: 1 is the limit."""
    if facts.blur is None or facts.face is None:
        return None
    pixels = facts.face.width * facts.width
    return facts.blur / max(t.IMAGE_BLUR.value, t.IMAGE_BLUR_PIXELS.value * 256 / pixels)


def _blurred_as_in_1080(picture: Pixels, radius: float) -> Pixels:
    return people.blurred(picture, radius * picture.shape[1] / 1080) if radius else picture


def _shown_smaller(picture: Pixels, factor: float) -> Pixels:
    """Scaled down and up again, as a picture from a preview is."""
    small = people.scaled(picture, factor)
    large = Image.fromarray(small).resize((picture.shape[1], picture.shape[0]))
    return np.asarray(large)


def _before(picture: Pixels, softness: float) -> Pixels:
    height, width = picture.shape[:2]
    shelf = people.clutter(width, height)
    return people.before(picture, people.blurred(shelf, softness) if softness else shelf)


UNIT = t.Threshold(1, "of the limit", "")
LIMIT_OF = "1 is the limit for a face of this size"

SWEEPS: tuple[Sweep, ...] = (
    Sweep("image-blur", f"Blur of the face ({LIMIT_OF})", "blur, px in a picture of 1,080 px",
          (0, 1, 2, 3, 4, 5, 6, 8, 10), _blurred_as_in_1080, _blur_of_limit, UNIT, 3),
    Sweep("image-noise", f"Blur of the face under noise ({LIMIT_OF})", "noise, grey values of 255",
          (0, 5, 10, 15, 20, 30), people.noisy, _blur_of_limit, UNIT, 3),
    Sweep("image-enlarged", f"Blur of an enlarged picture ({LIMIT_OF})", "scaled to, then back",
          (1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12), _shown_smaller, _blur_of_limit, UNIT, 3),
    Sweep("image-dark", "Light parts of the face", "brightness times",
          (1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1), people.lit,
          lambda facts: facts.light.highlight if facts.light else None, t.IMAGE_DARK_HIGHLIGHT, 1),
    Sweep("image-bright", "Share of the face without detail", "brightness times",
          (1, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8), people.lit,
          lambda facts: facts.light.clipped if facts.light else None, t.IMAGE_CLIPPED, 0.8),
    Sweep("image-side-light", "Difference of the face's halves in stops", "one half times",
          (1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3), people.lit_from_one_side,
          lambda facts: abs(facts.light.side_stops) if facts.light else None,
          t.IMAGE_SIDE_STOPS, 5),
    Sweep("image-backlight", "Background brighter than the face, in stops", "the person times",
          (1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2), people.against_the_light,
          lambda facts: facts.behind.brighter_stops if facts.behind else None,
          t.IMAGE_BACKLIGHT_STOPS, 7),
    Sweep("image-jpeg", "Quality of JPEG as told from the pixels", "saved with quality",
          (75, 70, 60, 50, 45, 40, 30, 20, 10), lambda picture, step: people.as_jpeg(
              picture, int(step)), lambda facts: facts.jpeg_quality, t.IMAGE_JPEG_QUALITY, 80),
    Sweep("image-background", "Share of a cluttered background with edges", "blurred by px",
          (0, 2, 4, 6, 8, 12, 16), _before,
          lambda facts: facts.behind.busy if facts.behind else None, t.IMAGE_BUSY, 1),
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables; with --write also put them into the docs, with a plot of each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--also", type=Path, action="append", default=[], help="a portrait")
    parser.add_argument("--write", action="store_true", help="into docs/")
    chosen = parser.parse_args(arguments)
    originals: dict[str, Pixels] = {name: people.portrait(name) for name in people.NAMES}
    for path in chosen.also:
        with Image.open(path) as image:
            originals[path.stem] = np.asarray(image.convert("RGB"))
    parts = [_swept(sweep, originals, draw=chosen.write) for sweep in SWEEPS]
    text = "\n\n".join([*parts, _tilts(originals), _timings(originals)])
    sys.stdout.write(text + "\n")
    if chosen.write:
        before, _, rest = PAGE.read_text().partition(MARKS[0])
        PAGE.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{rest.partition(MARKS[1])[2]}")


def _swept(sweep: Sweep, originals: dict[str, Pixels], *, draw: bool) -> str:
    lines: dict[str, list[tuple[float, float]]] = {name: [] for name in originals}
    rows = []
    for step in sweep.steps:
        cells = [f"{step:g}"]
        for name, picture in originals.items():
            found = sweep.value(measure_pixels(np.ascontiguousarray(sweep.spoil(picture, step))))
            cells.append("–" if found is None else f"{found:.2f}")
            if found is not None:
                lines[name].append((step, float(found)))
        rows.append(cells)
    head = f"### {sweep.title}\n\nThreshold: {sweep.limit.value:g} {sweep.limit.unit}.\n"
    if draw:
        plot = Plot(sweep.title, sweep.across, lines, [sweep.limit.value], sweep.highest)
        plot.save(DOCS / "calibration" / f"{sweep.file}.png")
        head += f"\n![{sweep.title}](calibration/{sweep.file}.png)\n"
    return f"{head}\n{_table([sweep.across, *originals], rows)}"


def _tilts(originals: dict[str, Pixels]) -> str:
    """As what a face is found when the picture is turned."""
    rows = []
    for degrees in (0, 10, 15, 20, 25, 30, 40, 50):
        found = [measure_pixels(people.turned(picture, degrees)) for picture in originals.values()]
        rows.append([str(degrees), *(one.face.kind if one.face else "none" for one in found)])
    return f"### Tilted heads\n\n{_table(['degrees', *originals], rows)}"


def _timings(originals: dict[str, Pixels]) -> str:
    """Seconds from the bytes of a file of 12 megapixels to its facts, the best of five."""
    width, height = 4000, 3000
    pictures = {
        "a portrait, PNG": people.encoded(_at(originals["ines-blazer"], width, height)),
        "a portrait, JPEG": people.encoded(
            _at(originals["ines-blazer"], width, height), "JPEG", quality=92
        ),
        "a wall without anybody": people.encoded(people.wall(width, height), "JPEG"),
        "clutter without anybody": people.encoded(people.clutter(width, height), "JPEG"),
        "nothing but noise": people.encoded(
            people.noisy(people.wall(width, height), 60), "JPEG", quality=75
        ),
    }
    rows = []
    for name, data in pictures.items():
        took, worked = [], []
        for _ in range(5):
            began, busy = time.perf_counter(), time.process_time()
            measure_picture(data)
            took.append(time.perf_counter() - began)
            worked.append(time.process_time() - busy)
        rows.append([name, f"{min(took):.2f} s", f"{min(worked):.2f} s"])
    table = _table(["12 megapixels, from bytes to facts", "best of 5", "processor time"], rows)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"### Time\n\n{table}\n\nMeasured on {machine}; decoding included."


def _at(picture: Pixels, width: int, height: int) -> Pixels:
    """The portrait as large as fits, before a wall."""
    factor = min(width / picture.shape[1], height / picture.shape[0])
    large = people.scaled(picture, factor * 0.999)
    return people.placed(
        large, people.wall(width, height), left=(width - large.shape[1]) // 2, top=0
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    main()
