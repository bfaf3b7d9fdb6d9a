"""Rows of the studio's own jobs, in bulk: real orders, multiplied."""

from __future__ import annotations

import copy
import itertools
import random
import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs import ordering
from jobs.models import AvatarJob, LedgerEntry, State
from studio.clips.models import Clip, add_clip
from studio.operations.demo.organisation import make_demo_organisation
from studio.organisations.models import User
from studio.projects.models import Project
from tests.benchmarks.filling import emptied

PROJECTS = 20
#: Nobody works on these queues here, so that only following is measured.
IDLE_QUEUES = ("send", "fetch", "renditions", "machine")
PLENTY = timedelta(days=1)


class StudioJobs:
    """Jobs of several projects of the demo organisation, each with its money held."""

    def __init__(self) -> None:
        organisation = make_demo_organisation()
        clip = Clip.objects.filter(project__organisation=organisation).order_by("created_at")[0]
        by = clip.created_by
        self.template, self.hold = _ordered(clip, by)
        self.clips = itertools.cycle(_clips_like(clip, by))
        self.numbers = itertools.count(self._highest_number() + 1)

    def in_flight(self) -> int:
        """Jobs that the engine works on."""
        return AvatarJob.objects.filter(state=State.RUNNING).count()

    def add(self, handles: list[str], *, age: timedelta) -> None:
        """Rows as if sent and accepted `age` ago, due at any time of the next interval."""
        rows = [self._job(handle, age) for handle in handles]
        with transaction.atomic():
            AvatarJob.objects.bulk_create(rows, batch_size=500)
            LedgerEntry.objects.bulk_create(map(self._hold_of, rows), batch_size=500)

    def tidy(self) -> None:
        """Throw away the messages to the processes that do not run here."""
        if settings.REDIS_URL:
            import redis

            with redis.Redis.from_url(settings.REDIS_URL) as broker:
                broker.delete(*IDLE_QUEUES)
        else:
            emptied(settings.BROKER_DIR / "messages", IDLE_QUEUES)

    def _job(self, handle: str, age: timedelta) -> AvatarJob:
        accepted_at = timezone.now() - age
        wait = timedelta(seconds=random.uniform(0, float(settings.POLL_SECONDS)))
        fields = {
            "pk": uuid.uuid4(),
            "clip": next(self.clips),
            "number": next(self.numbers),
            "state": State.RUNNING,
            "state_at": accepted_at,
            "handle": handle,
            "tries": 1,
            "sent_at": accepted_at,
            "accepted_at": accepted_at,
            "deadline_at": accepted_at + PLENTY,
            "next_at": timezone.now() + wait,
        }
        job = copy.copy(self.template)
        for name, value in fields.items():
            setattr(job, name, value)
        return job

    def _hold_of(self, job: AvatarJob) -> LedgerEntry:
        entry = copy.copy(self.hold)
        entry.pk, entry.job, entry.project = None, job, job.clip.project
        return entry

    def _highest_number(self) -> int:
        row = AvatarJob.objects.order_by("-number").values_list("number", flat=True).first()
        return row or 0


def _ordered(clip: Clip, by: User) -> tuple[AvatarJob, LedgerEntry]:
    """What a click makes: a job and the hold of its money, neither of them kept."""
    with transaction.atomic():
        job = ordering.order(clip, by=by)
        hold = LedgerEntry.objects.get(job=job)
        transaction.set_rollback(True)
    job._state.adding = hold._state.adding = True
    return job, hold


def _clips_like(clip: Clip, by: User) -> Iterator[Clip]:
    """One clip in each of the projects, made where missing."""
    inputs = {name: getattr(clip, name) for name in Clip.INPUTS if name not in ("title", "preset")}
    for number in range(1, PROJECTS + 1):
        project, made = Project.objects.get_or_create(
            organisation=clip.organisation,
            name=f"Benchmark {number}",
            defaults={"created_by": by},
        )
        if made:
            add_clip(project, title="Followed", by=by, **inputs)
        yield project.clips.select_related("project").get()
