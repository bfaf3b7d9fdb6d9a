"""Two records that do not say the same, and what puts that right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.urls import reverse

from jobs.models import AvatarJob


class Standing(StrEnum):
    """What has become of a discrepancy."""

    REPAIRED = "repaired"
    CAN_BE_REPAIRED = "to repair"  # by `--repair`, or `--delete-orphans`
    FOR_A_PERSON = "for a person"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """`kind` is stable, for machines; `found` and `remedy` are sentences.

    `repair` does what `remedy` says and returns whether it was done: it looks again first, under a
    lock, because the machine goes on working meanwhile. None: only a person can.
    """

    kind: str
    subject: str
    found: str
    remedy: str
    repair: Callable[[], bool] | None = None
    deletes: bool = False


type Comparison = Callable[[], Iterator[Discrepancy]]


def page_of(job: AvatarJob) -> str:
    """Where a person settles the job."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("job", args=[job.pk])


def name_of(job: AvatarJob) -> str:
    """The job's id: logs, events and the engine's lists name it by that."""
    return f"job {job.pk}"
