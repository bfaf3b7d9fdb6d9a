"""Many people at once, each in a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from jobs import costs, ordering, settling
from jobs.models import AvatarJob, LedgerEntry, State
from jobs.ordering import AlreadyOrdered, NotOrdered
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 12


def at_once(clicks: list[Callable[[], object]]) -> list[object]:
    """Run all clicks at the same moment; their results or exceptions, in order."""
    start = threading.Barrier(len(clicks))
    results: list[object] = [None] * len(clicks)

    def run(index: int) -> None:
        start.wait(30)
        try:
            results[index] = clicks[index]()
        except (AlreadyOrdered, NotOrdered) as refusal:
            results[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(clicks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_many_clicks_on_one_button_are_one_job(clip: Clip, teammate: User) -> None:
    def click() -> AvatarJob:
        return ordering.order(Clip.objects.get(pk=clip.pk), by=teammate, number=1)

    results = at_once([click] * CLICKS)
    assert sum(isinstance(result, AvatarJob) for result in results) == 1
    assert sum(isinstance(result, AlreadyOrdered) for result in results) == CLICKS - 1
    assert AvatarJob.objects.count() == LedgerEntry.objects.count() == 1


def test_many_people_paying_again_for_a_lost_answer_order_one_job(
    clip: Clip, teammate: User
) -> None:
    lost = ordering.order(clip, by=teammate)
    AvatarJob.objects.filter(pk=lost.pk).update(state=State.UNKNOWN, next_at=None)

    def click() -> AvatarJob:
        return settling.pay_again(AvatarJob.objects.get(pk=lost.pk), by=teammate)

    results = at_once([click] * CLICKS)
    again = AvatarJob.objects.get(replaces=lost)
    assert results == [again] * CLICKS
    assert AvatarJob.objects.count() == LedgerEntry.objects.count() == 2


def test_parallel_orders_never_pass_the_budget(
    clip: Clip, project: Project, teammate: User
) -> None:
    project.budget_amount = Decimal("0.60")  # room for three at $0.168
    project.save()
    inputs = {"look": clip.look, "take": clip.take, "motion": "nods", "camera": "medium shot"}
    clips = [
        add_clip(project, title=f"{n}", engine_model=clip.engine_model, by=teammate, **inputs)
        for n in range(CLICKS)
    ]

    def click(mine: Clip) -> Callable[[], AvatarJob]:
        return lambda: ordering.order(Clip.objects.get(pk=mine.pk), by=teammate)

    results = at_once([click(one) for one in clips])
    assert sum(isinstance(result, AvatarJob) for result in results) == 3
    assert costs.money_of(project).bound == Decimal("0.5040")
    assert AvatarJob.objects.count() == LedgerEntry.objects.count() == 3
