"""The engine takes an order after everybody has stopped reckoning with it: nothing of that is lost.

The acceptance comes while its worker still waits; meanwhile the sweep and a person were faster.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs import clock, late_acceptances, paid_answers, settling, submission, sweeping
from jobs.engines.base import Response
from jobs.models import TAKEN_AFTER_ALL, AvatarJob, EntryKind, LedgerEntry, State
from studio.clips.models import Clip
from studio.operations.reconciling import rows
from studio.organisations.models import User
from tests.engine import SandboxEngine
from tests.jobs.crowds import queue

type As = Callable[[User], Client]
type Work = Callable[..., AvatarJob]


@pytest.fixture
def taken_late(
    ordered: AvatarJob, teammate: User, engine: SandboxEngine, monkeypatch: pytest.MonkeyPatch
) -> AvatarJob:
    """Settled as not bought while its paid call was in the air; then the engine's answer came."""
    call = submission._call

    def slowly(job: AvatarJob, *rest: Any) -> Response:
        response = call(job, *rest)
        long_ago = clock.now() - paid_answers.abandoned_after() - timedelta(seconds=1)
        AvatarJob.objects.filter(pk=job.pk).update(sent_at=long_ago)
        sweeping.sweep()
        lost = AvatarJob.objects.get(pk=job.pk)
        settling.it_does_not_exist(lost, by=teammate, evidence="Not in the log of 14:02.")
        return response

    monkeypatch.setattr(submission, "_call", slowly)
    monkeypatch.setattr(submission, "ThreadPoolExecutor", _InThisThread)
    submission.submit_due()
    ordered.refresh_from_db()
    return ordered


class _InThisThread(ThreadPoolExecutor):
    """Calls made one after the other, on the connection of the test."""

    def submit[**P, T](
        self, work: Callable[P, T], /, *args: P.args, **options: P.kwargs
    ) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(work(*args, **options))
        return done


def money(job: AvatarJob) -> tuple[float, float]:
    totals = LedgerEntry.objects.filter(job=job).totals()
    return float(totals.held), float(totals.spent)


def page(client: Client, job: AvatarJob) -> str:
    return client.get(reverse("job", args=[job.pk])).text


def settle(client: Client, job: AvatarJob, **said: str) -> Any:
    return client.post(reverse("job_settle", args=[job.pk]), said, follow=True)


def test_no_machine_overrules_a_person_but_the_engines_id_is_kept(
    taken_late: AvatarJob, engine: SandboxEngine
) -> None:
    (task,) = engine.accepted()
    assert (taken_late.state, taken_late.handle) == (State.FAILED, task["task_id"])
    assert taken_late.error_code == TAKEN_AFTER_ALL
    assert money(taken_late) == (0, 0)
    event = taken_late.events.order_by("-id")[0]
    assert (event.from_state, event.to_state, event.by) == (State.FAILED, State.FAILED, None)
    assert event.detail["handle"] == task["task_id"]


def test_a_person_who_settles_between_reading_and_writing_loses_no_handle(
    ordered: AvatarJob, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = AvatarJob.objects.get(pk=ordered.pk)
    AvatarJob.objects.filter(pk=sent.pk).update(state=State.UNKNOWN)
    sent.state = State.SUBMITTING  # as the worker knows it that made the call
    read = AvatarJob.refresh_from_db

    def read_and_settled(job: AvatarJob, *rest: Any, **more: Any) -> None:
        read(job, *rest, **more)
        monkeypatch.setattr(AvatarJob, "refresh_from_db", read)
        elsewhere = AvatarJob.objects.get(pk=job.pk)
        settling.it_does_not_exist(elsewhere, by=teammate, evidence="Not in the log of 14:02.")

    monkeypatch.setattr(AvatarJob, "refresh_from_db", read_and_settled)
    paid_answers.accept(sent, "task_late", answer=None)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.handle) == (State.FAILED, "task_late")
    assert ordered.error_code == TAKEN_AFTER_ALL


def test_its_page_says_so_and_it_needs_settling_again(
    taken_late: AvatarJob, as_: As, owner: User, teammate: User
) -> None:
    html = page(as_(owner), taken_late)
    assert "it has taken the order, and may bill it" in html
    assert html.count(taken_late.handle) >= 3, "in the history, the facts and the form"
    assert "It exists, here is its id" in html
    assert "Pay again" not in html
    assert "An approver or an admin settles this" in page(as_(teammate), taken_late)
    assert list(AvatarJob.objects.unsettled()) == [taken_late]
    desk = as_(owner).get(reverse("desk", args=[taken_late.organisation.slug])).text
    assert "the engine has taken it: needs settling again" in desk


def test_an_admin_has_it_followed_and_it_is_charged_in_plain_sight(
    taken_late: AvatarJob, as_: As, owner: User, work: Work, engine: SandboxEngine
) -> None:
    settle(as_(owner), taken_late, finding="exists", handle=taken_late.handle, evidence="The page.")
    taken_late.refresh_from_db()
    assert (taken_late.state, taken_late.error_code) == (State.RUNNING, "")
    done = work(taken_late, State.SUCCEEDED)
    kinds = [entry.kind for entry in LedgerEntry.objects.filter(job=done).order_by("id")]
    assert kinds == [EntryKind.HOLD, EntryKind.RELEASE, EntryKind.ADJUST]
    assert f"{LedgerEntry.objects.totals().spent:.4f}" == engine.accepted()[0]["amount"]


def test_what_is_followed_again_may_still_fail_or_be_settled_as_not_bought(
    taken_late: AvatarJob, as_: As, owner: User
) -> None:
    """Its money was released once already."""
    settle(as_(owner), taken_late, finding="exists", handle=taken_late.handle, evidence="The page.")
    AvatarJob.objects.update(state=State.STALLED)
    settle(as_(owner), taken_late, finding="gone", evidence="Support says no.")
    taken_late.refresh_from_db()
    assert (taken_late.state, money(taken_late)) == (State.FAILED, (0, 0))


def test_an_approver_may_leave_it_as_it_is_with_evidence(
    taken_late: AvatarJob, as_: As, approver: User
) -> None:
    answer = settle(as_(approver), taken_late, finding="gone", evidence="Refunded by support.")
    assert "Refunded by support." in answer.text
    taken_late.refresh_from_db()
    assert (taken_late.state, money(taken_late)) == (State.FAILED, (0, 0))
    assert not AvatarJob.objects.unsettled().exists()
    again = settle(as_(approver), taken_late, finding="gone", evidence="Once more.")
    assert again.status_code == 422


def test_what_the_engine_has_is_not_paid_again(taken_late: AvatarJob, approver: User) -> None:
    with pytest.raises(settling.NotSettled, match="have it followed"):
        settling.pay_again(taken_late, by=approver)
    assert AvatarJob.objects.count() == 1


def test_an_acceptance_of_what_a_person_found_first_is_no_news(
    ordered: AvatarJob, teammate: User
) -> None:
    AvatarJob.objects.update(state=State.UNKNOWN, sent_at=clock.now(), next_at=None)
    ordered.refresh_from_db()
    settling.it_exists(ordered, handle="task_9", by=teammate, evidence="In the list.")
    before = ordered.events.count()
    late_acceptances.keep(ordered, "task_9", answer=None)
    assert ordered.events.count() == before
    late_acceptances.keep(ordered, "task_10", answer=None)
    assert ordered.events.order_by("-id")[0].detail["handle"] == "task_10"
    ordered.refresh_from_db()
    assert (ordered.state, ordered.handle) == (State.RUNNING, "task_9")


@pytest.mark.parametrize("meanwhile", [State.SUBMITTING, State.UNKNOWN])
def test_a_handle_that_cannot_be_written_down_is_kept_as_words_for_a_person(
    clip: Clip, engine: SandboxEngine, as_: As, approver: User, meanwhile: State
) -> None:
    """Above all: it stands on another job's row, where somebody put it."""
    job, other = queue(clip, 2)
    fields = {"sent_at": clock.now(), "next_at": None}
    AvatarJob.objects.filter(pk=other.pk).update(state=State.RUNNING, handle="task_1", **fields)
    AvatarJob.objects.filter(pk=job.pk).update(state=State.SUBMITTING, **fields)
    job.refresh_from_db()
    AvatarJob.objects.filter(pk=job.pk).update(state=meanwhile)
    paid_answers.accept(job, "task_1", answer={"task_id": "task_1"})
    job.refresh_from_db()
    assert (job.state, job.handle, job.error_detail) == (State.UNKNOWN, "", "task_1")
    assert job.events.order_by("-id")[0].detail["handle"] == "task_1"
    assert "task_1" in page(as_(approver), job)
    assert money(job) == (0.168, 0)


def test_reconcile_names_it_for_a_person(taken_late: AvatarJob) -> None:
    (found,) = rows.taken_after_all()
    assert str(taken_late.pk) in found.subject
    assert taken_late.handle in found.found
    assert found.repair is None
