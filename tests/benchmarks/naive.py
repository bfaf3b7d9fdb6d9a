"""The design that the studio is compared with: one Celery task per job, as most teams write it.

    celery -A tests.benchmarks.naive worker --pool prefork --concurrency 8

The task submits if that was not done yet, else it polls; while the video is not there, the task
puts itself into the queue again, to come back after the poll interval. Late acknowledgement, so
that a killed worker loses nothing. Where a choice was open, the cheaper one was taken: one HTTP
client per process, kept open; a new message instead of `retry`; only the changed columns written;
no log line per task; no result backend.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any, ClassVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.naive_settings")

import django
import httpx
from celery import Celery
from django.db import models
from django.utils import timezone

django.setup()

POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "5"))
TABLE = "naive_job"

app = Celery("naive", broker=os.environ.get("REDIS_URL"))
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
)


class Job(models.Model):
    """A video that was ordered."""

    handle = models.CharField(max_length=191, blank=True, db_index=True)
    state = models.CharField(max_length=20, default="queued")
    image_url = models.TextField()
    audio_url = models.TextField()
    audio_seconds = models.FloatField()
    prompt = models.TextField(blank=True)
    looks = models.PositiveIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    video_url = models.TextField(blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Job]]

    class Meta:
        app_label = "naive"
        db_table = TABLE

    def __str__(self) -> str:
        return f"{self.handle or 'not sent'}: {self.state}"


@app.task(name="naive.make_video")
def make_video(job_id: int) -> None:
    """Submit the job, or ask how far it is; come back later unless it is done."""
    job = Job.objects.get(pk=job_id)
    try:
        if job.handle:
            _poll(job)
        else:
            _submit(job)
    except httpx.HTTPError as error:
        job.error = str(error)
        job.save(update_fields=["error"])
    if job.state not in ("completed", "failed"):
        make_video.apply_async((job_id,), countdown=POLL_SECONDS)


def _submit(job: Job) -> None:
    order = {
        "model": "kling-avatar-v2-standard",
        "image_url": job.image_url,
        "audio_url": job.audio_url,
        "audio_duration_seconds": job.audio_seconds,
        "prompt": job.prompt,
    }
    job.handle = _ask("POST", "/v1/video/generations", json=order)["task_id"]
    job.state = "running"
    job.save(update_fields=["handle", "state"])


def _poll(job: Job) -> None:
    answer = _ask("GET", f"/v1/video/generations/{job.handle}")
    job.looks += 1
    job.state = answer["status"]
    job.progress = answer["progress"]
    if job.state == "completed":
        job.video_url = answer["video_url"]
        job.done_at = timezone.now()
    job.save(update_fields=["looks", "state", "progress", "video_url", "done_at"])


def _ask(method: str, path: str, **more: Any) -> dict[str, Any]:
    answer = _client().request(method, path, **more)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    """One per process, made when it is first needed, after the fork."""
    return httpx.Client(
        base_url=os.environ["SANDBOX_URL"],
        headers={"Authorization": f"Bearer {os.environ['SANDBOX_KEY']}"},
        timeout=30,
        trust_env=False,
    )
