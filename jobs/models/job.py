"""The avatar job: one attempt to render a clip on an engine. The row is the truth."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from assets.models import AudioTake, Look
from jobs import clock
from jobs.engines.base import HANDLE_MAX_CHARACTERS
from jobs.engines.plain import plain
from jobs.models.event import JobEvent
from jobs.models.priority import Priority
from jobs.models.state import (
    ACTIVE,
    AT_THE_ENGINE,
    MOVES,
    UNSETTLED,
    WITH_HANDLE,
    ImpossibleMove,
    State,
)
from studio.clips.models import Clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Project


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands in a job's way: a stable code, our sentence, the engine's own words."""

    code: str
    sentence: str
    detail: str = ""

    def __post_init__(self) -> None:
        # Engines say things that databases refuse.
        object.__setattr__(self, "detail", plain(self.detail))

    def as_fields(self) -> dict[str, str]:
        """The columns that keep it."""
        return {
            "error_code": self.code[:60],
            "error_message": self.sentence,
            "error_detail": self.detail,
        }


#: So long past its deadline no engine keeps a place for a task.
FORGOTTEN_AFTER = timedelta(hours=6)
NO_PROBLEM = Problem("", "")
#: The code of a failure that a machine concluded: the engine has no such order.
NEVER_ARRIVED = "never_arrived"
#: The code of a failure that a person concluded, and that the engine's own answer proves wrong.
TAKEN_AFTER_ALL = "taken_after_all"


class AvatarJobQuerySet(models.QuerySet["AvatarJob"]):
    """Jobs, as far as a person may see them or the machine has to act on them."""

    def visible_to(self, user: User) -> AvatarJobQuerySet:
        """Jobs of the projects that the person sees."""
        projects = Project.objects.visible_to(user).values("pk")
        return self.filter(clip__project__in=projects)

    def active(self) -> AvatarJobQuerySet:
        """Those the machine is busy with."""
        return self.filter(state__in=ACTIVE)

    def unsettled(self) -> AvatarJobQuerySet:
        """Those that wait for a person's evidence; but for overdue ones that nobody waits for."""
        contradicted = Q(state=State.FAILED, error_code=TAKEN_AFTER_ALL)
        given_up = Q(state=State.STALLED, put_aside_at__isnull=False)
        return self.filter(Q(state__in=UNSETTLED) | contradicted).exclude(given_up)

    def at_the_engine(self, now: datetime) -> AvatarJobQuerySet:
        """Those that take up a place at the engine, or have been given one and are being sent."""
        forgotten = Q(state=State.STALLED, deadline_at__lt=now - FORGOTTEN_AFTER)
        there = Q(state__in=AT_THE_ENGINE) | Q(state=State.QUEUED, leased_until__gt=now)
        return self.filter(there).exclude(forgotten)

    def due(self, now: datetime, *states: State) -> AvatarJobQuerySet:
        """Those in `states` whose time has come and that no worker has leased, oldest first."""
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        return self.filter(free, state__in=states, next_at__lte=now).order_by("next_at")


class AvatarJob(models.Model):
    """One attempt to render a clip. Its inputs are an immutable snapshot.

    `number` is the number of the version it makes (v1, v2, ...); a failed attempt keeps its number.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clip = models.ForeignKey(Clip, models.PROTECT, related_name="jobs")
    number = models.PositiveIntegerField()
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    state_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    based_on = models.ForeignKey(
        "jobs.Version", models.PROTECT, null=True, blank=True, related_name="successors"
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by",
        help_text="The lost order that this one pays again for: once.",
    )  # fmt: skip
    changes = models.JSONField(default=list, blank=True, help_text="What differs, in words.")

    # The snapshot: never written again after the order.
    look = models.ForeignKey(Look, models.PROTECT, related_name="jobs")
    take = models.ForeignKey(AudioTake, models.PROTECT, related_name="jobs")
    prompt_text = models.TextField()
    prompt_slots = models.JSONField(default=dict)
    account = models.CharField(max_length=40, help_text="Of those in the settings; it pays.")
    engine = models.CharField(max_length=40, help_text="The kind of the account's engine.")
    engine_model = models.CharField(max_length=80)
    image_sha256 = models.CharField(max_length=64)
    audio_sha256 = models.CharField(max_length=64)
    duration_seconds = models.DecimalField(max_digits=9, decimal_places=3)
    findings = models.JSONField(default=list, blank=True)
    override_reason = models.TextField(blank=True, help_text="Why it went out with warnings.")
    rate_amount = models.DecimalField(max_digits=10, decimal_places=6)
    price_amount = models.DecimalField(max_digits=12, decimal_places=4)
    currency = models.CharField(max_length=3)

    # What the engine said, and when to look again.
    handle = models.CharField(max_length=HANDLE_MAX_CHARACTERS, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0, help_text="Submissions begun.")
    looks = models.PositiveIntegerField(default=0, help_text="Times the engine was asked.")
    fetches = models.PositiveIntegerField(default=0, help_text="Downloads begun.")
    progress = models.PositiveSmallIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    result_urls = models.JSONField(default=list, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True, help_text="Our sentence.")
    error_detail = models.TextField(blank=True, help_text="The engine's own words.")
    failure_is_billed = models.BooleanField(
        default=False, help_text="The engine bills this failure, or may: its hold was charged."
    )
    put_aside_at = models.DateTimeField(null=True, blank=True)
    put_aside_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AvatarJobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["clip", "number"]
        indexes: ClassVar = [
            models.Index(fields=["state", "next_at"]),
            models.Index(  # what an account's engine took lately (`jobs.rhythm`)
                fields=["account", "-done_at"],
                condition=Q(done_at__isnull=False),
                name="job_done_lately",
            ),
        ]
        constraints: ClassVar = [
            # Two clicks on "Generate v3" are one v3: the second insert fails.
            models.UniqueConstraint(fields=["clip", "number"], name="job_number_once_per_clip"),
            models.UniqueConstraint(
                fields=["account", "handle"], condition=~Q(handle=""), name="job_handle_once"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_HANDLE) | ~Q(handle=""), name="job_running_has_handle"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SUBMITTING, sent_at=None), name="job_sent_has_a_time"
            ),
            models.CheckConstraint(condition=Q(price_amount__gte=0), name="job_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.clip} v{self.number}"

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """The warnings it went out with, as they were stored; `override_reason` says why."""
        return [finding for finding in self.findings if finding["level"] == "warn"]

    @property
    def project(self) -> Project:
        """The project that pays."""
        return self.clip.project

    @property
    def organisation(self) -> Organisation:
        """The organisation of the project that pays."""
        return self.clip.project.organisation

    @property
    def is_active(self) -> bool:
        """Whether the machine will do something about it by itself."""
        return self.state in ACTIVE

    @property
    def is_unsettled(self) -> bool:
        """Whether a person has to bring evidence."""
        return self.state in UNSETTLED or self.is_taken_after_all

    @property
    def is_taken_after_all(self) -> bool:
        """Whether the engine has taken it although a person settled it as not bought."""
        return self.state == State.FAILED and self.error_code == TAKEN_AFTER_ALL

    @property
    def is_silent(self) -> bool:
        """Whether it was cancelled, and its engine does not say what became of it: money waits."""
        late = self.deadline_at is not None and self.deadline_at < timezone.now()
        return self.state == State.CANCELLED and self.next_at is not None and late

    def put_aside(self, *, by: User) -> None:
        """Take a failed or overdue attempt off the desks: somebody has seen it and needs nothing
        more. What the engine says later undoes it."""
        self.put_aside_at, self.put_aside_by = timezone.now(), by
        self.save(update_fields=["put_aside_at", "put_aside_by"])

    def advance(
        self,
        to: State,
        *,
        cause: str,
        by: User | None = None,
        detail: dict[str, Any] | None = None,
        problem: Problem | None = None,
        **fields: Any,
    ) -> bool:
        """Move to state `to` and write `fields`, if the row is still in the state seen here.

        `problem` is what stands in the way from now on; NO_PROBLEM wipes an earlier one.

        The UPDATE is guarded by the old state, and the event is written in the same transaction.
        Returns False, with nothing written, if somebody else was first. Raises ImpossibleMove
        for a move that the table does not have.
        """
        old = State(self.state)
        if to not in MOVES[old]:
            raise ImpossibleMove(f"{old} -> {to}")
        if problem is not None:
            fields |= problem.as_fields()
        fields |= {"state": to, "state_at": clock.now(), "lease": "", "leased_until": None}
        with transaction.atomic():
            rows = AvatarJob.objects.filter(pk=self.pk, state=old)
            if old == State.SUBMITTING:  # of this attempt, not of a later one
                rows = rows.filter(tries=self.tries)
            if not rows.update(**fields):
                return False
            JobEvent.objects.create(
                job=self, from_state=old, to_state=to, cause=cause[:300], by=by, detail=detail or {}
            )
        for name, value in fields.items():
            setattr(self, name, value)
        return True
