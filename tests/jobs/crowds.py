"""Many jobs of many teams at once, accounts with limits, and the engine's own count of requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from assets.models import AudioTake, Look
from jobs.models import AvatarJob, EntryKind, LedgerEntry, State
from jobs.registry import SANDBOX_RATES
from studio.clips.models import Clip, add_clip
from studio.engine_accounts import AccountSettings
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project
from tests.conftest import STANDARD, make_job, person
from tests.engine import SandboxEngine

WEST = "west"


def an_account(name: str, engine: SandboxEngine | None = None, **limits: Any) -> AccountSettings:
    """An account of its own at the sandbox engine, with `at_once` and rates as given."""
    url, key = (engine.url, engine.key) if engine else ("http://127.0.0.1:9", "sk-nobody")
    return AccountSettings(
        name=name,
        engine="sandbox",
        label=name.title(),
        url=url,
        key=key,
        audio_max_seconds=300,
        rates=SANDBOX_RATES,
        **limits,
    )


def a_team(name: str) -> tuple[Organisation, User]:
    """An organisation and its one creator."""
    organisation = Organisation.objects.create(name=name, slug=name)
    return organisation, person(organisation, "Cleo", Role.CREATOR)


def a_clip(organisation: Organisation, by: User, like: Clip, name: str = "Film") -> Clip:
    """The one clip of a new project, with inputs as those of `like`."""
    project = Project.objects.create(organisation=organisation, name=name, created_by=by)
    assert like.look and like.take
    return another_clip(project, by, like.look, like.take)


def another_clip(project: Project, by: User, look: Look, take: AudioTake) -> Clip:
    """One more clip of the project, with everything it needs."""
    return add_clip(
        project,
        title="Welcome",
        engine_model=STANDARD,
        by=by,
        look=look,
        take=take,
        style="Friendly presenter",
        motion="nods and opens one hand",
        camera="medium shot, static camera",
        atmosphere="soft natural light",
    )


def queue(clip: Clip, count: int, **fields: Any) -> list[AvatarJob]:
    """So many waiting jobs of the clip with their money held, in the order they were asked for."""
    first = AvatarJob.objects.filter(clip=clip).count() + 1
    jobs = [
        make_job(clip, clip.created_by, number, **fields) for number in range(first, first + count)
    ]
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            organisation=job.organisation,
            project=job.project,
            job=job,
            kind=EntryKind.HOLD,
            held_amount=job.price_amount,
            currency=job.currency,
            by=clip.created_by,
        )
        for job in jobs
    )
    return jobs


def run_at_engine(jobs: Sequence[AvatarJob], handles: Sequence[str], **fields: Any) -> None:
    """Make the rows those of jobs that the engine accepted under these handles, due for a look."""
    now = timezone.now()
    for job, handle in zip(jobs, handles, strict=True):
        AvatarJob.objects.filter(pk=job.pk).update(
            **{"state": State.RUNNING, "handle": handle, "sent_at": now, "accepted_at": now}
            | {"next_at": now, "lease": "", "leased_until": None}
            | fields
        )


def move_time(jobs: Sequence[AvatarJob], to: datetime) -> None:
    """The jobs' next time is `to`."""
    AvatarJob.objects.filter(pk__in=[job.pk for job in jobs]).update(next_at=to)


class Requests:
    """How many requests of one kind reached the engine since it was made."""

    def __init__(self, engine: SandboxEngine, place: str) -> None:
        self._engine, self._place = engine, place
        self._fault = {"on": place, "delay_seconds": 0}
        # A fault that does nothing but count. The engine strikes it before it looks at the key.
        engine.fault("slow", **self._fault)

    @property
    def count(self) -> int:
        """So many until now."""
        faults = self._engine._ask("GET", "/sandbox/faults")["faults"]
        return sum(
            int(one["hits"])
            for one in faults
            if one["fault"] == "slow" and one["on"] == [self._place]
        )


def all_at_once(work: Callable[[], object], workers: int) -> list[object]:
    """Do the same in so many threads, each with a connection of its own; what each gave."""
    start, results = threading.Barrier(workers), list[object]()

    def run() -> None:
        try:
            start.wait(30)
            results.append(work())
        except Exception as problem:  # told by the assertion on the results
            results.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    return results


def states(jobs: Sequence[AvatarJob]) -> list[str]:
    """Where the jobs are now, in their order."""
    found = dict(
        AvatarJob.objects.filter(pk__in=[job.pk for job in jobs]).values_list("pk", "state")
    )
    return [found[job.pk] for job in jobs]


def rendering(clip: Clip, engine: SandboxEngine, count: int, **fields: Any) -> list[AvatarJob]:
    """So many jobs of the account WEST that render for an hour, due for a look."""
    jobs = queue(clip, count, account=WEST)
    run_at_engine(jobs, engine.seed(count, seconds=3600), **fields)
    return jobs


def finished(clip: Clip, engine: SandboxEngine, count: int, **fields: Any) -> list[AvatarJob]:
    """So many that the engine has finished, due for a look."""
    jobs = queue(clip, count, account=WEST)
    run_at_engine(jobs, engine.seed(count, seconds=0), **fields)
    wait_until(lambda: all(task["status"] == "completed" for task in engine.accepted()[-count:]))
    return jobs


def wait_until(there: Callable[[], object], seconds: float = 120) -> None:
    """Wait for something that the engine does in its own time."""
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


def spent(job: AvatarJob) -> str:
    """What the job cost in the end, with nothing held for it any more."""
    totals = LedgerEntry.objects.filter(job=job).totals()
    assert totals.held == 0
    return str(totals.spent)
