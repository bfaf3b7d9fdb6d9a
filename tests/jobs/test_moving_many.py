"""Many jobs move at once: their rows are locked, and no others."""

from __future__ import annotations

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jobs.models import AvatarJob, State, advance_many
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job


def test_moving_jobs_locks_no_clip(clip: Clip, teammate: User) -> None:
    """A locked clip would make every new row that names it wait, and two such waits a deadlock."""
    job = make_job(clip, teammate, state=State.RUNNING, handle="task_1")
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        moved = advance_many([job], State.STALLED, cause="late", details={}, next_at=None)
    assert [one.pk for one in moved] == [job.pk]
    reading = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
    assert reading
    assert not [sql for sql in reading if Clip._meta.db_table in sql]
    assert AvatarJob.objects.get(pk=job.pk).state == State.STALLED


def test_moving_nothing_asks_nothing(db: None) -> None:
    with transaction.atomic():
        assert advance_many([], State.STALLED, cause="late", details={}) == []


def test_a_locked_job_can_be_named_by_new_rows(clip: Clip, teammate: User) -> None:
    """Rows are locked against change, not against being referred to (FOR NO KEY UPDATE)."""
    job = make_job(clip, teammate, state=State.RUNNING, handle="t-1")
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        advance_many([job], State.STALLED, cause="late", details={}, next_at=None)
    locking = [one["sql"] for one in asked if "FOR " in one["sql"]]
    if connection.vendor == "postgresql":
        assert locking
    assert all("FOR NO KEY UPDATE" in sql for sql in locking)
