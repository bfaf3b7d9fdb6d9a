"""How fast this machine draws animatics, as a table: ``python -m jobs.drawing_measure [image]``.

From the start of the process to the finished files, as a worker does it; without the database.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from jobs.own_process import told_by
from jobs.sandbox.measure import PROMPT, make_picture, make_sound

CASES = (20, 60, 300)
GIVE_UP_SECONDS = 1800


def main() -> None:
    """Measure every case and print the table."""
    out = sys.stdout
    out.write("| take | picture | wall | processor | film per wall second | peak memory | file |\n")
    out.write("| --- | --- | --- | --- | --- | --- | --- |\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        image = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else folder / "image.jpg"
        if len(sys.argv) == 1:
            make_picture(image)
        for seconds in CASES:
            out.write(f"| {seconds} s | {measured(image, seconds, folder)} |\n")
            out.flush()


def measured(image: Path, seconds: int, folder: Path) -> str:
    """The other columns of one line."""
    sound, prompt = folder / "take.wav", folder / "prompt.txt"
    make_sound(sound, seconds)
    prompt.write_text(PROMPT)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    inputs = [str(path) for path in (image, sound, prompt, folder)]
    with told_by("jobs.drawing_child", *inputs, seconds=GIVE_UP_SECONDS) as told:
        drawn = next(answer["drawn"] for answer in told if "drawn" in answer)
        wall = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    size_bytes = Path(drawn["video"]).stat().st_size
    return (
        f"{drawn['width']} × {drawn['height']}, {drawn['rate']} /s | {wall:.1f} s"
        f" | {processor:.1f} s | {seconds / wall:.1f} s | {used.ru_maxrss // 1024} MB"
        f" | {size_bytes / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
