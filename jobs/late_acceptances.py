"""Acceptances that do not fit the row any more: what the engine said must not be lost.

Whatever a person or a machine concluded before, an engine that names its own id of an order has
that order, and may bill it.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import IntegrityError, transaction

from jobs.models import TAKEN_AFTER_ALL, AvatarJob, JobEvent, Problem, State
from jobs.models.event import NOT_WRITTEN_DOWN, TAKEN_ALL_THE_SAME

log = logging.getLogger(__name__)

CONTRADICTED = Problem(
    TAKEN_AFTER_ALL,
    "The engine took this order after all: its answer came after somebody had settled it as not "
    "bought. It may be paid, and its money is free here. An admin can have it followed under the "
    "engine's id; the video is then fetched, and charged when it is finished.",
)
NOT_WRITTEN = Problem(
    "answer_not_written",
    "The engine took this order, but its answer could not be written down as it is. It is not sent "
    "again; settle it with the engine's id below.",
)


def keep(job: AvatarJob, handle: str, *, answer: object) -> None:
    """A settled job that the engine has under `handle`: written into its history.

    One that a person had settled as not bought says so, and keeps the handle: a person follows it
    with one click (`settling.it_exists`). No machine overrules a person.
    """
    if job.handle == handle:
        return  # whoever settled it had found it there
    log.error("Job %s was settled, but %s has it as %s.", job.pk, job.account, handle)
    said: dict[str, Any] = {"handle": handle, "answer": answer}
    settled_as_not_bought = job.state == State.FAILED and not job.handle
    if not (settled_as_not_bought and _contradict(job, handle, said)):
        _note(job, job.state, TAKEN_ALL_THE_SAME, said)


def _contradict(job: AvatarJob, handle: str, said: dict[str, Any]) -> bool:
    """Put it on the row of a failed job. False if the handle is another job's by now."""
    rows = AvatarJob.objects.filter(pk=job.pk, state=State.FAILED, state_at=job.state_at)
    try:
        with transaction.atomic():
            if not rows.update(
                handle=handle, put_aside_at=None, put_aside_by=None, **CONTRADICTED.as_fields()
            ):
                return False
            _note(job, State.FAILED, TAKEN_ALL_THE_SAME, said)
    except IntegrityError:
        log.exception("Job %s cannot have %s, which is another job's.", job.pk, handle)
        return False
    job.refresh_from_db()
    return True


def keep_unwritable(job: AvatarJob, handle: str) -> None:
    """An acceptance that the database refuses as it is: the job's answer counts as lost.

    The handle is kept as words, for a person: in the job's problem and in its history.
    """
    words = Problem(NOT_WRITTEN.code, NOT_WRITTEN.sentence, handle)
    said = {"handle": words.detail}
    if job.state == State.SUBMITTING and job.advance(
        State.UNKNOWN, cause=NOT_WRITTEN_DOWN, detail=said, next_at=None, problem=words
    ):
        return
    job.refresh_from_db()  # it was given up for lost meanwhile
    with transaction.atomic():
        AvatarJob.objects.filter(pk=job.pk, state=State.UNKNOWN).update(**words.as_fields())
        _note(job, job.state, NOT_WRITTEN_DOWN, said)


def _note(job: AvatarJob, state: str, cause: str, said: dict[str, Any]) -> None:
    JobEvent.objects.create(job=job, from_state=state, to_state=state, cause=cause, detail=said)
