"""The animatic: a free draft of a clip's exact inputs, drawn by the studio itself."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from assets.models import AudioTake, Look
from jobs import clock
from jobs.models.footage import Footage
from jobs.models.state import ImpossibleMove
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project


class Drawing(models.TextChoices):
    """Where the drawing of an animatic is. The label is what a person reads."""

    QUEUED = "queued", "Waiting to be drawn"
    DRAWING = "drawing", "Being drawn"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be drawn"
    CANCELLED = "cancelled", "Cancelled"


#: The state machine. A move that is not listed here does not exist.
MOVES: dict[Drawing, frozenset[Drawing]] = {
    Drawing.QUEUED: frozenset({Drawing.DRAWING, Drawing.CANCELLED}),
    Drawing.DRAWING: frozenset(
        {
            Drawing.READY,
            Drawing.FAILED,
            Drawing.CANCELLED,
            Drawing.QUEUED,  # its worker is gone: another one begins again
        }
    ),
    Drawing.READY: frozenset(),
    Drawing.FAILED: frozenset(),
    Drawing.CANCELLED: frozenset(),
}
#: A worker will do something about these by itself; pages follow them live.
UNFINISHED = (Drawing.QUEUED, Drawing.DRAWING)
#: Far longer than any lease on a drawing.
LONGEST_LEASE = timedelta(minutes=10)
#: Of these a clip has only one for the same inputs.
KEPT = (*UNFINISHED, Drawing.READY)
#: What an animatic says of itself before it was drawn.
NOT_DRAWN: dict[str, Any] = {
    "sha256": "", "width": 0, "height": 0, "rate_numerator": 0, "rate_denominator": 0,
    "frames": 0, "film_strip_tiles": 0,
}  # fmt: skip


def fingerprint(*, image_sha256: str, audio_sha256: str, prompt_text: str) -> str:
    """One value for everything that a drawing depends on: 64 hexadecimal digits."""
    prompt = hashlib.sha256(prompt_text.encode()).hexdigest()
    return hashlib.sha256("\n".join([image_sha256, audio_sha256, prompt]).encode()).hexdigest()


def fingerprint_of(clip: Clip) -> str:
    """The same of what `clip` (saved or not) has chosen; empty while it cannot be drawn."""
    if clip.look is None or clip.take is None:
        return ""
    return fingerprint(
        image_sha256=clip.look.sha256,
        audio_sha256=clip.take.send_sha256,
        prompt_text=clip.prompt_text,
    )


class AnimaticQuerySet(models.QuerySet["Animatic"]):
    """Animatics, as far as a person may see them or a worker has to act on them."""

    def visible_to(self, user: User) -> AnimaticQuerySet:
        """Animatics of the projects that the person sees."""
        projects = Project.objects.visible_to(user).values("pk")
        return self.filter(clip__project__in=projects)

    def unfinished(self) -> AnimaticQuerySet:
        """Those that wait to be drawn, or are being drawn."""
        return self.filter(state__in=UNFINISHED)

    def abandoned(self, now: datetime) -> AnimaticQuerySet:
        """Those that are being drawn by nobody any more, or until a time that no lease names: the
        clock was put back since."""
        is_over = Q(leased_until__lt=now) | Q(leased_until__gt=now + LONGEST_LEASE)
        return self.filter(is_over, state=Drawing.DRAWING)

    def telling(self, fingerprints: Collection[str]) -> AnimaticQuerySet:
        """Of each clip the newest that can be watched, the newest of all, and the one to watch that
        has one of these fingerprints; not the cancelled."""
        same = AnimaticQuerySet(self.model).filter(
            clip=OuterRef("clip"), number__gt=OuterRef("number")
        )
        newest = ~Exists(same.exclude(state=Drawing.CANCELLED))
        newest_ready = Q(state=Drawing.READY) & ~Exists(same.filter(state=Drawing.READY))
        chosen = Q(state=Drawing.READY, inputs_sha256__in=fingerprints)
        return self.exclude(state=Drawing.CANCELLED).filter(newest | newest_ready | chosen)


class Animatic(Footage):
    """One drawing of a clip. Its inputs are an immutable snapshot, and so is what was drawn.

    `inputs_sha256` is the fingerprint of the inputs: once the clip's own differs, it is out of date
    and stays as it is. `duration_seconds` is that of the take until the video is there; width,
    height, rate and frames are 0 until then. `progress` is a percentage, measured at `progress_at`.
    """

    noun = "animatic"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clip = models.ForeignKey(Clip, models.PROTECT, related_name="animatics")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    look = models.ForeignKey(Look, models.PROTECT, related_name="animatics")
    take = models.ForeignKey(AudioTake, models.PROTECT, related_name="animatics")
    prompt_text = models.TextField(blank=True)
    prompt_slots = models.JSONField(default=dict)
    image_sha256 = models.CharField(max_length=64)
    audio_sha256 = models.CharField(max_length=64)
    inputs_sha256 = models.CharField(max_length=64)

    state = models.CharField(max_length=10, choices=Drawing, default=Drawing.QUEUED)
    state_at = models.DateTimeField(default=timezone.now)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Drawings begun.")
    started_at = models.DateTimeField(null=True, blank=True, help_text="Of the latest try.")
    progress = models.PositiveSmallIntegerField(default=0)
    progress_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, help_text="Why it could not be drawn: our sentence.")

    objects = AnimaticQuerySet.as_manager()

    class Meta(Footage.Meta):
        abstract = False
        ordering: ClassVar = ["clip", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clip", "number"], name="animatic_number_once_per_clip"
            ),
            # Two clicks on "Draft it" are one drawing: the second insert fails.
            models.UniqueConstraint(
                fields=["clip", "inputs_sha256"],
                condition=Q(state__in=KEPT),
                name="animatic_once_per_inputs",
            ),
            models.CheckConstraint(
                condition=Q(state__in=Drawing.values), name="animatic_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=Drawing.READY)
                | (Q(frames__gt=0, rate_numerator__gt=0, rate_denominator__gt=0) & ~Q(video="")),
                name="animatic_ready_can_be_watched",
            ),
            models.CheckConstraint(
                condition=~Q(state=Drawing.DRAWING)
                | (~Q(lease="") & Q(leased_until__isnull=False, started_at__isnull=False)),
                name="animatic_drawing_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state=Drawing.FAILED) | ~Q(problem=""),
                name="animatic_failure_has_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["requested_at"],
                name="animatic_unfinished",
                condition=Q(state__in=UNFINISHED),
            ),
            models.Index(  # how fast they are drawn lately (`jobs.drafts`)
                fields=["-state_at"], name="animatic_ready_lately", condition=Q(state=Drawing.READY)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clip} {self.name}"

    @property
    def name(self) -> str:
        """What people call this one."""
        return f"animatic {self.number}"

    @property
    def project(self) -> Project:
        """The project of the clip."""
        return self.clip.project

    @property
    def is_ready(self) -> bool:
        """Whether it can be watched."""
        return self.state == Drawing.READY

    @property
    def is_unfinished(self) -> bool:
        """Whether a worker will do something about it by itself."""
        return self.state in UNFINISHED

    def is_of(self, clip: Clip) -> bool:
        """Whether it shows exactly what `clip` has chosen; else it is out of date."""
        return self.inputs_sha256 == fingerprint_of(clip)

    def advance(self, to: Drawing, **fields: Any) -> bool:
        """Move to state `to` and write `fields`, while state and lease of the row are those here.

        Returns False, with nothing written, if somebody else was first. Raises ImpossibleMove for
        a move that the table does not have.
        """
        old = Drawing(self.state)
        if to not in MOVES[old]:
            raise ImpossibleMove(f"{old} -> {to}")
        fields = {"lease": "", "leased_until": None} | fields
        fields |= {"state": to, "state_at": clock.now()}
        rows = Animatic.objects.filter(pk=self.pk, state=old, lease=self.lease)
        if not rows.update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True
