"""What became of a generation that somebody asked for, where it is no video."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from jobs.models import AvatarJob, State
from studio.notifications.models import Kind, Notification
from studio.notifications.telling import News

_UNSETTLED = "unsettled:"
#: Why only a person can say how it ended.
WHY = {
    State.UNKNOWN: "the engine's answer was lost",
    State.STALLED: "it is overdue at the engine",
    State.LOST: "it was rendered, but the video cannot be had",
}


def failed(job: AvatarJob) -> Iterator[News]:
    """That it failed."""
    yield _of(job, key=f"failed:{job.pk}", sentence=f"{job} failed")


def needs_settling(job: AvatarJob) -> Iterator[News]:
    """That nobody knows how it ended, and no machine finds out. Whoever may settle it has it on
    the desk."""
    state = State(job.state)
    yield _of(
        job,
        key=f"{_UNSETTLED}{job.pk}:{state}",
        sentence=f"{job} needs settling: {WHY[state]}",
    )


def lay_settled_aside(now: datetime) -> int:
    """That a generation needs settling is read once it does no more; how many were.

    What came of it is told by itself: that it failed, or that its version waits.
    """
    told = Notification.objects.unread().filter(kind=Kind.FAILED, key__startswith=_UNSETTLED)
    jobs = {pk: _job_of(key) for pk, key in told.values_list("pk", "key")}
    if not jobs:
        return 0
    still = AvatarJob.objects.unsettled().filter(pk__in=set(jobs.values()))
    unsettled = set(still.values_list("pk", flat=True))
    over = [pk for pk, job in jobs.items() if job not in unsettled]
    found = Notification.objects.filter(pk__in=over, read_at=None)
    return found.update(read_at=now, mail_at=None)


def _job_of(key: str) -> UUID:
    return UUID(key.split(":")[1])


def _of(job: AvatarJob, *, key: str, sentence: str) -> News:
    return News(
        kind=Kind.FAILED,
        key=key,
        to=[job.requested_by],
        project=job.clip.project,
        sentence=sentence,
        quote=job.error_message,
        path=reverse("job", args=[job.pk]),
    )
