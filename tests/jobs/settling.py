"""A person at the page of a job that needs settling: what is read there and what is pressed."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from jobs.models import AvatarJob, JobEvent, State


def lost(job: AvatarJob) -> AvatarJob:
    """The engine's answer to its order was lost."""
    AvatarJob.objects.filter(pk=job.pk).update(
        state=State.UNKNOWN,
        next_at=None,
        sent_at=job.requested_at,
        error_code="timeout",
        error_message="The engine did not answer in time. It may have taken the job.",
        error_detail="ReadTimeout after 60 s",
    )
    JobEvent.objects.create(
        job=job, from_state=State.SUBMITTING, to_state=State.UNKNOWN, cause="timeout"
    )
    job.refresh_from_db()
    return job


def page(client: Client, job: AvatarJob, **query: str) -> str:
    """What the page of the job shows."""
    return client.get(reverse("job", args=[job.pk]), query).text


def settle(client: Client, job: AvatarJob, **said: Any) -> Any:
    """Say on the page what was found."""
    return client.post(reverse("job_settle", args=[job.pk]), said, follow=True)


def pay_again(client: Client, job: AvatarJob, price: str = "0.1680") -> Any:
    """Press "Pay again"."""
    return client.post(reverse("job_pay_again", args=[job.pk]), {"price": price}, follow=True)
