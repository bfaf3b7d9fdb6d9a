"""Spoil good voices in steps and see what is measured: the thresholds of the audio checks.

Run: ``python -m tests.calibration.sounds [folder]``. Prints the tables of
docs/preflight-sounds.md and draws docs/calibration/sounds.png. With a folder of your own
recordings (WAV, MP3, M4A) it also says what is heard in each and what would be warned about.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assets.listening.facts import TakeFacts
from assets.listening.measuring import measure_sound
from assets.preflight import thresholds as limit
from assets.probing import Refused
from tests.assets.preflight.hearing import Sound, found, heard, stored, with_gap, with_noise
from tests.calibration.sound_plot import Panel, draw
from tests.media.voices import CALM, ENERGETIC, PLAIN, Speaker, spoken

PLOT = Path(__file__).resolve().parents[2] / "docs" / "calibration" / "sounds.png"
SEEDS = (1, 2, 3)
SECONDS = 12.0


@dataclass(frozen=True)
class Series:
    """Good voices, spoiled by `spoil(voice, step)` and measured by `read`."""

    title: str
    x_words: str
    steps: tuple[float, ...]
    spoil: Callable[[int, float], Sound]
    read: Callable[[TakeFacts], float]
    thresholds: tuple[float, ...]
    id: str
    kinds: tuple[str, ...] = ("wav",)


def _noisy(seed: int, below: float) -> Sound:
    return with_noise(spoken(SECONDS, seed=seed), below)


def _gained(seed: int, gain: float) -> Sound:
    gained: Sound = np.clip(spoken(SECONDS, seed=seed) * 10 ** (gain / 20), -1, 1)
    return gained


def _driven(seed: int, gain: float) -> Sound:
    voice = spoken(SECONDS, seed=seed)
    driven: Sound = np.clip(voice / np.abs(voice).max() * 10 ** (gain / 20), -1, 1)
    return driven


def _gapped(seed: int, seconds: float) -> Sound:
    voice = spoken(SECONDS, seed=seed)
    return with_gap(voice, 0.1, seconds)


def _hurried(seed: int, syllables: float) -> Sound:
    return spoken(SECONDS, speaker=Speaker(syllables=syllables), seed=seed)


def _longest(facts: TakeFacts) -> float:
    return max((end - start for start, end in facts.silences), default=0.0)


SERIES = (
    Series(
        "Voice over noise, dB", "white noise below the voice, dB",
        (50, 40, 35, 30, 25, 20, 15, 10, 5), _noisy, lambda facts: facts.signal_to_noise_db,
        (limit.AUDIO_NOISE.value,), "audio.noise",
    ),
    Series(
        "Loudness, LUFS", "gain, dB (clips from 6 on)", (-24, -18, -12, -6, 0, 6, 12, 18, 24),
        _gained, lambda facts: facts.loudness_lufs,
        (limit.AUDIO_QUIET.value, limit.AUDIO_LOUD.value), "audio.quiet audio.loud",
    ),
    Series(
        "Clipped places in 12 s", "peaks over full scale, dB", (-1, 0, 1, 2, 3, 6, 9, 12), _driven,
        lambda facts: float(facts.clipped_places), (limit.AUDIO_CLIPPED_PLACES.value,),
        "audio.clipping", ("wav", "mp3", "m4a"),
    ),
    Series(
        "Longest silence, s", "silence before the first word, s", (0.5, 1, 1.2, 1.5, 2, 3, 5),
        _gapped, _longest, (limit.AUDIO_END.value,), "audio.silence",
    ),
    Series(
        "Syllables a second", "syllables made a second", (3, 4, 5, 6, 7, 8, 9), _hurried,
        lambda facts: facts.syllables_per_second, (limit.AUDIO_SYLLABLES.value,), "audio.fast",
    ),
)  # fmt: skip


def run(series: Series, folder: Path) -> Panel:
    """Measure one series, print its table, return its panel."""
    points = []
    sys.stdout.write(f"\n### {series.title}\n\n| {series.x_words} | kind | measured | warned |\n")
    sys.stdout.write("| --- | --- | --- | --- |\n")
    for step in series.steps:
        for number, kind in enumerate(series.kinds):
            facts = [heard(folder, series.spoil(seed, step), kind=kind) for seed in SEEDS]
            values = [series.read(one) for one in facts]
            warned = sum(any(f.id in series.id for f in found(one)) for one in facts)
            points += [(step, value, number) for value in values]
            shown = ", ".join(f"{value:.1f}" for value in values)
            sys.stdout.write(f"| {step:g} | {kind} | {shown} | {warned} of {len(SEEDS)} |\n")
    series_words = series.kinds if len(series.kinds) > 1 else ()
    return Panel(series.title, series.x_words, points, series.thresholds, series_words)


def run_energies(folder: Path) -> None:
    """How lively three ways of speaking are heard to be."""
    sys.stdout.write("\n### Energy\n\n| made | heard |\n| --- | --- |\n")
    for name, speaker in (("calm", CALM), ("plain", PLAIN), ("energetic", ENERGETIC)):
        facts = [heard(folder, spoken(14, speaker=speaker, seed=seed)) for seed in SEEDS]
        sys.stdout.write(f"| {name} | {', '.join(one.energy for one in facts)} |\n")


def run_time(folder: Path) -> None:
    """How long five minutes of MP3 take."""
    minutes = np.tile(spoken(20), 15)
    path = stored(folder, np.concatenate((minutes, minutes)), kind="mp3")
    started = time.perf_counter()
    facts = measure_sound(path)
    seconds = time.perf_counter() - started
    sys.stdout.write(f"\n{facts.seconds:.0f} s of stereo MP3 are measured in {seconds:.2f} s.\n")


def recordings(folder: Path) -> Iterator[Path]:
    """The recordings of a folder and its folders."""
    yield from (
        path for path in sorted(folder.rglob("*")) if path.suffix in {".wav", ".mp3", ".m4a"}
    )


def run_own(folder: Path) -> None:
    """What is heard in recordings of your own."""
    sys.stdout.write(
        "\n| recording | s | heard | energy | syllables/s | dB over noise | warned |\n"
    )
    sys.stdout.write("| --- | --- | --- | --- | --- | --- | --- |\n")
    for path in recordings(folder):
        try:
            facts = measure_sound(path)
        except Refused as refusal:
            sys.stdout.write(f"| {path.name} | {refusal.sentence} |\n")
            continue
        warned = " ".join(sorted({finding.id for finding in found(facts)}))
        sys.stdout.write(
            f"| {path.name} | {facts.seconds:.1f} | {facts.heard} | {facts.energy} | "
            f"{facts.syllables_per_second:.1f} | {facts.signal_to_noise_db:.0f} | {warned} |\n"
        )


def main() -> None:
    """All tables and the plot, or what is heard in a folder."""
    if len(sys.argv) > 1:
        return run_own(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw([run(series, folder) for series in SERIES], PLOT)
        run_energies(folder)
        run_time(folder)
    return None


if __name__ == "__main__":
    main()
