"""Drawing animatics: really drawn, one at a time, and no worker that dies loses anything."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from jobs import (
    animatics,
    drafts,
    drawing,
    drawing_child,
    ordering,
    own_process,
    submission,
    sweeping,
    tasks,
)
from jobs.models import Animatic, Drawing, State
from jobs.models.animatic import AnimaticQuerySet
from jobs.own_process import told_by
from jobs.renditions import probe_video
from studio.clips.models import Clip
from studio.organisations.models import User
from tests import media
from tests.engine import SandboxEngine
from tests.jobs.test_bringing_it_home import files_in, no_room

type As = Callable[[User], Client]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(clip: Clip, teammate: User) -> Animatic:
    """An animatic of three seconds that waits to be drawn."""
    return animatics.draft(clip, by=teammate)[0]


def seconds_pass(animatic: Animatic) -> None:
    """The lease of its worker has run out."""
    past = timezone.now() - timedelta(seconds=1)
    Animatic.objects.filter(pk=animatic.pk).update(leased_until=past)


def ask_for(clip: Clip, by: User, motion: str) -> Animatic:
    clip.motion = motion
    clip.save()
    return animatics.draft(clip, by=by)[0]


def test_the_task_draws_it_from_the_clips_own_inputs(
    as_: As, asked: Animatic, viewer: User, tmp_path: Path
) -> None:
    tasks.draw_due()
    asked.refresh_from_db()
    assert (asked.state, asked.problem, asked.lease) == (Drawing.READY, "", "")
    facts = probe_video(Path(asked.video.path))
    assert (facts.frames, facts.frame_rate) == (asked.frames, asked.frame_rate)
    assert (asked.frame_rate, asked.frames) == (Fraction(25), round(asked.duration_seconds * 25))
    assert (facts.width, facts.height) == (asked.width, asked.height) == (540, 540)
    assert facts.sha256 == asked.sha256
    assert facts.plays_in_browsers
    assert abs(facts.audio_seconds - 3) < 0.2
    for name in ("animatic_video", "animatic_poster", "animatic_film_strip"):
        assert as_(viewer).get(reverse(name, args=[asked.pk])).getvalue()
    assert files_in(tmp_path / "tmp") == [], "nothing is left in the workspace"


def test_it_says_animatic_in_the_picture(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert drawing_child.MARK == "ANIMATIC"
    monkeypatch.setattr(drawing_child, "say", lambda **line: None)
    posters = []
    for mark in (drawing_child.MARK, ""):
        monkeypatch.setattr(drawing_child, "MARK", mark)
        inputs = (Path(asked.look.image.path), Path(asked.take.send_copy.path))
        drawing_child.draw(*inputs, "", tmp_path)
        with Image.open(tmp_path / "poster.jpg") as poster:
            posters.append(np.asarray(poster.convert("L"), np.int16))
    difference = np.abs(posters[0] - posters[1])
    assert difference[460:, :230].max() > 60, "the mark stands in the corner"
    assert difference[:380, 240:].max() < 30, "and nowhere else"


def test_a_prompt_longer_than_an_argument_may_be_is_drawn(clip: Clip, teammate: User) -> None:
    clip.free_text = "推近" * 50_000
    clip.save()
    asked, _ = animatics.draft(clip, by=teammate)
    drawing.draw_due()
    asked.refresh_from_db()
    assert asked.state == Drawing.READY


def test_progress_and_the_seconds_left_come_from_the_measured_pace(
    clip: Clip, asked: Animatic
) -> None:
    now = timezone.now()
    Animatic.objects.filter(pk=asked.pk).update(
        state=Drawing.DRAWING, lease="x", leased_until=now, started_at=now - timedelta(seconds=10),
        progress=25, progress_at=now,
    )  # fmt: skip
    assert drafts.draft_of(clip, now).sentence == "Drawing, about 30 s left"
    later = now + timedelta(seconds=20)
    assert drafts.draft_of(clip, later).sentence == "Drawing, about 10 s left"


def test_before_it_has_a_pace_of_its_own_that_of_the_others_counts(
    clip: Clip, teammate: User, asked: Animatic
) -> None:
    now = timezone.now()
    assert drafts.draft_of(clip, now).sentence == "Next to be drawn"
    Animatic.objects.filter(pk=asked.pk).update(
        state=Drawing.READY, state_at=now, started_at=now - timedelta(seconds=6), frames=75,
        rate_numerator=25, rate_denominator=1, video="v.mp4",
    )  # fmt: skip
    ask_for(clip, teammate, "waves")
    assert drafts.draft_of(clip, now).sentence == "Next to be drawn, about 6 s left"
    newest = ask_for(clip, teammate, "bows")
    sentence = drafts.draft_of(clip, now).sentence
    assert (newest.number, sentence) == (3, "2nd to be drawn, about 12 s left")


def test_the_row_follows_the_drawing(asked: Animatic, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int]] = []
    note = drawing._note_progress

    def noted(animatic: Animatic, share: float) -> None:
        note(animatic, share)
        seen.append(Animatic.objects.values_list("state", "progress").get(pk=animatic.pk))

    monkeypatch.setattr(drawing, "WRITE_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(drawing, "_note_progress", noted)
    drawing.draw_due()
    assert [state for state, _ in seen] == ["drawing"] * 3, "once per second of film"
    assert [progress for _, progress in seen] == [0, 33, 67]


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
    until = time.monotonic() + 20
    while is_running(int(children[0])) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(int(children[0]))


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def test_progress_that_cannot_be_written_for_a_moment_stops_no_drawing(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(AnimaticQuerySet, "update", failing_once(AnimaticQuerySet.update, "progress"))
        drawing.draw_due()
    asked.refresh_from_db()
    assert (asked.state, asked.problem) == (Drawing.READY, "")


def test_a_database_that_goes_when_it_is_drawn_fails_nothing_and_takes_no_file_along(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        lost = failing_once(AnimaticQuerySet.update, "sha256", is_done=True)
        patch.setattr(AnimaticQuerySet, "update", lost)
        drawing.draw_due()
    asked.refresh_from_db()
    assert asked.state == Drawing.READY, "it was written, and only the answer did not come"
    assert Path(asked.video.path).exists()


def test_a_database_that_is_away_when_it_is_drawn_has_it_drawn_again(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(AnimaticQuerySet, "update", failing_once(AnimaticQuerySet.update, "sha256"))
        drawing.draw_due()
    asked.refresh_from_db()
    assert asked.state == Drawing.DRAWING
    seconds_pass(asked)
    sweeping.sweep()
    drawing.draw_due()
    asked.refresh_from_db()
    assert asked.state == Drawing.READY


def failing_once(
    update: Callable[..., int], field: str, *, is_done: bool = False
) -> Callable[..., int]:
    """`update`, but the database goes before (or, `is_done`, after) the first one of `field`."""
    left = [field]

    def failing(rows: Any, **fields: Any) -> int:
        if not left or field not in fields or fields.get("state") == Drawing.DRAWING:
            return update(rows, **fields)
        left.clear()
        if is_done:
            update(rows, **fields)
        raise OperationalError("the connection is gone")

    return failing


def test_a_full_disk_is_said_and_a_person_asks_again(
    clip: Clip, teammate: User, asked: Animatic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @contextmanager
    def on_a_full_disk(*arguments: str, seconds: float) -> Iterator[Any]:
        with no_room(bytes_=20_000), told_by(*arguments, seconds=seconds) as told:
            said = list(told)
        yield iter(said)

    before = files_in(tmp_path / "media")
    with monkeypatch.context() as patch:
        patch.setattr(drawing, "told_by", on_a_full_disk)
        drawing.draw_due()
    asked.refresh_from_db()
    assert asked.state == Drawing.FAILED
    assert re.search(r"could not be stored \(File too large\): make room", asked.problem)
    assert files_in(tmp_path / "tmp") == []
    assert files_in(tmp_path / "media") == before
    again, is_new = animatics.draft(clip, by=teammate)
    assert is_new
    drawing.draw_due()
    again.refresh_from_db()
    assert again.state == Drawing.READY


@pytest.mark.parametrize(
    ("field", "sentence"),
    [("look", "The picture cannot be drawn"), ("take", "The take cannot be played")],
)
def test_an_input_that_cannot_be_drawn_is_named(
    clip: Clip, teammate: User, field: str, sentence: str
) -> None:
    if field == "look" and clip.look:
        clip.look.image = ContentFile(b"no picture", name="look.png")
        clip.look.save()
    elif clip.take:
        clip.take.send_copy = ContentFile(b"no sound", name="take.mp3")
        clip.take.save()
    asked, _ = animatics.draft(clip, by=teammate)
    drawing.draw_due()
    asked.refresh_from_db()
    assert asked.state == Drawing.FAILED
    assert asked.problem.startswith(sentence)
    assert sentence in drafts.draft_of(clip, timezone.now()).sentence


def test_a_file_that_is_gone_is_said(asked: Animatic) -> None:
    Path(asked.look.image.path).unlink()
    drawing.draw_due()
    asked.refresh_from_db()
    assert asked.state == Drawing.FAILED
    assert asked.problem


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


def test_the_process_takes_no_more_memory_than_it_may() -> None:
    script = (
        "from jobs.own_process import step_back\n"
        "step_back(1, memory_bytes=1_000_000_000)\n"
        "try:\n    bytearray(2_000_000_000)\n"
        "except MemoryError:\n    print('refused', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "refused\n"
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


@pytest.mark.benchmark
def test_a_minute_takes_less_processor_than_two_cores_have_in_fifteen_seconds(
    clip: Clip, teammate: User
) -> None:
    assert clip.take
    clip.take.send_copy = ContentFile(media.make_mp3(60), name="take.mp3")
    clip.take.duration_seconds = Decimal(60)
    clip.take.save()
    asked = ask_for(clip, teammate, "waves, slow push-in")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    drawing.draw_due()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    asked.refresh_from_db()
    assert (asked.state, asked.frames) == (Drawing.READY, round(asked.duration_seconds * 25))
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 2 * 15
