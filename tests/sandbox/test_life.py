"""A task's whole life: from the order to a film that can be played."""

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import httpx
import numpy as np
from numpy.typing import NDArray

from tests.sandbox.engine import Engine, anyone
from tests.sandbox.inputs import DEMO, Inputs

RATE = 16_000


def sound_of(path: Path) -> NDArray[np.float32]:
    """The first sound track as mono samples, 16,000 per second."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    pieces: list[NDArray[np.float32]] = []
    with av.open(str(path)) as film:
        for frame in [*film.decode(audio=0), None]:
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
    return np.concatenate(pieces)


def test_a_finished_task_is_a_film_with_the_sound_of_the_take(
    engine: Engine, inputs: Inputs, tmp_path: Path
) -> None:
    task_id = engine.accepted(
        inputs.order(
            image_url=inputs.url("ines-blazer.jpg"),
            audio_url=inputs.url("support.mp3"),
            audio_duration_seconds=11.22,
        )
    )
    seen = engine.end(task_id)
    assert seen["status"] == "completed"
    assert seen["progress"] == 100
    assert seen["result"]["outputs"] == [seen["video_url"]]
    film = tmp_path / "film.mp4"
    # Without the key: the name of the file is the secret.
    film.write_bytes(anyone.get(seen["video_url"]).content)

    with av.open(str(film)) as opened:
        picture = opened.streams.video[0]
        assert (picture.codec_context.name, picture.width, picture.height) == ("h264", 720, 900)
        assert opened.streams.audio[0].codec_context.name == "aac"
        frames = sum(1 for _ in opened.decode(video=0))
    take, heard = sound_of(DEMO / "support.mp3"), sound_of(film)
    assert abs(frames / 25 - len(take) / RATE) <= 1 / 25
    assert abs(len(heard) - len(take)) <= 0.04 * RATE
    length = min(len(heard), len(take))
    alike = np.corrcoef(heard[:length], take[:length])[0, 1]
    assert alike > 0.95  # a shift of 2 ms would already make it fall far below


def test_a_film_is_served_in_ranges_and_by_head(engine: Engine, inputs: Inputs) -> None:
    url = engine.end(engine.accepted(inputs.order()))["video_url"]
    head = anyone.head(url)
    part = anyone.get(url, headers={"Range": "bytes=4-7"})
    assert head.status_code == 200
    assert head.headers["content-type"] == "video/mp4"
    assert int(head.headers["content-length"]) > 1_000
    assert (part.status_code, part.content) == (206, b"ftyp")


def test_a_film_of_an_unknown_name_is_not_found(engine: Engine) -> None:
    for name in ("x.mp4", "..%2Ftasks.sqlite3", "A" * 30 + ".mp4"):
        assert engine.client.get(f"/media/{name}").status_code == 404


def test_a_task_is_queued_then_processing_then_completed_and_takes_its_time(
    start_engine: Callable[..., Engine], inputs: Inputs
) -> None:
    engine = start_engine(seconds=1.8)
    started = time.monotonic()
    accepted = engine.submit(inputs.order()).json()
    words: list[str] = [accepted["status"]]
    while words[-1] != "completed":
        seen = engine.read(accepted["task_id"]).json()
        if words[-1] != seen["status"]:
            words.append(seen["status"])
        assert seen["status"] == "completed" or seen["progress"] < 100
        assert time.monotonic() - started < 120
        time.sleep(0.02)
    assert words[0] == "queued"
    order = ["queued", "processing", "completed"]  # on a busy machine one may be missed
    assert words == [one for one in order if one in words]
    assert time.monotonic() - started >= 1.8


def test_a_restart_keeps_finished_tasks_resumes_the_others_and_keeps_the_bill(
    start_engine: Callable[..., Engine], inputs: Inputs
) -> None:
    first = start_engine()
    finished = first.accepted(inputs.order())
    name = first.end(finished)["video_url"].rsplit("/", 1)[1]
    film = first.client.get(f"/media/{name}").content
    failing = first.accepted(inputs.order(image_url=inputs.url("nowhere.png")))
    assert first.end(failing)["status"] == "failed"
    first.fault(fault="slow_task", seconds=10)
    waiting = first.accepted(inputs.order(prompt="handheld"))
    first.stop(signal.SIGKILL)
    killed_at = time.time()

    second = start_engine()
    assert second.read(finished).json()["status"] == "completed"
    assert second.client.get(f"/media/{name}").content == film
    assert second.read(failing).json()["error"]["code"] == "file_download_error"
    assert second.end(waiting)["status"] == "completed"
    assert second.bill_of(waiting)["finished_at"] > killed_at
    bill = second.bill()
    assert [row["task_id"] for row in bill["tasks"]] == [finished, failing, waiting]
    assert bill["charged_amount"] == "0.2240"  # two of 2 s at 0.056; the failed one was refunded


def test_it_stops_at_once_while_it_renders_and_answers_slowly(
    start_engine: Callable[..., Engine], inputs: Inputs, tmp_path: Path
) -> None:
    engine = start_engine()
    url = inputs.tone("long.wav", 120)
    task_id = engine.accepted(inputs.order(audio_url=url, audio_duration_seconds=120))
    deadline = time.monotonic() + 90
    while engine.read(task_id).json()["progress"] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    engine.fault(fault="slow", on="read", delay_seconds=60)
    with (
        ThreadPoolExecutor(1) as pool,
        httpx.Client(base_url=engine.client.base_url) as other,
    ):
        waiting = pool.submit(other.get, "/v1/video/generations/x", timeout=60)
        time.sleep(0.3)
        assert not waiting.done()
        assert engine.stop() < 20
        assert waiting.exception() is not None or waiting.result().status_code == 401
    assert engine.process.returncode == 0
    working = tmp_path / "data" / "sandbox" / "working"
    assert not working.exists()


def test_the_same_inputs_are_rendered_once_and_served_under_two_names(
    engine: Engine, inputs: Inputs
) -> None:
    order = inputs.order(prompt="tilt up, once only")
    urls = {engine.end(engine.accepted(order))["video_url"] for _ in range(2)}
    films = {anyone.get(url).content for url in urls}
    assert (len(urls), len(films)) == (2, 1)
