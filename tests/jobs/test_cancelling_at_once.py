"""Two people, or a person and a worker, at the same moment: one of them was first."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from jobs import cancelling, clock, costs, orders, submission
from jobs.engines.base import Engine, Order
from jobs.models import AvatarJob, EntryKind, LedgerEntry, State
from jobs.ordering import order
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.engine import SandboxEngine
from tests.jobs.test_cancelling import billed, look, money, sent

Work = Callable[..., AvatarJob]
Due = Callable[[AvatarJob], None]


def at_once(acts: list[Callable[[], object]]) -> list[BaseException | None]:
    """Do all of it at the same moment, each in a thread of its own; what each raised."""
    start, raised = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int) -> None:
        start.wait(30)
        try:
            acts[index]()
        except Exception as problem:
            raised[index] = problem  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return list(raised)


@pytest.mark.parametrize("where", ["queue", "engine"])
def test_two_people_who_cancel_at_once_cancel_once_and_none_is_told_something_false(
    fal_account: str, clip: Clip, teammate: User, owner: User, engine: SandboxEngine,
    now_due: Due, where: str,
) -> None:  # fmt: skip
    engine.fault("slow_task", seconds=60, times=1)
    engine.fault("callback_forged")
    job = order(clip, by=teammate)
    if where == "engine":
        sent(job)

    def cancel(by: User) -> Callable[[], None]:
        mine = AvatarJob.objects.get(pk=job.pk)
        return lambda: cancelling.cancel(mine, by=by)

    told = at_once([cancel(by) for by in (teammate, owner) * 3])
    assert None in told
    # In the moment between the engine's answer and our row nobody knows yet who ended it.
    assert {str(one) for one in told if one} <= {
        f"{job} had ended at the engine already: it is asked what came of it."
    }
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert job.events.filter(to_state=State.CANCELLED).count() == 1
    if where == "engine":
        look(job, now_due)
    assert money(job) == ("0.0000", "0.0000")
    assert LedgerEntry.objects.filter(job=job, kind=EntryKind.RELEASE).count() == 1
    assert billed(engine) == 0


def test_a_job_that_is_cancelled_after_it_got_its_place_is_not_sent(
    ordered: AvatarJob, teammate: User, engine: SandboxEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = orders.order_of

    def cancelled_meanwhile(job: AvatarJob, at: Engine) -> Order:
        cancelling.cancel(AvatarJob.objects.get(pk=job.pk), by=teammate)
        connection.close()  # of the worker's thread
        return prepare(job, at)

    monkeypatch.setattr(orders, "order_of", cancelled_meanwhile)
    assert submission.submit_due() == 1
    ordered.refresh_from_db()
    assert (ordered.state, money(ordered)) == (State.CANCELLED, ("0.0000", "0.0000"))
    assert engine.accepted() == []


def test_a_job_that_is_being_sent_is_not_cancelled(
    ordered: AvatarJob, teammate: User, engine: SandboxEngine
) -> None:
    stale = AvatarJob.objects.get(pk=ordered.pk)
    AvatarJob.objects.filter(pk=ordered.pk).update(state=State.SUBMITTING, sent_at=clock.now())
    with pytest.raises(cancelling.NotCancelled, match="left the queue a moment before"):
        cancelling.cancel(stale, by=teammate)
    ordered.refresh_from_db()
    assert (ordered.state, money(ordered)) == (State.SUBMITTING, ("0.1680", "0.0000"))


def test_cancel_and_dispatch_at_once_end_in_one_of_two_ways(
    project: Project, clip: Clip, teammate: User, engine: SandboxEngine, work: Work
) -> None:
    for number in range(6):
        mine = add_clip(
            project, title=f"Race {number}", engine_model=clip.engine_model, by=teammate,
            look=clip.look, take=clip.take, motion="nods", camera="medium shot",
        )  # fmt: skip
        job = order(mine, by=teammate)
        stale = AvatarJob.objects.get(pk=job.pk)
        before = len(engine.accepted())
        refused, broke = at_once(
            [lambda stale=stale: cancelling.cancel(stale, by=teammate), submission.submit_due]  # type: ignore[misc]
        )
        assert broke is None
        job.refresh_from_db()
        was_sent = len(engine.accepted()) > before
        if was_sent:
            assert isinstance(refused, cancelling.NotCancelled)
            assert job.state == State.RUNNING
        else:
            assert refused is None
            assert (job.state, money(job)) == (State.CANCELLED, ("0.0000", "0.0000"))
    for job in AvatarJob.objects.exclude(state=State.CANCELLED):
        work(job, State.SUCCEEDED)
    assert costs.money_of(project).bound == billed(engine)
