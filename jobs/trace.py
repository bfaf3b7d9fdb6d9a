"""What log lines about a job carry, from the click over the workers to the engine."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import UUID

from structlog.contextvars import bound_contextvars, get_contextvars

from jobs.engines.base import Request
from jobs.models import AvatarJob, JobEvent

HEADER = "X-Request-Id"


def request_id() -> str:
    """The id of the web request that this is done for, or empty."""
    return str(get_contextvars().get("request_id", ""))


def noted() -> dict[str, str]:
    """For the detail of an order's event: the request it came by, where there was one."""
    current = request_id()
    return {"request_id": current} if current else {}


def origins(jobs: Iterable[AvatarJob]) -> dict[UUID, str]:
    """Job id: id of the web request by which it was ordered.

    One task sends the jobs of many requests, so its own context cannot tell.
    """
    ordered = JobEvent.objects.filter(job__in=list(jobs), from_state="")
    rows = ordered.order_by().values_list("job_id", "detail")
    return {job: detail["request_id"] for job, detail in rows if "request_id" in detail}


def about(job: AvatarJob, origin: str = "") -> AbstractContextManager[object]:
    """Inside the block every log line names the job, its account and where it came from."""
    known = {"request_id": origin} if origin else {}
    return bound_contextvars(job_id=str(job.pk), account=job.account, **known)


def marked(request: Request) -> Request:
    """The request with our id for it, which an engine's support can be asked about."""
    current = request_id()
    if not current:
        return request
    return replace(request, headers={**request.headers, HEADER: current})
