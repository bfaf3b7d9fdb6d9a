"""Whoever asked for a generation is told what became of it, also when nobody knows what did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs import polling
from jobs.models import AvatarJob, State
from studio.clips.models import Clip
from studio.notifications import happenings, job_news
from studio.notifications.models import Kind, Mail, Notification, Reading
from studio.notifications.spreading import spread
from studio.organisations.models import User
from tests.conftest import make_job

pytestmark = pytest.mark.usefixtures("read_an_hour_ago")


def move(job: AvatarJob, state: State, problem: str = "") -> None:
    rows = AvatarJob.objects.filter(pk=job.pk)
    rows.update(state=state, state_at=timezone.now(), error_message=problem)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.UNKNOWN, "the engine's answer was lost"),
        (State.STALLED, "it is overdue at the engine"),
        (State.LOST, "it was rendered, but the video cannot be had"),
    ],
)
def test_a_generation_that_needs_settling_is_told_once_to_whoever_asked_for_it(
    clip: Clip, teammate: User, approver: User, state: State, words: str
) -> None:
    why = "Nobody answered in 60 s."
    job = make_job(clip, teammate, handle="task_1", state=state, error_message=why, next_at=None)
    for _ in range(2):
        spread()
    told = Notification.objects.get(kind=Kind.FAILED)
    assert (told.user, told.sentence) == (teammate, f"Welcome v1 needs settling: {words}")
    assert (told.quote, told.mail) == (why, Mail.ONCE)
    assert told.path == f"/jobs/{job.pk}/"
    assert not Notification.objects.filter(user=approver).exists(), "it is on their desk"


def test_what_was_settled_meanwhile_is_read_and_what_came_of_it_is_told(
    clip: Clip, teammate: User
) -> None:
    job = make_job(clip, teammate, handle="task_1", state=State.UNKNOWN, next_at=None)
    spread()
    move(job, State.FAILED, "The engine has no such order.")
    spread()
    unread = Notification.objects.filter(user=teammate).unread()
    assert [one.sentence for one in unread] == ["Welcome v1 failed"]
    lost = Notification.objects.get(key=f"unsettled:{job.pk}:unknown")
    assert (lost.read_at is not None, lost.mail_at) == (True, None)


def lost_an_answer(clip: Clip, by: User, *, minutes_ago: float) -> AvatarJob:
    """The engine is still asked for the order."""
    at = timezone.now() - timedelta(minutes=minutes_ago)
    return make_job(clip, by, state=State.UNKNOWN, state_at=at, next_at=timezone.now())


def read_up_to_now() -> None:
    """A reading long after a job's last move, as there is one every few seconds."""
    Reading.objects.filter(reader="news").update(until=timezone.now())


def sentences() -> list[str]:
    return [one.sentence for one in Notification.objects.filter(kind=Kind.FAILED)]


def test_while_the_engine_is_asked_for_a_lost_order_nobody_is_told(
    clip: Clip, teammate: User
) -> None:
    lost_an_answer(clip, teammate, minutes_ago=9)
    spread()
    assert not sentences()


def test_an_order_asked_for_in_vain_is_told_although_its_state_is_old(
    clip: Clip, teammate: User
) -> None:
    lost_an_answer(clip, teammate, minutes_ago=11.5)
    read_up_to_now()
    for _ in range(2):
        spread()
    assert sentences() == ["Welcome v1 needs settling: the engine's answer was lost"]


def test_a_lost_order_is_told_once_nobody_asks_the_engine_any_more(
    clip: Clip, teammate: User
) -> None:
    job = lost_an_answer(clip, teammate, minutes_ago=8)
    read_up_to_now()
    spread()
    AvatarJob.objects.filter(pk=job.pk).update(next_at=None)
    spread()
    assert sentences() == ["Welcome v1 needs settling: the engine's answer was lost"]


def test_people_are_told_later_than_a_machine_can_say_that_it_never_arrived() -> None:
    """Else a mail would ask for what is done half a minute later."""
    last_look = polling.NEVER_ARRIVED_GRACE + timedelta(seconds=polling.LOOK_UP_SECONDS)
    assert last_look < happenings.PATIENCE


def test_what_is_to_be_laid_aside_is_found_by_an_index(clip: Clip, teammate: User) -> None:
    """It is looked for every few seconds, among all that anybody was ever told."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which reads a table of no rows as it stands
            cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as seen:
        job_news.lay_settled_aside(timezone.now())
    [query] = [one["sql"] for one in seen.captured_queries]
    with connection.cursor() as cursor:
        plain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{plain} {query}")
        plan = str(cursor.fetchall())
    assert "notification_unread" in plan


def test_an_overdue_generation_that_nobody_waits_for_any_more_is_not_told(
    clip: Clip, teammate: User
) -> None:
    make_job(
        clip,
        teammate,
        handle="task_1",
        state=State.STALLED,
        put_aside_at=timezone.now(),
        put_aside_by=teammate,
    )
    spread()
    assert not Notification.objects.filter(kind=Kind.FAILED).exists()
