"""Messages to the workers. Only nudges: a broker that is down must not undo what was committed."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)


def nudge(task: str, job_id: UUID) -> None:
    """Ask a worker, once this transaction is committed, to run `jobs.tasks.<task>` for the job.

    If the broker cannot be reached, the sweep finds the row within seconds of its return.
    """

    def send() -> None:
        try:
            current_app.send_task(f"jobs.tasks.{task}", [str(job_id)], retry=False)
        except Exception:
            log.warning("The broker did not take the nudge %s for job %s.", task, job_id)

    transaction.on_commit(send)
