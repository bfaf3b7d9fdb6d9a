"""How fast this machine renders, as a table: ``python -m jobs.sandbox.measure [image]``.

Each line is a process of its own, so that its peak memory is that of one rendering.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
CASES = ((20, "720p"), (300, "720p"), (20, "1080p"), (300, "1080p"), (20, "stamp"), (60, "stamp"))
PROMPT = "presenter, slow push-in"
_RATE = 22_050


def make_sound(to: Path, seconds: int) -> None:
    """Speech-like noise: syllables of a quarter second with pauses, as a mono WAV."""
    chance = np.random.default_rng(1)
    with wave.open(str(to), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        at = np.arange(_RATE) / _RATE
        for _ in range(seconds):
            voice = np.sin(2 * np.pi * 140 * at) + 0.3 * chance.standard_normal(_RATE)
            loud = np.abs(np.sin(2 * np.pi * 2 * at)) * chance.uniform(0.3, 1)
            file.writeframes((voice * loud * 8_000).clip(-32_000, 32_000).astype("<i2").tobytes())


def make_picture(to: Path) -> None:
    """A 16:9 picture with detail everywhere: the most pixels a frame can have."""
    chance = np.random.default_rng(2)
    coarse = chance.integers(0, 255, (54, 96, 3), np.uint8)
    Image.fromarray(coarse).resize((1920, 1080), Image.Resampling.BICUBIC).save(to, quality=90)


def one(image: str, audio: str, to: str, size: str) -> None:
    """Render in this process and print the figures as JSON."""
    from jobs.sandbox.render import render

    started = time.monotonic()
    facts = render(Path(image), Path(audio), PROMPT, Path(to), size=size)
    spent = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    said = {
        "film": facts.duration_seconds,
        "wall": spent,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss // 1024,
        "bytes": facts.size_bytes,
    }
    sys.stdout.write(json.dumps(said))


def main() -> None:
    """Measure every case and print the table."""
    if len(sys.argv) == 6 and sys.argv[1] == "--one":
        one(*sys.argv[2:])
        return
    out = sys.stdout
    out.write("| take | box | wall | processor | film per wall second | peak memory | file |\n")
    out.write("| --- | --- | --- | --- | --- | --- | --- |\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        image = Path(sys.argv[1]) if len(sys.argv) > 1 else folder / "image.jpg"
        if len(sys.argv) == 1:
            make_picture(image)
        for seconds, size in CASES:
            make_sound(folder / "take.wav", seconds)
            command = [sys.executable, "-m", "jobs.sandbox.measure", "--one", str(image.resolve())]
            command += [str(folder / "take.wav"), str(folder / "film.mp4"), size]
            done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
            said = json.loads(done.stdout)
            out.write(
                f"| {seconds} s | {size} | {said['wall']:.1f} s | {said['cpu']:.1f} s"
                f" | {said['film'] / said['wall']:.1f} s"
                f" | {said['peak']} MB | {said['bytes'] / 1e6:.1f} MB |\n"
            )
            out.flush()


if __name__ == "__main__":
    main()
