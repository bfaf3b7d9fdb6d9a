"""Many tasks at once: small films, spread times, seeded tasks, light lists, and sudden ends."""

import base64
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobs.renditions import probe_video
from jobs.sandbox.options import Span
from tests.sandbox.engine import KLING, ROOT, Engine, anyone, until
from tests.sandbox.inputs import Inputs


def seed(engine: Engine, **wanted: Any) -> dict[str, Any]:
    """Seed tasks, which must work."""
    answer = engine.client.post("/sandbox/seed", json=wanted)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def unfinished(engine: Engine) -> int:
    return int(engine.client.get("/sandbox/health").json()["unfinished"])


def test_a_small_film_is_a_whole_film_of_the_right_length(
    start_engine: Callable[..., Engine], inputs: Inputs, tmp_path: Path
) -> None:
    engine = start_engine(film="small")
    order = inputs.order(
        image_url=inputs.url("ines-blazer.jpg"),
        audio_url=inputs.url("support.mp3"),
        audio_duration_seconds=11.22,
    )
    film = tmp_path / "film.mp4"
    film.write_bytes(anyone.get(engine.end(engine.accepted(order))["video_url"]).content)
    facts = probe_video(film)  # as the studio does before it believes a film
    assert (facts.width, facts.height) == (160, 200)
    assert facts.duration_seconds == pytest.approx(11.22, abs=1 / 12)
    assert facts.audio_seconds == pytest.approx(11.22, abs=0.05)
    assert len(film.read_bytes()) < 300_000


def test_small_films_share_a_renderer_that_outlives_a_bad_input(
    start_engine: Callable[..., Engine], inputs: Inputs
) -> None:
    engine = start_engine(film="small")
    (inputs.folder / "no-sound.mp3").write_text("this is no sound")
    bad = inputs.order(audio_url=inputs.url("no-sound.mp3"))
    prompts = ("static", "pan left", "push in")
    ids = [engine.accepted(inputs.order(prompt=prompt)) for prompt in prompts]
    failing = engine.accepted(bad)
    assert [engine.end(one)["status"] for one in ids] == ["completed"] * 3
    assert engine.end(failing)["status"] == "failed"
    listing = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(engine.process.pid)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert 1 <= listing.count("jobs.sandbox.child") <= 2


def test_every_task_has_a_time_of_its_own_in_the_range_that_a_restart_keeps() -> None:
    span = Span.read("60-300")
    times = [span.of(f"task_{number}") for number in range(200)]
    assert times == [span.of(f"task_{number}") for number in range(200)]
    assert min(times) >= 60
    assert max(times) <= 300
    assert max(times) - min(times) > 200
    assert Span.read("6").of("task_1") == 6


@pytest.mark.parametrize(
    ("name", "value"),
    [("SANDBOX_SECONDS", "300-60"), ("SANDBOX_SECONDS", "soon"), ("SANDBOX_SECONDS", "-5"),
     ("SANDBOX_FILM", "tiny"), ("SANDBOX_WEBHOOK_SECRET", "whsec_?"),
     ("SANDBOX_SECRET_KEY", "short")],
)  # fmt: skip
def test_a_bad_setting_is_refused_by_name(name: str, value: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "jobs.sandbox", "--port", "0", "--data-dir", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, env={name: value}, capture_output=True, check=False)
    assert ran.returncode == 2
    assert name in ran.stderr.decode()


def test_the_help_names_every_variable() -> None:
    command = [sys.executable, "-m", "jobs.sandbox", "--help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^# (SANDBOX_\w+)=", example, re.MULTILINE)) - {"SANDBOX_URL"}
    assert named <= set(re.findall(r"SANDBOX_\w+", said))


def test_two_thousand_seeded_tasks_run_end_in_their_time_and_are_billed(
    start_engine: Callable[..., Engine],
) -> None:
    engine = start_engine()
    began = time.time()
    ids = seed(engine, count=2_000, seconds="4-6")["ids"]
    seeded_at = time.time()
    assert len(set(ids)) == 2_000
    left, status = unfinished(engine), engine.read(ids[0]).json()["status"]
    # A busy machine may have needed so long that some have ended.
    assert (left, status) == (2_000, "processing") or time.time() - began >= 4
    until(lambda: unfinished(engine), lambda left: left == 0, seconds=120)
    page = engine.client.get("/sandbox/tasks", params={"limit": 2_000}).json()
    assert [row["task_id"] for row in page["tasks"]] == ids
    assert {row["status"] for row in page["tasks"]} == {"completed"}
    took = [row["finished_at"] - row["created_at"] for row in page["tasks"]]
    assert min(took) >= 4
    assert max(row["finished_at"] for row in page["tasks"]) - seeded_at < 90
    assert (page["accepted"], page["charged_amount"]) == (2_000, "560.0000")  # 5 s of 0.056
    film = anyone.get(engine.read(ids[-1]).json()["video_url"])
    assert film.content[4:8] == b"ftyp"


def test_seeded_tasks_of_each_api_are_found_there(start_engine: Callable[..., Engine]) -> None:
    engine = start_engine()
    made = seed(engine, count=2, seconds="600", face="kling", phase="queued")
    assert engine.kling_read(made["external_ids"][0])["task_id"] == made["ids"][0]
    assert engine.kling_read(made["ids"][1])["task_status"] == "submitted"
    (request_id,) = seed(engine, count=1, seconds="0", face="fal", audio_seconds=3)["ids"]
    here = f"/fal-ai/kling-video/requests/{request_id}"
    engine.fal_end({"status_url": f"{here}/status"})
    assert engine.fal("GET", here).json()["duration"] == 3.0


@pytest.mark.parametrize(
    "wanted",
    [[], {}, {"count": 0}, {"count": 1, "seconds": "x"}, {"count": 1, "phase": "completed"},
     {"count": 1, "face": "sora"}, {"count": 1, "colour": "red"}, {"count": True}],
)  # fmt: skip
def test_a_seed_that_cannot_be_is_refused_with_a_sentence(engine: Engine, wanted: Any) -> None:
    answer = engine.client.post("/sandbox/seed", json=wanted)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_the_light_list_goes_on_after_a_number(engine: Engine, inputs: Inputs) -> None:
    everything = engine.client.get("/sandbox/tasks", params={"limit": 10_000}).json()
    ids = [engine.accepted(inputs.order()) for _ in range(3)]
    first = engine.client.get("/sandbox/tasks", params={"after": everything["last"], "limit": 2})
    rest = engine.client.get("/sandbox/tasks", params={"after": first.json()["last"]})
    assert [row["task_id"] for row in first.json()["tasks"]] == ids[:2]
    assert [row["task_id"] for row in rest.json()["tasks"]] == ids[2:]
    assert engine.client.get("/sandbox/tasks", params={"limit": 0}).status_code == 400


def test_killed_right_after_its_answer_it_still_has_the_task_and_the_files_in_it(
    start_engine: Callable[..., Engine], inputs: Inputs, tmp_path: Path
) -> None:
    first = start_engine(seconds=3)
    image = base64.b64encode((inputs.folder / "small.png").read_bytes()).decode()
    own = "after-a-kill"
    accepted = first.kling(inputs.kling_order(image=image, external_task_id=own)).json()
    first.stop(signal.SIGKILL)
    stray = tmp_path / "data" / "sandbox" / "inputs" / "of-an-order-that-was-never-kept"
    stray.write_bytes(b"?")

    second = start_engine(seconds=3)
    assert not stray.exists()
    found = second.kling_read(own)
    assert found["task_id"] == accepted["data"]["task_id"]
    assert second.kling_end(own)["task_status"] == "succeed"
    assert second.bill_of(found["task_id"])["amount"] == "0.1120"
    assert not list((tmp_path / "data" / "sandbox" / "inputs").iterdir())
    assert second.client.get(KLING).json()["data"][0]["task_id"] == found["task_id"]


def test_tasks_of_an_earlier_version_of_the_file_are_kept(
    start_engine: Callable[..., Engine], inputs: Inputs, tmp_path: Path
) -> None:
    first = start_engine()
    task_id = first.accepted(inputs.order())
    first.end(task_id)
    first.stop()
    with sqlite3.connect(tmp_path / "data" / "sandbox" / "tasks.sqlite3") as db:
        db.execute("drop index task_external_id")
        later = ("face", "changed_at", "external_id", "submits", "callback_url", "base_url")
        for name in later:
            db.execute(f"alter table task drop column {name}")
    db.close()

    second = start_engine()
    assert second.read(task_id).json()["status"] == "completed"
    assert second.bill_of(task_id)["face"] == "gateway"
    assert second.end(second.accepted(inputs.order()))["status"] == "completed"
