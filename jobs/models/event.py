"""What happened to a job: appended, never changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models, transaction

from jobs.models.state import State
from studio.organisations.models import User

log = logging.getLogger(__name__)

#: Causes of events that say something new about a job and move it nowhere.
TAKEN_ALL_THE_SAME = "the engine took it all the same"
NOT_WRITTEN_DOWN = "the answer could not be written down"
STOPPED_WAITING = "nobody waits for it any more"


class JobEvent(models.Model):
    """One move of a job, written in the same transaction as the move."""

    job = models.ForeignKey("jobs.AvatarJob", models.CASCADE, related_name="events")
    from_state = models.CharField(max_length=12, choices=State, blank=True)
    to_state = models.CharField(max_length=12, choices=State)
    cause = models.CharField(max_length=300, help_text="Why, as a sentence or an error code.")
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Empty: the machine.",
    )  # fmt: skip
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["at"], name="job_event_lately")]

    def __str__(self) -> str:
        return f"{self.from_state or 'new'} -> {self.to_state}: {self.cause}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the event; once it is committed, the log tells it too."""
        super().save(*args, **kwargs)
        transaction.on_commit(self.say)

    @classmethod
    def write_many(cls, events: Iterable[JobEvent]) -> None:
        """The same for many events at once."""
        written = JobEvent.objects.bulk_create(events)

        def say() -> None:
            for event in written:
                event.say()

        transaction.on_commit(say)

    def say(self) -> None:
        """Tell the log."""
        facts = {
            "job_id": str(self.job_id),
            "account": self.job.account,
            "from_state": str(self.from_state),
            "to_state": str(self.to_state),
            "cause": self.cause,
        }
        log.info("job moved", extra=facts)
