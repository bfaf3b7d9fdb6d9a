"""Which processes of the machine are at work, wherever they run."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of one process, written by itself; gone when it has stopped properly.

    `role`: `worker` or `beat`. `queues`: what a worker takes work from.
    """

    name = models.CharField(max_length=200, primary_key=True)
    role = models.CharField(max_length=20)
    queues = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["role", "name"]

    def __str__(self) -> str:
        return self.name
