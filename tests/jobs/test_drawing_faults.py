"""What keeps an animatic from being drawn is said, and drawn again where that may help."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError
from django.utils import timezone

from jobs import animatics, drafts, drawing, sweeping
from jobs.models import Animatic, Drawing
from jobs.models.animatic import AnimaticQuerySet
from jobs.own_process import told_by
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.jobs.drafting import seconds_pass
from tests.jobs.test_bringing_it_home import files_in, no_room

pytestmark = pytest.mark.django_db(transaction=True)


def test_progress_that_cannot_be_written_for_a_moment_stops_no_drawing(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_while_failing(asked, monkeypatch, "progress")
    assert (asked.state, asked.problem) == (Drawing.READY, "")


def test_a_database_that_goes_when_it_is_drawn_fails_nothing_and_takes_no_file_along(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_while_failing(asked, monkeypatch, "sha256", is_done=True)
    assert asked.state == Drawing.READY, "it was written, and only the answer did not come"
    assert Path(asked.video.path).exists()


def test_a_database_that_is_away_when_it_is_drawn_has_it_drawn_again(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_while_failing(asked, monkeypatch, "sha256")
    assert asked.state == Drawing.DRAWING
    seconds_pass(asked)
    sweeping.sweep()
    drawing.draw_due()
    asked.refresh_from_db()
    assert asked.state == Drawing.READY


def draw_while_failing(
    asked: Animatic, monkeypatch: pytest.MonkeyPatch, field: str, *, is_done: bool = False
) -> None:
    """Draw it while the database goes once, at the update of `field`."""
    with monkeypatch.context() as patch:
        lost = failing_once(AnimaticQuerySet.update, field, is_done=is_done)
        patch.setattr(AnimaticQuerySet, "update", lost)
        drawing.draw_due()
    asked.refresh_from_db()


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
