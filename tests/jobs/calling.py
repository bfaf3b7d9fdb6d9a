"""Calls of engines, as true or as false as a test wants them, and what must not change by them."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from jobs.models import AvatarJob, JobEvent, LedgerEntry, ReceivedCallback, Version
from jobs.sandbox.callbacks import as_body
from jobs.sandbox.signatures import EdSigner, webhook_key, webhook_signature
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.engine import SandboxEngine

WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"the secret of these webhooks").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"the secret of other webhooks").decode()


def call(account: str, job: AvatarJob | UUID, headers: dict[str, str], body: bytes) -> int:
    """Post this to the address at which `account` is asked to call about `job`; the status."""
    pk = job.pk if isinstance(job, AvatarJob) else job
    answer: HttpResponse = Client().post(  # type: ignore[assignment]
        reverse("callback", args=[account, pk]),
        data=body,
        content_type="application/json",
        headers=headers,
    )
    return answer.status_code


def by_kling(
    handle: str,
    *,
    event_id: str = "message-1",
    secret: str = WEBHOOK_SECRET,
    late_seconds: int = 0,
    **said: Any,
) -> tuple[dict[str, str], bytes]:
    """Headers and body of Kling's call about the task `handle`, signed with `secret`."""
    body = as_body({"task_id": handle, "task_status": "succeed", **said})
    timestamp = int(time.time()) - late_seconds
    headers = {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": webhook_signature(webhook_key(secret), event_id, timestamp, body),
    }
    return headers, body


def by_fal(
    request_id: str, *, key: Path, late_seconds: int = 0, **said: Any
) -> tuple[dict[str, str], bytes]:
    """The same of fal, signed with the key in the file `key` (a new one if there is none)."""
    body = as_body({"request_id": request_id, "status": "OK", **said})
    timestamp = int(time.time()) - late_seconds
    signature = EdSigner(key).signature(request_id, "user", timestamp, body)
    headers = {
        "x-fal-webhook-request-id": request_id,
        "x-fal-webhook-user-id": "user",
        "x-fal-webhook-timestamp": str(timestamp),
        "x-fal-webhook-signature": signature,
    }
    return headers, body


def everything() -> str:
    """All that a call could have changed."""
    models = (AvatarJob, JobEvent, LedgerEntry, ReceivedCallback, Version)
    return json.dumps([list(model.objects.values()) for model in models], default=str)


def calls_about(engine: SandboxEngine, handle: str, *, many: int) -> list[int | None]:
    """What was answered to the calls about a task, once the engine has made so many."""
    task_id, until = handle.rpartition("/")[2], time.monotonic() + 120
    while True:
        made = [one for one in engine.callbacks() if one["task_id"] == task_id]
        if len(made) >= many:
            return [one["answer"] for one in made]
        assert time.monotonic() < until, made
        time.sleep(0.05)


def another_clip(project: Project, job: AvatarJob, teammate: User) -> Clip:
    """A second clip, of the same inputs as `job`."""
    made: Clip = add_clip(
        project, title="Another", engine_model=job.engine_model, by=teammate,
        look=job.look, take=job.take, motion="nods", camera="medium shot",
    )  # fmt: skip
    return made
