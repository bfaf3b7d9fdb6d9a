"""The whole project played through in its running order, with what there is of each clip so far."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from jobs import animatics
from jobs.drafts import Draft, drafts_of
from jobs.models import Animatic, Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.footage import addresses_of

#: How long the card of a clip that has nothing to show stands.
GAP_SECONDS = Decimal(2)


@dataclass(frozen=True, slots=True)
class Scene:
    """One clip of the running order, with the footage that stands for it now."""

    clip: Clip
    index: int
    version: Version | None
    draft: Draft

    @property
    def footage(self) -> Version | Animatic | None:
        """What is played: the latest version, else the newest animatic, however old."""
        return self.version or self.draft.ready

    @property
    def source_url(self) -> str:
        """The video that browsers play; empty for a gap."""
        if self.version:
            is_copied = bool(self.version.review_copy)
            page = "version_review_copy" if is_copied else "version_stand_in"
            return reverse(page, args=[self.version.pk])
        if self.draft.ready:
            return reverse("animatic_video", args=[self.draft.ready.pk])
        return ""

    @property
    def poster_url(self) -> str:
        """A picture of it; empty for a gap without a look."""
        if self.footage:
            return addresses_of(self.footage).poster
        return reverse("look_thumbnail", args=[self.clip.look_id]) if self.clip.look_id else ""

    @property
    def room_url(self) -> str:
        """Where it is commented; the clip itself for a gap."""
        if self.footage:
            return addresses_of(self.footage).room
        return reverse("clip", args=[self.clip.pk])

    @property
    def seconds(self) -> Decimal:
        """How long it is played."""
        return self.footage.duration_seconds if self.footage else GAP_SECONDS

    @property
    def name(self) -> str:
        """What is played: `v3`, `animatic 2`, `animatic 2, out of date`."""
        if self.footage is None:
            return "nothing yet"
        outdated = ", out of date" if not self.version and self.draft.is_outdated else ""
        return f"{self.footage.name}{outdated}"

    @property
    def note(self) -> str:
        """What is missing, or on its way."""
        if self.draft.unfinished:
            return f"Animatic: {self.draft.sentence[:1].lower()}{self.draft.sentence[1:]}"
        if self.footage:
            return ""
        return animatics.why_not(self.clip) or self.draft.sentence

    @property
    def is_wanting(self) -> bool:
        """Whether an animatic of it can be asked for, because it has nothing or something old."""
        return self.version is None and self.draft.is_wanting


def scenes_of(
    project: Project, *, now: datetime | None = None, only_animatics: bool = False
) -> list[Scene]:
    """The running order, in a constant number of queries; `only_animatics` leaves versions out."""
    clips = list(project.clips.open().select_related("look", "take", "project__organisation"))
    drafts = drafts_of(clips, now or timezone.now())
    latest: dict[object, Version] = {}
    if not only_animatics:
        for version in Version.objects.filter(clip__in=clips).latest_per_clip():
            if version.review_copy or version.video_plays:
                latest[version.clip_id] = version
    return [
        Scene(clip, index, latest.get(clip.pk), drafts[clip.pk])
        for index, clip in enumerate(clips, start=1)
    ]


def new_since(scenes: list[Scene], then: datetime | None) -> list[Scene]:
    """Those whose version was made after `then`; all that have a version at the first visit."""
    made = [scene for scene in scenes if scene.version]
    return [one for one in made if one.version and (then is None or one.version.created_at > then)]


def draft_wanting(scenes: list[Scene], *, by: User) -> int:
    """Ask for the animatic of every scene that has none that is up to date; how many were new."""
    asked = 0
    for scene in scenes:
        if scene.is_wanting:
            with suppress(animatics.NotDrafted):  # others are at this clip just now
                _, is_new = animatics.draft(scene.clip, by=by)
                asked += is_new
    return asked
