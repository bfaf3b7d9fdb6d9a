"""Treatments of takes: made from the untouched master, heard before anybody uses them.

A treated take is one more take of the same master. It is a draft until somebody adopts it; a
draft that nobody wants is thrown away with its send copy, never with the master.
"""

from __future__ import annotations

from decimal import Decimal

from django.core.files import File
from django.db import transaction

from assets import hosting
from assets.limits import LONGEST_RECORDING_SECONDS
from assets.models import AudioTake
from assets.storing import all_or_nothing, discard
from assets.treating.clearing import throw_away
from assets.treating.copying import MendedCopy, NothingToDo, write_mended_copy
from assets.treating.treatment import Treatment
from studio.organisations.models import User

__all__ = ["NothingToDo", "adopt", "throw_away", "treat"]

#: How long the part of a recording may be that is treated while a person waits.
LONGEST_SECONDS = 2 * LONGEST_RECORDING_SECONDS
_MILLISECOND = Decimal("0.001")
_TITLE_CHARACTERS = 160
#: What a treated take has in common with the one it was made from.
_INHERITED = (
    "project", "script", "source", "master", "master_content_type", "master_bytes",
    "master_sha256", "master_seconds", "sample_rate", "channels",
)  # fmt: skip


def treat(take: AudioTake, treatment: Treatment, *, by: User) -> AudioTake:
    """The take that `treatment` makes of the master of `take`: a draft, to be heard first.

    The same treatment of the same recording is made once: what is there already, draft or in
    use, is returned. Raises NothingToDo with a sentence, and OSError where storage fails.
    """
    original = take.original or take
    if there := _made_before(original, treatment):
        return there
    if treatment.does_nothing:
        raise NothingToDo("Choose what should be done to the take.")
    _refuse_longer(original, treatment)
    with hosting.workspace() as folder:
        (folder / "master").mkdir()
        master = hosting.at_hand(original.master, folder / "master")
        path = folder / "send.mp3"
        mended = write_mended_copy(master, path, treatment)
        draft = _draft(original, treatment, mended, by=by)
        with all_or_nothing() as store, path.open("rb") as sent:
            draft.send_copy = store(draft, File(sent), mended.copy.extension)
            kept = _saved_once(original, treatment, draft)
    if kept is not draft:  # the same was sent twice at once
        discard(str(draft.send_copy.name))
    return kept


def adopt(draft: AudioTake) -> AudioTake:
    """Make a draft a take like any other: it is offered, and it stays."""
    AudioTake.objects.filter(pk=draft.pk, is_draft=True).update(is_draft=False)
    draft.refresh_from_db()
    return draft


def _refuse_longer(original: AudioTake, treatment: Treatment) -> None:
    """A person waits for it, so it is made of what an engine may ever take, and twice that."""
    left = float(original.master_seconds) - treatment.head - treatment.tail
    if left > LONGEST_SECONDS:
        raise NothingToDo(
            f"This leaves {left / 60:.0f} minutes; a treated take has at most "
            f"{LONGEST_SECONDS // 60}, and no engine takes more than "
            f"{LONGEST_RECORDING_SECONDS // 60}. Cut off more at the start or the end."
        )


def _draft(original: AudioTake, treatment: Treatment, mended: MendedCopy, *, by: User) -> AudioTake:
    words = f" ({treatment.words})"
    return AudioTake(
        **{name: getattr(original, name) for name in _INHERITED},
        title=original.title[: _TITLE_CHARACTERS - len(words)] + words,
        peaks=mended.peaks,
        send_content_type=mended.copy.content_type,
        send_bytes=mended.copy.bytes,
        send_sha256=mended.copy.sha256,
        duration_seconds=Decimal(mended.copy.duration_seconds).quantize(_MILLISECOND),
        facts=mended.facts.to_json(),
        original=original,
        treatment={"parts": mended.parts, **treatment.to_json()},
        is_draft=True,
        created_by=by,
    )


def _made_before(original: AudioTake, treatment: Treatment) -> AudioTake | None:
    same = AudioTake.objects.filter(original=original, archived_at=None)
    for name, value in treatment.to_json().items():
        same = same.filter(**{f"treatment__{name}": value})
    return same.order_by("is_draft", "created_at").first()


@transaction.atomic
def _saved_once(original: AudioTake, treatment: Treatment, draft: AudioTake) -> AudioTake:
    # Two people who send the same at once take turns on the original's row.
    AudioTake.objects.select_for_update().get(pk=original.pk)
    if there := _made_before(original, treatment):
        return there
    draft.save(force_insert=True)
    return draft
