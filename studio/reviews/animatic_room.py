"""The room of an animatic: watched and commented like a version, but nobody decides on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from jobs import drafts
from jobs.models import Animatic
from studio.organisations.models import Member
from studio.reviews.footage import addresses_of
from studio.reviews.remarks import remarks_of
from studio.reviews.room import Talk, comments_on, signature, traces_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AnimaticRoom(Talk[Animatic]):
    """One animatic with its comments, beside what its clip has chosen since."""

    draft: drafts.Draft

    @property
    def is_outdated(self) -> bool:
        """Whether the clip has chosen other inputs since."""
        return not self.footage.is_of(self.draft.clip)

    @property
    def newer(self) -> Animatic | None:
        """A later one that can be watched, if there is one."""
        ready = self.draft.ready
        return ready if ready and ready.number > self.footage.number else None

    @property
    def sentence(self) -> str:
        """Where its drawing stands, until it can be watched."""
        if self.draft.unfinished and self.draft.unfinished.pk == self.footage.pk:
            return self.draft.sentence
        return self.footage.problem or self.footage.get_state_display()


def animatic_room_of(animatic: Animatic, member: Member) -> AnimaticRoom:
    """The room of `animatic` as `member` sees it."""
    now = timezone.now()
    return AnimaticRoom(
        footage=animatic,
        member=member,
        addresses=addresses_of(animatic),
        remarks=remarks_of(animatic, comments_on(animatic), member) if animatic.frames else [],
        signature=animatic_signature(animatic, now),
        draft=drafts.draft_of(animatic.clip, now),
    )


def animatic_signature(animatic: Animatic, now: datetime) -> str:
    """What `AnimaticRoom.signature` would be now."""
    draft = drafts.draft_of(animatic.clip, now)
    ready = draft.ready.number if draft.ready else 0
    return signature(
        traces_of(animatic),
        (),
        ready,
        animatic.state,
        animatic.is_of(animatic.clip),
        animatic.clip.project.archived_at,
    )
