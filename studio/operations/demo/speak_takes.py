"""Speak the demo scripts of material.json with espeak-ng and encode them small and mono.

Run: ``python -m studio.operations.demo.speak_takes`` (needs the program espeak-ng; the results ship
with the project, so nobody else needs it).
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

import av
from av.audio.resampler import AudioResampler

HERE = Path(__file__).resolve().parent
SAMPLE_RATE = 44_100
BIT_RATE = 80_000
CODECS: dict[str, Literal["libmp3lame", "aac"]] = {".mp3": "libmp3lame", ".m4a": "aac"}


def spoken(take: dict[str, Any], to: Path) -> None:
    """The take's script as a WAV file. Raises CalledProcessError when espeak-ng fails."""
    subprocess.run(
        ["espeak-ng", "-v", take["voice"], "-s", str(take["words_per_minute"]),
         "-p", str(take["pitch"]), "-a", "90", "-g", "2", "-w", str(to), take["script"]],
        check=True,
    )  # fmt: skip


def encode(wav: Path, to: Path) -> float:
    """Encode ``wav`` as mono sound named by its ending; returns its length in seconds."""
    samples = 0
    resampler = AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(wav)) as source, av.open(str(to), "w") as target:
        stream = target.add_stream(CODECS[to.suffix], rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        for frame in [*source.decode(audio=0), None]:
            for piece in resampler.resample(frame):
                samples += piece.samples
                target.mux(stream.encode(piece))
        target.mux(stream.encode(None))
    return samples / SAMPLE_RATE


if __name__ == "__main__":
    material = json.loads((HERE / "material.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for take in material["takes"]:
            wav = Path(folder) / "take.wav"
            spoken(take, wav)
            seconds = encode(wav, HERE / take["file"])
            size = (HERE / take["file"]).stat().st_size
            sys.stdout.write(f"{take['file']}: {seconds:.2f} s, {size} bytes\n")
