"""The whole machine with the engine `kling`, from the click to the video. The engine counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jobs import accounts, orders, registry, submission
from jobs.models import AvatarJob, State
from jobs.ordering import order
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.engine import SandboxEngine
from tests.jobs.conftest import Configure
from tests.jobs.crowds import spent

Work = Callable[..., AvatarJob]


@pytest.fixture
def ordered(kling_account: str, clip: Clip, teammate: User) -> AvatarJob:
    """A job that Kling is about to get."""
    return order(clip, by=teammate)


def test_a_job_at_kling_becomes_a_version_at_the_price_that_kling_bills(
    ordered: AvatarJob, engine: SandboxEngine, work: Work
) -> None:
    job = work(ordered, State.SUCCEEDED)
    (task,) = engine.accepted()
    assert (task["face"], task["external_id"]) == ("kling", str(job.pk))
    assert (job.account, job.handle) == ("kling", task["task_id"])
    assert (task["submits"], task["refunded"]) == (1, False)
    assert spent(job) == task["amount"] == "0.1680"
    assert job.version.frames == round(job.version.duration_seconds * 25)
    assert abs(job.version.duration_seconds - job.duration_seconds) < 0.1


def test_pro_is_another_mode_at_another_price(
    kling_account: str, clip: Clip, teammate: User, engine: SandboxEngine, work: Work
) -> None:
    clip.engine_model = "kling-avatar-v2-pro"
    clip.save()
    job = work(order(clip, by=teammate), State.SUCCEEDED)
    (task,) = engine.accepted()
    assert task["model"] == "kling-avatar-v2-pro"
    assert spent(job) == task["amount"] == "0.3360"


def test_an_engine_on_this_machine_gets_the_addresses_and_where_to_call(
    ordered: AvatarJob, live_server: Any
) -> None:
    wanted = orders.order_of(ordered, registry.engine("kling"))
    assert wanted.inline is None
    assert wanted.image_url.startswith(live_server.url)
    assert wanted.callback_url == f"{live_server.url}/callbacks/kling/{ordered.pk}/"


def test_a_studio_that_nobody_outside_can_reach_sends_the_files_themselves(
    configure: Configure, kling: dict[str, str], project: Project, clip: Clip, teammate: User,
    engine: SandboxEngine, work: Work,
) -> None:  # fmt: skip
    # This address leads to this machine too, but does not say so: for the studio the engine is far.
    configure(**kling | {"KLING_URL": engine.url.replace("127.0.0.1", "0.0.0.0")})
    project.engine_account = "kling"
    project.save()
    job = order(clip, by=teammate)
    wanted = orders.order_of(job, registry.engine("kling"))
    assert wanted.inline is not None
    with job.look.image.open("rb") as picture, job.take.send_copy.open("rb") as sound:
        assert wanted.inline.image == picture.read()
        assert wanted.inline.audio == sound.read()
    assert wanted.callback_url == "", "nobody could call"
    work(job, State.SUCCEEDED)
    (task,) = engine.accepted()
    assert task["image_url"].startswith("inline:")
    assert task["audio_url"].startswith("inline:")
    assert spent(job) == task["amount"] == "0.1680"
    assert not [one for one in engine.callbacks() if one["task_id"] == task["task_id"]]


def test_a_job_that_fails_at_kling_is_on_neither_bill(
    ordered: AvatarJob, engine: SandboxEngine, work: Work
) -> None:
    engine.fault("fail", fail="moderation")
    job = work(ordered, State.FAILED)
    assert (job.error_code, spent(job)) == ("moderation", "0.0000")
    assert [task["refunded"] for task in engine.accepted()] == [True]


def test_credit_that_runs_out_is_no_matter_of_pace_though_kling_says_429(
    ordered: AvatarJob, engine: SandboxEngine, work: Work, owner: User
) -> None:
    engine.fault("no_credit", times=1)
    submission.submit_due()
    ordered.refresh_from_db()
    assert (ordered.state, ordered.error_code) == (State.QUEUED, "out_of_credit")
    assert accounts.state_of("kling").is_paused
    assert accounts.test("kling", by=owner).ok
    accounts.resume("kling", by=owner)
    work(ordered, State.SUCCEEDED)
    assert len(engine.accepted()) == 1
