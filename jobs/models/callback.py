"""Messages of engines that were verified: kept so that a repeated one does nothing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from jobs.models.job import AvatarJob


class ReceivedCallback(models.Model):
    """One verified message about one job. `handle` is the engine's id in it."""

    account = models.CharField(max_length=40)
    event_id = models.CharField(max_length=255)
    job = models.ForeignKey(AvatarJob, models.CASCADE, related_name="callbacks")
    handle = models.CharField(max_length=600)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "event_id"], name="callback_counts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.event_id}"
