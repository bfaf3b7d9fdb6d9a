"""The whole machine with the engine `fal`, from the click to the video. The engine counts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from jobs import costs, offers, submission
from jobs.models import AvatarJob, State
from jobs.ordering import order
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.engine import SandboxEngine
from tests.jobs.crowds import spent

Work = Callable[..., AvatarJob]


@pytest.fixture
def ordered(fal_account: str, clip: Clip, teammate: User) -> AvatarJob:
    """A job that fal is about to get."""
    return order(clip, by=teammate)


def test_a_job_at_fal_becomes_a_version_at_the_price_that_fal_bills(
    ordered: AvatarJob, engine: SandboxEngine, work: Work
) -> None:
    job = work(ordered, State.SUCCEEDED)
    (task,) = engine.accepted()
    assert (task["face"], task["refunded"]) == ("fal", False)
    assert job.handle == f"{engine.url}/fal-ai/kling-video/requests/{task['task_id']}"
    assert spent(job) == task["amount"] == "0.1686"
    assert job.version.frames == round(job.version.duration_seconds * 25)
    assert abs(job.version.duration_seconds - job.duration_seconds) < 0.1


def test_the_price_beside_the_button_is_fals_own(fal_account: str, clip: Clip) -> None:
    standard = offers.offer(clip)
    clip.engine_model = "kling-avatar-v2-pro"
    pro = offers.offer(clip)
    assert standard.price and pro.price
    assert (standard.price.amount, pro.price.amount) == (Decimal("0.1686"), Decimal("0.3450"))
    assert standard.account.name == "fal"


def test_pro_is_another_endpoint_at_another_price(
    fal_account: str, clip: Clip, teammate: User, engine: SandboxEngine, work: Work
) -> None:
    clip.engine_model = "kling-avatar-v2-pro"
    clip.save()
    job = work(order(clip, by=teammate), State.SUCCEEDED)
    (task,) = engine.accepted()
    assert task["model"] == "kling-avatar-v2-pro"
    assert spent(job) == task["amount"] == "0.3450"


def test_a_job_that_fal_fails_is_on_neither_bill(
    ordered: AvatarJob, engine: SandboxEngine, work: Work
) -> None:
    engine.fault("fail", fail="vendor_down")
    job = work(ordered, State.FAILED)
    assert not job.failure_is_billed
    assert spent(job) == "0.0000"
    assert [task["refunded"] for task in engine.accepted()] == [True]


def test_a_lost_answer_of_fal_waits_for_a_person_and_is_not_sent_again(
    ordered: AvatarJob, engine: SandboxEngine, settings: object
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    engine.fault("lost_answer", times=1)
    submission.submit_due()
    submission.submit_due()
    ordered.refresh_from_db()
    assert (ordered.state, ordered.next_at) == (State.UNKNOWN, None), "fal keeps no id of ours"
    assert costs.money_of(ordered.project).held == Decimal("0.1686")
    assert len(engine.accepted()) == 1
