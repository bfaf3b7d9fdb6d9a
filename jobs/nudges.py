"""Messages to the workers. Only nudges: a broker that is down must not undo what was committed."""

from __future__ import annotations

import logging

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)


def nudge(task: str) -> None:
    """Ask a worker, once this transaction is committed, to run `jobs.tasks.<task>` now.

    The task finds by itself what is due. If the broker cannot be reached, the next tick does the
    same within seconds of its return.
    """

    def send() -> None:
        try:
            current_app.send_task(f"jobs.tasks.{task}", retry=False)
        except Exception:
            log.warning("The broker did not take the nudge %s.", task)

    transaction.on_commit(send)
