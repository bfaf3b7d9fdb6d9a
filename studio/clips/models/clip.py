"""The running order: clips, and the inputs each has chosen."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from assets.models import AudioTake, Look, MotionPrompt, Preset
from studio.organisations.models import Organisation, User
from studio.projects.models import Project

if TYPE_CHECKING:
    from studio.clips.models.hold import ReviewHold


class ChangedMeanwhile(Exception):
    """Somebody else saved the clip after this person opened it; nothing was written."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        super().__init__(f"{clip} was changed by {clip.changed_by}")


class Held(Exception):
    """A version of the clip is under review; nothing was written. `sentence` says what to do."""

    def __init__(self, hold: ReviewHold) -> None:
        self.hold = hold
        self.sentence = hold.sentence
        super().__init__(self.sentence)


class ClipQuerySet(models.QuerySet["Clip"]):
    """Clips, as far as a person may see them."""

    def visible_to(self, user: User) -> ClipQuerySet:
        """All clips of the projects that the person sees."""
        return self.filter(project__in=Project.objects.visible_to(user).values("pk"))

    def open(self) -> ClipQuerySet:
        """Those still in the running order."""
        return self.filter(removed_at=None)


class PromptView(models.TextChoices):
    """How a person writes the prompt of a clip."""

    SLOTS = "slots", "In parts"
    TEXT = "text", "As one text"


class Clip(MotionPrompt):
    """A place in a project's running order: one look, one take, one prompt, one engine model."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="clips")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    look = models.ForeignKey(Look, models.PROTECT, null=True, blank=True, related_name="clips")
    take = models.ForeignKey(AudioTake, models.PROTECT, null=True, blank=True, related_name="clips")
    preset = models.ForeignKey(Preset, models.SET_NULL, null=True, blank=True, related_name="clips")
    preset_number = models.PositiveIntegerField(
        null=True, blank=True, help_text="The version of the preset that was taken."
    )
    variables = models.JSONField(
        default=dict, blank=True, help_text="What was filled in for the variables of presets."
    )
    prompt_view = models.CharField(
        max_length=5, choices=PromptView, default=PromptView.SLOTS, blank=True
    )
    engine_model = models.CharField("model", max_length=80)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ClipQuerySet.as_manager()

    INPUTS: ClassVar = (
        "title", "look", "take", "preset", "preset_number", "engine_model",
        "style", "motion", "camera", "atmosphere", "free_text", "slot_order",
        "variables", "prompt_view",
    )  # fmt: skip

    class Meta(MotionPrompt.Meta):
        abstract = False
        ordering: ClassVar = ["position", "created_at"]
        indexes: ClassVar = [models.Index(fields=["project", "position"])]

    def __str__(self) -> str:
        return self.title

    @property
    def organisation(self) -> Organisation:
        """The organisation of the clip's project."""
        return self.project.organisation

    @transaction.atomic
    def choose(self, inputs: dict[str, Any], *, by: User, seen_revision: int) -> None:
        """Save the inputs a person chose, if nobody else saved since `seen_revision`.

        Otherwise nothing is written and ChangedMeanwhile, carrying the clip as it now is, is
        raised, unless the person saved the very same (a form sent twice). Raises Held while a
        version is under review.
        """
        chosen = {name: inputs[name] for name in self.INPUTS if name in inputs}
        before = Clip.objects.select_for_update(no_key=True).get(pk=self.pk)
        before.refuse_held()
        won = Clip.objects.filter(pk=self.pk, revision=seen_revision).update(
            **chosen, revision=F("revision") + 1, changed_by=by, changed_at=timezone.now()
        )
        self.refresh_from_db()
        if not won and not self._was_chosen(chosen, by=by):
            raise ChangedMeanwhile(self)
        if won and self.prompt_slots() != before.prompt_slots():
            self._remember(before)

    def _remember(self, before: Clip) -> None:
        """Write down the new prompt, and the first one, which nobody has written down yet."""
        if before.prompt_text and not self.prompts.exists():
            PromptRevision.objects.create(
                clip=self, slots=before.prompt_slots(), text=before.prompt_text,
                by=before.changed_by, at=before.changed_at,
            )  # fmt: skip
        PromptRevision.objects.create(
            clip=self, slots=self.prompt_slots(), text=self.prompt_text,
            by=self.changed_by, at=self.changed_at,
        )  # fmt: skip

    def _was_chosen(self, chosen: dict[str, Any], *, by: User) -> bool:
        """Whether the person has just saved the very same: a double click is no conflict."""
        mine = self.changed_by_id == by.pk
        return mine and all(getattr(self, name) == value for name, value in chosen.items())

    @transaction.atomic
    def move_to(self, index: int) -> None:
        """Put the clip at `index` (from 0) of the running order; the others close up."""
        order = _lock_running_order(self.project)
        rest = [clip for clip in order if clip.pk != self.pk]
        rest.insert(max(0, min(index, len(rest))), self)
        for position, clip in enumerate(rest, start=1):
            if clip.position != position:
                Clip.objects.filter(pk=clip.pk).update(position=position)
        self.refresh_from_db(fields=["position"])

    @property
    def hold(self) -> ReviewHold | None:
        """What keeps its inputs as they are: the version under review, if there is one."""
        return self.holds.standing().select_related("clip").first()

    def refuse_held(self) -> None:
        """Raise Held, with a sentence, while a version is under review."""
        if hold := self.hold:
            raise Held(hold)

    @transaction.atomic
    def remove(self, *, by: User) -> None:
        """Take the clip out of the running order; its versions and money rows stay.

        Raises Held while a version is under review.
        """
        Clip.objects.select_for_update(no_key=True).get(pk=self.pk).refuse_held()
        self.removed_at = self.changed_at = timezone.now()
        self.changed_by = by
        self.save(update_fields=["removed_at", "changed_at", "changed_by"])

    def put_back(self, *, by: User) -> None:
        """Undo `remove`: the clip is where it was."""
        self.removed_at, self.changed_at, self.changed_by = None, timezone.now(), by
        self.save(update_fields=["removed_at", "changed_at", "changed_by"])


class PromptRevision(models.Model):
    """A prompt that a clip had: what was saved, by whom and when. Never changed afterwards."""

    clip = models.ForeignKey(Clip, models.CASCADE, related_name="prompts")
    slots = models.JSONField()
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["clip", "-at"])]

    def __str__(self) -> str:
        return f"{self.clip}: {self.text[:60]}"


@transaction.atomic
def add_clip(project: Project, *, title: str, engine_model: str, by: User, **inputs: Any) -> Clip:
    """A new clip at the end of the running order."""
    order = _lock_running_order(project)
    position = max((clip.position for clip in order), default=0) + 1
    return Clip.objects.create(
        project=project,
        position=position,
        title=title,
        engine_model=engine_model,
        created_by=by,
        changed_by=by,
        **inputs,
    )


def _lock_running_order(project: Project) -> list[Clip]:
    # Two people moving clips at once take turns on the project's row.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    return list(Clip.objects.filter(project=project, removed_at=None).order_by("position"))
