"""What asking an engine for our own id showed is kept as evidence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from jobs import look_ups, polling
from jobs.models import AvatarJob, State
from studio.clips.models import Clip
from studio.engine_accounts import AccountSettings
from studio.organisations.models import User
from tests.conftest import make_job
from tests.engine import SandboxEngine
from tests.services.programs import free_port

KLING = AccountSettings(
    name="kling", engine="kling", label="Kling", url="https://kling.example", key="a-secret",
    rates={"kling-avatar-v2-standard": Decimal("0.056")},
)  # fmt: skip


@pytest.fixture
def lost(clip: Clip, teammate: User) -> AvatarJob:
    """Its answer was lost, and Kling can be asked for it."""
    now = timezone.now()
    return make_job(
        clip, teammate, account="kling", engine="kling", state=State.UNKNOWN, sent_at=now,
        next_at=now,
    )  # fmt: skip


def asked(job: AvatarJob) -> list[str]:
    return list(job.events.filter(to_state=State.UNKNOWN).values_list("cause", flat=True))


def look_again(job: AvatarJob) -> None:
    AvatarJob.objects.filter(pk=job.pk).update(next_at=timezone.now())
    polling.look_due()


def test_an_engine_without_our_order_says_so_once_however_often_it_is_asked(
    lost: AvatarJob, engine: SandboxEngine, settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"kling": replace(KLING, url=engine.url, key=engine.key)}
    for _ in range(3):
        look_again(lost)
    assert asked(lost) == [look_ups.NOT_THERE]
    lost.refresh_from_db()
    assert (lost.state, lost.looks) == (State.UNKNOWN, 3)


def test_an_engine_that_does_not_answer_proves_nothing_and_is_noted(
    lost: AvatarJob, settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"kling": replace(KLING, url=f"http://127.0.0.1:{free_port()}")}
    look_again(lost)
    (said,) = asked(lost)
    assert said == "The question was not answered (unreachable); that says nothing about the order."
    lost.refresh_from_db()
    assert lost.state == State.UNKNOWN
