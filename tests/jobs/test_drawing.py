"""Drawing animatics: really drawn, marked as such, with the time that is left."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from jobs import animatics, drafts, drawing, drawing_child, tasks
from jobs.models import Animatic, Drawing
from jobs.renditions import probe_video
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.jobs.drafting import ask_for
from tests.jobs.test_bringing_it_home import files_in

type As = Callable[[User], Client]

pytestmark = pytest.mark.django_db(transaction=True)


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
