"""What the workers do. Each task is one call; the row decides whether there is anything to do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps

from celery import shared_task
from celery.signals import worker_shutting_down

from jobs import own_process, passes, submission, sweeping

#: How long one tick of the clock keeps a worker looking: over several ticks, since each begins with
#: a new connection to the database. A worker that is asked to stop waits no longer than this.
LOOK_TICK_SECONDS = 5.0


#: A worker that is asked to stop waits for engines, but not for work that can be begun again.
worker_shutting_down.connect(own_process.end_all)


def at_most(count: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """So many at a time in one process; one more does nothing.

    A slow engine thus never takes all threads of a worker, and ticks that piled up while no worker
    was there are gone in a moment. What is skipped is found by the rows at the next tick.
    """

    def limited(work: Callable[[], None]) -> Callable[[], None]:
        room = threading.BoundedSemaphore(count)

        @wraps(work)
        def guarded() -> None:
            if room.acquire(blocking=False):
                try:
                    work()
                finally:
                    room.release()

        return guarded

    return limited


@shared_task
@at_most(2)
def submit_due() -> None:
    """Send the jobs that may leave now."""
    submission.submit_due()


@shared_task
@at_most(2)  # one talks to the engine while the other writes
def look_due() -> None:
    """Ask the engines about the jobs whose time has come, and comes in the next seconds."""
    passes.look_for(LOOK_TICK_SECONDS)


@shared_task
def fetch_due() -> None:
    """Bring home a video whose time has come."""
    from jobs import fetching  # with it come codecs, which no other worker needs in its memory

    fetching.fetch_due()


@shared_task
def derive_due() -> None:
    """Make film strip and review copy of a version that can be watched already."""
    from jobs import deriving  # see above

    deriving.derive_due()


@shared_task
def draw_due() -> None:
    """Draw an animatic that somebody asked for."""
    from jobs import drawing  # see above

    drawing.draw_due()


@shared_task
@at_most(1)
def sweep() -> None:
    """Find calls that nobody finishes any more, and jobs that are overdue or out of time."""
    sweeping.sweep()
