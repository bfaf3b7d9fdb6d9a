"""Speak the demo scripts of material.json with espeak-ng and encode them small and mono.

They are brought to the loudness that the studio itself aims at, so that no check finds a fault.
Run: ``python -m studio.operations.demo.speak_takes`` (needs the program espeak-ng; the results ship
with the project, so nobody else needs it).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import av
from av.audio.resampler import AudioResampler

from assets.listening.loudness import Loudnessmeter
from assets.listening.pieces import pieces_of
from assets.preflight import thresholds
from assets.treating.mending import lifted
from assets.waveform import Samples, framed

HERE = Path(__file__).resolve().parent
SAMPLE_RATE = 44_100
BIT_RATE = 80_000
ROUNDS = 4
#: Encoding lets peaks grow a little.
LEFT_FOR_ENCODING_DB = 0.5
CODECS: dict[str, Literal["libmp3lame", "aac"]] = {".mp3": "libmp3lame", ".m4a": "aac"}


def spoken(take: dict[str, Any], to: Path) -> None:
    """The take's script as a WAV file. Raises CalledProcessError when espeak-ng fails."""
    subprocess.run(
        ["espeak-ng", "-v", take["voice"], "-s", str(take["words_per_minute"]),
         "-p", str(take["pitch"]), "-a", "90", "-g", "2", "-w", str(to), take["script"]],
        check=True,
    )  # fmt: skip


def levelled(wav: Path) -> Iterator[Samples]:
    """The sound of a mono ``wav`` in its own rate, shape (1, samples), at the studio's target."""
    rate, gain = _rate(wav), 0.0
    for _ in range(ROUNDS):  # what the limiter holds back is missing and added the next time
        meter = Loudnessmeter(rate)
        for samples in _lifted(wav, rate, gain):
            meter.add(samples)
        gain += thresholds.AUDIO_TARGET.value - meter.measured().lufs
    return _lifted(wav, rate, gain)


def _lifted(wav: Path, rate: int, gain_db: float) -> Iterator[Samples]:
    ceiling = thresholds.AUDIO_CEILING.value - LEFT_FOR_ENCODING_DB
    sound = (samples for samples, _ in pieces_of(wav))
    return lifted(sound, rate, gain_db=gain_db, ceiling_db=ceiling)


def encode(wav: Path, to: Path) -> float:
    """Encode ``wav`` as mono sound named by its ending; returns its length in seconds."""
    rate, taken, written = _rate(wav), 0, 0
    resampler = AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(to), "w") as target:
        stream = target.add_stream(CODECS[to.suffix], rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        for samples in [*levelled(wav), None]:
            frame = None if samples is None else framed(samples, rate, taken)
            taken += 0 if samples is None else samples.shape[1]
            for piece in resampler.resample(frame):
                written += piece.samples
                target.mux(stream.encode(piece))
        target.mux(stream.encode(None))
    return written / SAMPLE_RATE


def _rate(wav: Path) -> int:
    with av.open(str(wav)) as source:
        return source.streams.audio[0].rate


if __name__ == "__main__":
    material = json.loads((HERE / "material.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for take in material["takes"]:
            wav = Path(folder) / "take.wav"
            spoken(take, wav)
            seconds = encode(wav, HERE / take["file"])
            size = (HERE / take["file"]).stat().st_size
            sys.stdout.write(f"{take['file']}: {seconds:.2f} s, {size} bytes\n")
