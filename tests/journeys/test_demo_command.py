"""`make demo`: the main job without a browser, with a picture and a recording of one's own."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests import media
from tests.assets.pictures_of_people import encoded, portrait
from tests.journeys.studios import ROOT, environment_of
from tests.media.voices import spoken

RATE = 16_000


def demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "demo", *options],
        cwd=ROOT, env=environment_of(folder / "data"), capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip


def sound_of(path: Path) -> NDArray[np.float32]:
    """The sound as mono samples at RATE."""
    blocks: list[NDArray[np.float32]] = []
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            blocks += [part.to_ndarray()[0] for part in resampler.resample(frame)]
    return np.concatenate(blocks)


def likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The highest normalised correlation of two sounds shifted by up to 50 ms."""
    best, length = 0.0, min(len(one), len(other)) - RATE // 10
    for shift in range(-RATE // 20, RATE // 20):
        a = one[max(0, shift) :][:length]
        b = other[max(0, -shift) :][:length]
        scale = float(np.linalg.norm(a) * np.linalg.norm(b))
        best = max(best, float(np.dot(a, b)) / scale)
    return best


def memo(seconds: float) -> bytes:
    """Somebody speaking, as a stereo WAV."""
    pcm = (np.tile(spoken(seconds), (2, 1)).T * 32_767).astype("<i2").tobytes()
    return media.wav_header(len(pcm), channels=2) + pcm


def orders(folder: Path) -> list[tuple[str, list[str]]]:
    """Of each job of the studio, the reason that was given and the ids of what it was for."""
    with closing(sqlite3.connect(folder / "data" / "studio.sqlite3")) as database:
        rows = database.execute("select override_reason, findings from jobs_avatarjob").fetchall()
    return [(reason, [one["id"] for one in json.loads(findings)]) for reason, findings in rows]


def test_the_video_has_the_sound_and_the_length_of_the_take(tmp_path: Path) -> None:
    picture, recording, out = tmp_path / "me.webp", tmp_path / "memo.wav", tmp_path / "out.mp4"
    picture.write_bytes(encoded(portrait("tomas-studio"), "WEBP"))
    recording.write_bytes(memo(4.2))
    done = demo(
        tmp_path, f"--image={picture}", f"--audio={recording}", f"--out={out}", "--model=pro",
        "--prompt=Presenter nods, medium shot, slow pan to the left",
        "--reason=The greeting is short on purpose.",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warning: The audio is only 4.2 s long" in done.stdout
    assert "Cost $0.47" in done.stdout
    assert orders(tmp_path) == [("The greeting is short on purpose.", ["audio.short"])]
    with av.open(str(out)) as video:
        assert [stream.codec_context.name for stream in video.streams] == ["h264", "aac"]
        frames = sum(1 for _ in video.decode(video=0))
        rate = video.streams.video[0].average_rate
    assert rate is not None
    assert abs(frames / rate - 4.2) < 0.1
    taken, heard = sound_of(recording), sound_of(out)
    assert abs(len(heard) - len(taken)) / RATE < 0.1
    assert likeness(taken, heard) > 0.98


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a studio in which nothing was ever ordered."""
    return tmp_path_factory.mktemp("studio")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--image=nowhere.jpg"], "There is no file “nowhere.jpg”"),
        (["--audio={text}"], "recording"),
        (["--image={text}"], "picture"),
        (["--model=cinema"], "There is no model “cinema”"),
        (["--image={wall}"], "No face was found"),
        (["--prompt= "], "prompt"),
        (["--out=/nowhere/out.mp4"], "not a place for a file"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_bad_input_is_a_sentence_and_exit_code_2(
    studio: Path, tmp_path: Path, options: list[str], sentence: str
) -> None:
    text, wall = tmp_path / "notes.txt", tmp_path / "wall.png"
    text.write_text("These are notes.")
    wall.write_bytes(media.make_png(1080, 1350))
    done = demo(studio, *(option.format(text=text, wall=wall) for option in options))
    assert done.returncode == 2, done.stdout + done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(studio.glob("*.mp4"))


def test_what_ships_with_the_studio_is_made_into_a_video_without_a_warning(tmp_path: Path) -> None:
    done = demo(tmp_path, f"--out={tmp_path / 'out.mp4'}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warning" not in done.stdout
    assert orders(tmp_path) == [("", [])]
