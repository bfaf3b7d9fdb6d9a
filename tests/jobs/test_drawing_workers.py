"""Workers draw one animatic at a time, and one that dies or stops loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from jobs import animatics, drafts, drawing, ordering, own_process, submission, sweeping
from jobs.models import Animatic, Drawing, State
from studio.clips.models import Clip
from studio.organisations.models import User
from tests import media
from tests.engine import SandboxEngine
from tests.jobs.drafting import ask_for, seconds_pass
from tests.jobs.test_bringing_it_home import files_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_cancelled_drawing_stops_in_the_middle_and_keeps_nothing(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = drawing._note_progress
    told: list[float] = []

    def cancelled_meanwhile(animatic: Animatic, share: float) -> None:
        told.append(share)
        assert animatics.cancel(Animatic.objects.get(pk=animatic.pk))
        note(animatic, share)

    before = files_in(tmp_path / "media")
    monkeypatch.setattr(drawing, "_note_progress", cancelled_meanwhile)
    drawing.draw_due()
    asked.refresh_from_db()
    assert (asked.state, asked.video.name) == (Drawing.CANCELLED, "")
    assert told == [0.0], "nothing was drawn after that"
    assert files_in(tmp_path / "media") == before
    assert drawing.draw_due() == 0


def test_a_worker_that_was_killed_gives_the_animatic_back(clip: Clip, asked: Animatic) -> None:
    died = drawing._claimed()
    assert died
    sweeping.sweep()
    assert drawing.draw_due() == 0, "it may still be working"
    seconds_pass(asked)
    sweeping.sweep()
    assert drafts.draft_of(clip, timezone.now()).symbol == "queued"
    assert drawing.draw_due() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.tries) == (Drawing.READY, 2)


def test_a_lease_from_before_the_clock_was_put_back_is_over(asked: Animatic) -> None:
    assert drawing._claimed()
    tomorrow = timezone.now() + timedelta(days=1)
    Animatic.objects.filter(pk=asked.pk).update(leased_until=tomorrow)
    sweeping.sweep()
    asked.refresh_from_db()
    assert asked.state == Drawing.QUEUED


def test_a_worker_that_comes_back_late_changes_nothing(asked: Animatic, tmp_path: Path) -> None:
    late = drawing._claimed()
    assert late
    seconds_pass(asked)
    sweeping.sweep()
    assert drawing.draw_due() == 1
    asked.refresh_from_db()
    kept, video = files_in(tmp_path / "media"), asked.video.name
    drawing._draw(late)
    asked.refresh_from_db()
    assert (asked.state, asked.video.name) == (Drawing.READY, video)
    assert files_in(tmp_path / "media") == kept


def test_a_process_that_is_killed_is_begun_again_a_few_times(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "SECONDS_AT_LEAST", 0)
    monkeypatch.setattr(drawing, "SECONDS_PER_SECOND", 0)
    for tries in range(1, drawing.TRIES + 1):
        assert asked.state == Drawing.QUEUED
        assert drawing.draw_due() == 1
        asked.refresh_from_db()
        assert asked.tries == tries
    assert asked.state == Drawing.FAILED
    assert "broke off 3 times" in asked.problem


def test_a_worker_that_is_to_stop_gives_the_drawing_back_at_once(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_process, "_children", own_process.Children())
    with monkeypatch.context() as patch:
        patch.setattr(drawing, "_note_progress", lambda animatic, share: own_process.end_all())
        drawing.draw_due()
    asked.refresh_from_db()
    assert (asked.state, asked.tries, asked.lease) == (Drawing.QUEUED, 0, "")
    monkeypatch.setattr(own_process, "_children", own_process.Children())
    drawing.draw_due()
    asked.refresh_from_db()
    assert asked.state == Drawing.READY


def test_the_process_goes_when_its_worker_is_killed(asked: Animatic, tmp_path: Path) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("")
    long = tmp_path / "long.mp3"
    long.write_bytes(media.make_mp3(120))
    script = (
        "import os, sys\nfrom jobs.own_process import told_by\n"
        "with told_by('jobs.drawing_child', *sys.argv[1:], seconds=60) as told:\n"
        "    for line in told: print(line, flush=True)\n"
    )
    arguments = [asked.look.image.path, str(long), str(prompt), str(tmp_path)]
    worker = subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True
    )
    try:
        assert worker.stdout
        assert "progress" in worker.stdout.readline()
        children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
        assert len(children) == 1
        assert os.getpriority(os.PRIO_PROCESS, int(children[0])) >= 15, "behind what is paid"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    until = time.monotonic() + 90
    while is_running(int(children[0])) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(int(children[0]))


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def test_two_workers_do_not_draw_the_same(clip: Clip, teammate: User, asked: Animatic) -> None:
    second = ask_for(clip, teammate, "waves")
    claimed = [drawing._claimed() for _ in range(3)]
    assert [one and one.pk for one in claimed] == [asked.pk, second.pk, None]


def test_the_next_one_is_drawn_at_once(
    clip: Clip, teammate: User, asked: Animatic, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudges: list[str] = []
    monkeypatch.setattr(drawing, "nudge", nudges.append)
    monkeypatch.setattr(drawing, "_draw", lambda animatic: animatic.advance(Drawing.CANCELLED))
    ask_for(clip, teammate, "waves")
    assert (drawing.draw_due(), nudges) == (1, ["draw_due"])
    assert (drawing.draw_due(), nudges) == (1, ["draw_due"]), "there is nothing more to draw"


def test_several_drafts_keep_no_paid_job_waiting(
    engine: SandboxEngine, clip: Clip, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for motion in ("waves", "bows", "nods"):
        ask_for(clip, teammate, motion)
    begun, may_end = threading.Event(), threading.Event()

    def long_drawing(animatic: Animatic) -> None:
        begun.set()
        may_end.wait(60)

    def draw() -> None:
        try:
            drawing.draw_due()
        finally:
            connection.close()

    monkeypatch.setattr(drawing, "_draw", long_drawing)
    worker = threading.Thread(target=draw)
    worker.start()
    try:
        assert begun.wait(30)
        assert drawing.draw_due() == 0, "one at a time: the other threads stay free"
        job = ordering.order(clip, by=teammate)
        submission.submit_due()
        job.refresh_from_db()
        assert job.state == State.RUNNING, "it is at the engine while three drafts wait"
    finally:
        may_end.set()
        worker.join()
