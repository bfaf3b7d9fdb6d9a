"""Jobs, money and events of the past, for tests about figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from jobs import costs
from jobs.models import AvatarJob, JobEvent, State
from studio.clips.models import Clip, add_clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Project
from tests.conftest import STANDARD, make_job

_numbers = count(1)
_WITHOUT_HANDLE = (State.QUEUED, State.SUBMITTING, State.UNKNOWN, State.FAILED)


def a_job(
    clip: Clip, by: User, state: State = State.QUEUED, at: datetime | None = None, **fields: Any
) -> AvatarJob:
    """A job in any state whose money is held; `at` is when it was asked for."""
    number = next(_numbers)
    if state not in _WITHOUT_HANDLE:
        fields.setdefault("handle", f"task_{number}")
    if state == State.SUBMITTING:
        fields.setdefault("sent_at", timezone.now())
    job = make_job(clip, by, number=number, state=state, **fields)
    costs.hold(job, by=by)
    if at:
        AvatarJob.objects.filter(pk=job.pk).update(requested_at=at)
    return job


def moved(job: AvatarJob, to: State, cause: str, at: datetime, **fields: Any) -> None:
    """An event of the past."""
    event = JobEvent.objects.create(job=job, to_state=to, cause=cause, **fields)
    JobEvent.objects.filter(pk=event.pk).update(at=at)


def a_clip_of(organisation: Organisation, by: User, like: Clip, title: str = "Theirs") -> Clip:
    """A clip in another organisation, with inputs like ours."""
    project = Project.objects.create(organisation=organisation, name="Secret", created_by=by)
    return add_clip(
        project, title=title, engine_model=STANDARD, by=by, look=like.look, take=like.take,
        motion="nods",
    )  # fmt: skip


def ago(**by: float) -> datetime:
    """So long before now."""
    return timezone.now() - timedelta(**by)
