"""Throwing drafts away: by a person's word, or because nobody came back for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from assets.models import AudioTake
from assets.storing import discard

#: A draft is heard within minutes; a week later nobody is going to use it.
FORGOTTEN_AFTER = timedelta(days=7)
_AT_ONCE = 100


@transaction.atomic
def throw_away(draft: AudioTake) -> bool:
    """Delete a draft and its send copy; the master belongs to the original and stays.

    False, and nothing is deleted, where somebody adopted it meanwhile.
    """
    locked = AudioTake.objects.select_for_update().filter(pk=draft.pk, is_draft=True).first()
    if locked is None:
        return False
    name = str(locked.send_copy.name)
    locked.delete()
    transaction.on_commit(lambda: discard(name))
    return True


def throw_away_forgotten(now: datetime) -> int:
    """Drafts that nobody used for a week; how many went."""
    forgotten = AudioTake.objects.filter(is_draft=True, created_at__lt=now - FORGOTTEN_AFTER)
    return sum(throw_away(draft) for draft in forgotten.order_by("created_at")[:_AT_ONCE])
