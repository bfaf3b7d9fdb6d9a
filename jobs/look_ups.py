"""What asking the engine for our own id showed: kept for the person who may have to settle it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from jobs.models import JobEvent, State

NOT_THERE = "The engine has no order with our id."


def unanswered(code: str) -> str:
    """Said of a question without an answer. Not the error's sentence, which speaks of requests
    that were or were not sent: a person might read it as said of the order."""
    return f"The question was not answered ({code}); that says nothing about the order."


def note(job: UUID, said: str, *, answer: Any = None) -> None:
    """Write down what the engine said, unless it said the same the last time.

    So a job that is asked about every half minute has one entry for each change of the answer.
    """
    shown = JobEvent.objects.filter(job_id=job, from_state=State.UNKNOWN, to_state=State.UNKNOWN)
    if (last := shown.order_by("-id").first()) and last.cause == said[:300]:
        return
    JobEvent.objects.create(
        job_id=job,
        from_state=State.UNKNOWN,
        to_state=State.UNKNOWN,
        cause=said[:300],
        detail={"answer": answer} if answer else {},
    )
