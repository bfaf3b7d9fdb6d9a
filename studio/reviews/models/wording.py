"""What a comment said before its author changed it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from studio.reviews.models.comment import Comment


class EarlierWording(models.Model):
    """The words of a comment until `until`; its author has written others since."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="earlier_wordings")
    text = models.TextField(blank=True)
    until = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-until"]

    def __str__(self) -> str:
        return self.text[:40]
