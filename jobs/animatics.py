"""Asking for an animatic, and taking that back. It costs nothing and needs no engine."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max

from jobs.models import Animatic, Drawing, fingerprint_of
from jobs.models.animatic import KEPT, NOT_DRAWN
from jobs.nudges import nudge
from studio.clips.models import Clip
from studio.organisations.models import User

#: So many people may ask for a number of the same clip in the same moment.
_ATTEMPTS = 8


class NotDrafted(Exception):
    """Nothing will be drawn; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def why_not(clip: Clip) -> str:
    """Why no animatic of `clip` can be drawn, as a sentence; empty where one can."""
    if clip.removed_at:
        return f"“{clip}” was removed. Put it back on the storyboard to draft it."
    if clip.project.archived_at:
        return f"“{clip.project}” is in the archive. Reopen it to draft its clips."
    missing = [
        name for name, there in (("a look", clip.look_id), ("a take", clip.take_id)) if not there
    ]
    if missing:
        return f"An animatic needs {' and '.join(missing)}: choose what is missing first."
    return ""


def draft(clip: Clip, *, by: User) -> tuple[Animatic, bool]:
    """The animatic of what `clip` has chosen now, and whether it was asked for just now.

    Two clicks, or two people at once, get the same one; so does everybody who asks again while
    the inputs are the same. Only one that failed or was cancelled is asked for anew. Raises
    NotDrafted, with a sentence, while the clip has no look or no take.
    """
    if refusal := why_not(clip):
        raise NotDrafted(refusal)
    wanted = fingerprint_of(clip)
    for _ in range(_ATTEMPTS):
        if there := Animatic.objects.filter(
            clip=clip, inputs_sha256=wanted, state__in=KEPT
        ).first():
            return there, False
        try:
            with transaction.atomic():
                made = _create(clip, wanted, by=by)
                nudge("draw_due")
        except IntegrityError:
            continue  # the same, or its number, was taken this moment
        return made, True
    raise NotDrafted("Others are drafting this clip at this moment: try again.")


def cancel(animatic: Animatic) -> bool:
    """Nobody needs it any more; whether it had not ended before.

    A worker in the middle of it stops within a second or two, and keeps nothing.
    """
    while animatic.is_unfinished:
        if animatic.advance(Drawing.CANCELLED):
            return True
        animatic.refresh_from_db()  # begun, finished or given back this moment
    return False


def _create(clip: Clip, wanted: str, *, by: User) -> Animatic:
    assert clip.look is not None
    assert clip.take is not None
    highest = Animatic.objects.filter(clip=clip).aggregate(highest=Max("number"))["highest"]
    return Animatic.objects.create(
        clip=clip,
        number=(highest or 0) + 1,
        requested_by=by,
        look=clip.look,
        take=clip.take,
        prompt_text=clip.prompt_text,
        prompt_slots=clip.prompt_slots(),
        image_sha256=clip.look.sha256,
        audio_sha256=clip.take.send_sha256,
        inputs_sha256=wanted,
        duration_seconds=clip.take.duration_seconds,
        **NOT_DRAWN,
    )
