"""Which of an organisation's waiting jobs go first."""

from __future__ import annotations

from django.db import models


class Priority(models.IntegerChoices):
    """Higher goes first. It counts within one organisation: nobody overtakes another's people."""

    URGENT = 2, "Urgent"
    NORMAL = 1, "Normal"
    CAN_WAIT = 0, "Can wait"
