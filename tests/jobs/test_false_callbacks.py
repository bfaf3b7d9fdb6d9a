"""Calls that are not true, or not about this job, are refused and change nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import AvatarJob, ReceivedCallback, State
from jobs.ordering import order
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.engine import SandboxEngine
from tests.jobs.calling import (
    OTHER_SECRET,
    another_clip,
    by_fal,
    by_kling,
    call,
    calls_about,
    everything,
)
from tests.jobs.conftest import Configure

Work = Callable[..., AvatarJob]


@pytest.mark.parametrize(
    "changes",
    [{"secret": OTHER_SECRET}, {"late_seconds": 400}, {"late_seconds": -400}],
    ids=["forged", "too old", "from the future"],
)
def test_a_call_that_is_not_kling_s_is_refused(running: AvatarJob, changes: dict[str, Any]) -> None:
    before = everything()
    assert call("kling", running, *by_kling(running.handle, **changes)) == 401
    assert everything() == before


def test_a_body_that_was_changed_on_the_way_is_refused(running: AvatarJob) -> None:
    before = everything()
    headers, body = by_kling(running.handle)
    assert call("kling", running, headers, body + b" ") == 401
    assert call("kling", running, headers, body.replace(b"succeed", b"failed!")) == 401
    assert call("kling", running, {}, body) == 401
    assert everything() == before


@pytest.mark.parametrize("calling_account", ["fal"], indirect=True)
def test_a_call_that_is_not_fal_s_is_refused(
    running: AvatarJob, fal_key: Path, tmp_path: Path
) -> None:
    before, task = everything(), running.handle.rpartition("/")[2]
    assert call("fal", running, *by_fal(task, key=tmp_path / "forged")) == 401
    assert call("fal", running, *by_fal(task, key=fal_key, late_seconds=400)) == 401
    assert everything() == before


def test_the_engine_s_own_forgeries_are_refused_and_polling_is_enough(
    ordered_quietly: AvatarJob, engine: SandboxEngine, settings: Any, work: Work
) -> None:
    settings.POLL_SECONDS = 0.1
    engine.fault("callback_forged")
    job = work(ordered_quietly, State.SUCCEEDED)
    assert calls_about(engine, job.handle, many=3) == [401] * 3
    assert not ReceivedCallback.objects.exists()


def test_a_call_of_another_account_is_refused(
    running: AvatarJob, configure: Configure, kling: dict[str, str]
) -> None:
    west = {name.replace("KLING", "KLING_WEST"): value for name, value in kling.items()}
    configure(**kling | west | {"KLING_WEST_WEBHOOK_SECRET": OTHER_SECRET})
    before = everything()
    by_west = by_kling(running.handle, secret=OTHER_SECRET)
    assert call("kling-west", running, *by_west) == 401, "true, but not its job"
    assert call("kling", running, *by_west) == 401, "not signed by this account"
    assert call("nobody", running, *by_west) == 401, "no such account"
    assert everything() == before


def test_a_call_about_another_job_is_refused(
    running: AvatarJob, project: Project, teammate: User
) -> None:
    other = order(another_clip(project, running, teammate), by=teammate)
    before = everything()
    assert call("kling", running, *by_kling("4711")) == 401, "another task"
    assert call("kling", other, *by_kling(running.handle)) == 401, "another job's task"
    assert call("kling", uuid.uuid4(), *by_kling(running.handle)) == 401, "no such job"
    assert everything() == before


def test_an_event_of_one_job_does_not_count_for_another(
    ordered_quietly: AvatarJob, project: Project, teammate: User
) -> None:
    other = order(another_clip(project, ordered_quietly, teammate), by=teammate)
    assert call("kling", ordered_quietly, *by_kling("4711")) == 200
    before = everything()
    assert call("kling", other, *by_kling("4711")) == 401
    assert everything() == before


def test_a_call_that_is_too_large_is_not_read(running: AvatarJob) -> None:
    before = everything()
    assert call("kling", running, *by_kling(running.handle, prompt="x" * 100_000)) == 413
    assert everything() == before


@pytest.mark.parametrize("length", ["many", "-1", ""])
def test_a_length_that_is_no_number_is_no_way_past_the_limit(
    running: AvatarJob, length: str
) -> None:
    headers, body = by_kling(running.handle, prompt="x" * 100_000)
    before = everything()
    assert call("kling", running, headers | {"Content-Length": length}, body) in (401, 413)
    assert everything() == before


def test_looking_at_the_address_shows_nothing(running: AvatarJob) -> None:
    before = everything()
    answer = Client().get(reverse("callback", args=["kling", running.pk]))
    assert (answer.status_code, answer.content) == (405, b"")
    assert everything() == before


def test_without_a_webhook_secret_nobody_is_asked_to_call_and_every_call_is_refused(
    configure: Configure, kling: dict[str, str], project: Project, clip: Clip, teammate: User,
    engine: SandboxEngine, work: Work,
) -> None:  # fmt: skip
    configure(**kling | {"KLING_WEBHOOK_SECRET": ""})
    project.engine_account = "kling"
    project.save()
    job = work(order(clip, by=teammate), State.SUCCEEDED)
    assert not [one for one in engine.callbacks() if one["task_id"] == job.handle]
    before = everything()
    assert call("kling", job, *by_kling(job.handle)) == 401
    assert everything() == before


def test_a_gateway_does_not_call(clip: Clip, teammate: User, engine: SandboxEngine) -> None:
    job = order(clip, by=teammate)
    before = everything()
    assert call("sandbox", job, *by_kling("4711")) == 401
    assert everything() == before
