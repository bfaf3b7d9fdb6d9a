"""Being done with a version without deciding: it leaves the desk, and the others see it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Looked


def done_looking(*, version: Version, by: User) -> None:
    """Take the version off the person's desk; the same twice is one row."""
    if Looked.objects.standing().filter(version=version, by=by).exists():
        return
    try:
        with transaction.atomic():
            Looked.objects.create(version=version, by=by)
    except IntegrityError:  # the other click of a double click was first
        return


def look_again(*, version: Version, by: User) -> None:
    """Take it back onto the desk; that the person had looked stays written down."""
    rows = Looked.objects.standing().filter(version=version, by=by)
    rows.update(taken_back_at=timezone.now())


def looked_at(version: Version) -> list[Looked]:
    """Who is done with the version without deciding, in that order."""
    return list(Looked.objects.standing().filter(version=version).select_related("by"))
