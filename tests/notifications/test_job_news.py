"""Whoever asked for a generation is told what became of it, also when nobody knows what did."""

from __future__ import annotations

import pytest
from django.utils import timezone

from jobs.models import AvatarJob, State
from studio.clips.models import Clip
from studio.notifications.models import Kind, Mail, Notification
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
    job = make_job(clip, teammate, handle="task_1", state=state, error_message=why)
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
    job = make_job(clip, teammate, handle="task_1", state=State.UNKNOWN)
    spread()
    move(job, State.FAILED, "The engine has no such order.")
    spread()
    unread = Notification.objects.filter(user=teammate).unread()
    assert [one.sentence for one in unread] == ["Welcome v1 failed"]
    lost = Notification.objects.get(key=f"unsettled:{job.pk}:unknown")
    assert (lost.read_at is not None, lost.mail_at) == (True, None)


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
