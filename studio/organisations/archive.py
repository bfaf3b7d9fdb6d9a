"""Putting things away without losing them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone


class ArchivableQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that may be in the archive."""

    def open(self) -> Self:
        """Those not in the archive."""
        return self.filter(archived_at=None)


class Archivable(models.Model):
    """Something that can be put away: pickers and lists leave it out, what uses it keeps it."""

    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def archive(self) -> None:
        """Put it away; nothing in it is lost or stopped."""
        self.archived_at = timezone.now()
        self.save(update_fields=["archived_at"])

    def reopen(self) -> None:
        """Take it out of the archive."""
        self.archived_at = None
        self.save(update_fields=["archived_at"])
