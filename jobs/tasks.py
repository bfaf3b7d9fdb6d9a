"""What the workers do. Each task is one call; the row decides whether there is anything to do."""

from __future__ import annotations

from celery import shared_task

from jobs import polling, submission, sweeping

#: How long one tick of the clock keeps a worker looking: until the next tick.
LOOK_TICK_SECONDS = 1.0


@shared_task
def submit_due() -> None:
    """Send the jobs that may leave now."""
    submission.submit_due()


@shared_task
def look_due() -> None:
    """Ask the engines about the jobs whose time has come, and comes until the next tick."""
    polling.look_for(LOOK_TICK_SECONDS)


@shared_task
def fetch_due() -> None:
    """Bring home the videos whose time has come."""
    from jobs import fetching  # with it come codecs, which no other worker needs in its memory

    fetching.fetch_due()


@shared_task
def sweep() -> None:
    """Find calls that nobody finishes any more, and jobs that are overdue or out of time."""
    sweeping.sweep()
