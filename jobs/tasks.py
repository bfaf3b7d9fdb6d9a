"""What the workers do. Each task is one call; the row decides whether there is anything to do."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from jobs import fetching, polling, submission


@shared_task
def submit(job_id: str) -> None:
    """Send one job that was just ordered."""
    submission.submit(job_id)


@shared_task
def submit_due() -> None:
    """Send the jobs that wait for their time."""
    submission.submit_due()


@shared_task
def look_due() -> None:
    """Ask the engines about the jobs whose time has come."""
    polling.look_due()


@shared_task
def fetch(job_id: str) -> None:
    """A job has finished: bring home what is due, this one included."""
    fetching.fetch_due()


@shared_task
def fetch_due() -> None:
    """Bring home the videos whose time has come."""
    fetching.fetch_due()


@shared_task
def sweep() -> None:
    """Find calls that nobody finishes any more and jobs that are overdue."""
    submission.give_up_abandoned(timezone.now())
    polling.mark_overdue(timezone.now())
