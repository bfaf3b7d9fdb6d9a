"""What asking the engine for our own id showed: kept for the person who may have to settle it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jobs import clock
from jobs.models import JobEvent, State

NOT_THERE = "The engine has no order with our id."
#: What was said is written down again after this long at the earliest.
SAID_AGAIN_AFTER = timedelta(hours=1)


def unanswered(code: str) -> str:
    """Said of a question without an answer. Not the error's sentence, which speaks of requests
    that were or were not sent: a person might read it as said of the order."""
    return f"The question was not answered ({code}); that says nothing about the order."


def note(job: UUID, said: str, *, answer: Any = None) -> None:
    """Write down what the engine said, unless it said the same the last time, or lately.

    So a job that is asked about every half minute has one entry for each change of the answer, and
    an engine that says now this, now that, does not fill its history.
    """
    shown = JobEvent.objects.filter(job_id=job, from_state=State.UNKNOWN, to_state=State.UNKNOWN)
    last = shown.order_by("-id").first()
    if last is None or (last.cause != said[:300] and not _said_lately(shown, said)):
        _write(job, said, answer)


def _said_lately(shown: QuerySet[JobEvent], said: str) -> bool:
    return shown.filter(cause=said[:300], at__gt=clock.now() - SAID_AGAIN_AFTER).exists()


def _write(job: UUID, said: str, answer: Any) -> None:
    JobEvent.objects.create(
        job_id=job,
        from_state=State.UNKNOWN,
        to_state=State.UNKNOWN,
        cause=said[:300],
        detail={"answer": answer} if answer else {},
    )
