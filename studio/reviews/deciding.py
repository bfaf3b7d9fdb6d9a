"""An approver's verdict: one transaction, with the project's and the version's row locked."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import Member, Role, User
from studio.projects.models import Project
from studio.reviews import outcomes
from studio.reviews.models import Decision, Verdict
from studio.reviews.resting import why_at_rest
from studio.reviews.stages import StageStatus
from studio.reviews.standing import ReviewStatus, Standing, status_of
from studio.reviews.turns import stage_for, why_not_now


class NotDecided(Exception):
    """Nothing was decided; `sentence` says why, `field` which answer can be mended (or "")."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


def why_not(version: Version, user: User, status: ReviewStatus | None = None) -> str:
    """Why this person cannot decide on `version`, as a sentence; empty where they can."""
    if refusal := _why_never(version, user):
        return refusal
    status = status or status_of([version])[version.pk]
    if status.state is Standing.WITHDRAWN:
        return f"v{version.number} is withdrawn from review: nobody decides on it now."
    if status.is_by_an_older_rule:
        return (
            f"v{version.number} was decided under the rule as it was then, and that stands. The "
            "rule of today counts from the next version on."
        )
    return why_not_now(user, status)


def decide(
    *,
    version: Version,
    by: User,
    verdict: Verdict | str,
    reason: str = "",
    seen_sha256: str | None = None,
    seen_stage: UUID | None = None,
    seen_rule: int | None = None,
) -> Decision:
    """Record a verdict; the person's earlier one in the stage is withdrawn and stays visible.

    `seen_sha256`, `seen_stage` and `seen_rule` are the hash of the video, the stage and the
    number of the rule that the person had on the page, where known. The same verdict sent twice
    is one decision. Raises NotDecided and writes nothing if a rule forbids it.
    """
    verdict, reason = Verdict(verdict), reason.strip()
    if verdict.needs_reason and not reason:
        raise NotDecided(
            "Say why: whoever makes the next version works from your words.", field="reason"
        )
    with transaction.atomic():
        locked = locked_version(version)
        status = status_of([locked])[locked.pk]
        if seen_sha256 is not None and seen_sha256 != locked.sha256:
            raise NotDecided("This page shows another video than is stored: reload it and look.")
        stage = _stage_of(locked, by, status, seen_stage=seen_stage, seen_rule=seen_rule)
        standing = Decision.objects.standing().filter(version=locked, by=by, stage=stage.stage)
        same = standing.filter(verdict=verdict, reason=reason, version_sha256=locked.sha256).first()
        if same is not None:
            return same
        standing.update(withdrawn_at=timezone.now())
        decision = Decision.objects.create(
            version=locked, version_sha256=locked.sha256, by=by, verdict=verdict, reason=reason,
            stage=stage.stage, stage_name=stage.name, due_on=stage.due_on,
        )  # fmt: skip
        outcomes.note(locked, decision=decision, by=by)
    return decision


def withdraw(*, decision: Decision, by: User) -> None:
    """Take one's own standing verdict back; it stays visible as withdrawn.

    What it brought about ends by that, as far as the rule of today says so. Raises NotDecided for
    somebody else's decision, one that does not stand any more, somebody who is no approver any
    more (it would undo what the approvers have decided), and in the archive.
    """
    if decision.by_id != by.pk:
        raise NotDecided("Only the person who decided can withdraw the decision.")
    with transaction.atomic():
        locked = locked_version(decision.version)
        if refusal := _why_no_approver(locked, by) or why_at_rest(locked.clip.project):
            raise NotDecided(refusal)
        won = Decision.objects.standing().filter(pk=decision.pk).update(withdrawn_at=timezone.now())
        if not won:
            raise NotDecided("This decision was withdrawn already.")
        outcomes.note(locked, by=by)


def locked_version(version: Version) -> Version:
    """The version as it is now, for one writer at a time.

    Its project's row is locked first: there a change of the rule takes its turn too. The rest is
    read after the locks, because a role or a newer version may have come between the page and
    the click.
    """
    Project.objects.select_for_update(no_key=True).get(clips__versions=version.pk)
    Version.objects.select_for_update().get(pk=version.pk)
    return Version.objects.select_related("job", "clip__project__organisation").get(pk=version.pk)


def _stage_of(
    version: Version,
    by: User,
    status: ReviewStatus,
    *,
    seen_stage: UUID | None,
    seen_rule: int | None,
) -> StageStatus:
    """The stage in which the decision is given. Raises NotDecided."""
    if refusal := _why_never(version, by):
        raise NotDecided(refusal)
    if seen_rule is not None and seen_rule != status.rule_number:
        raise NotDecided(_rule_changed(version.clip.project))
    if refusal := why_not(version, by, status):
        raise NotDecided(refusal)
    stage = stage_for(by, status)
    assert stage is not None  # else there was a refusal
    if seen_stage is not None and seen_stage != stage.stage.pk:
        raise NotDecided(
            f"Somebody decided a moment before you, and now it is up to {stage.name}. Look again: "
            "a decision there is yours to give too, but it is another one."
        )
    return stage


def _why_never(version: Version, user: User) -> str:
    """Why this person decides in no stage of `version`, or nobody does on it; empty if not so."""
    if version.job.requested_by_id == user.pk:
        return "You made this version, so somebody else decides on it."
    if refusal := _why_no_approver(version, user) or why_at_rest(version.clip.project):
        return refusal
    newer = Version.objects.filter(clip=version.clip_id, number__gt=version.number)
    if latest := newer.order_by("-number").first():
        return f"v{latest.number} has replaced v{version.number}: decide on v{latest.number}."
    return ""


def _why_no_approver(version: Version, user: User) -> str:
    member = Member.objects.filter(organisation=version.organisation, user=user).first()
    if member is None or not member.may(Role.APPROVER):
        return "Only approvers decide. An admin can give you that role."
    if not Project.objects.visible_to(user).filter(pk=version.clip.project_id).exists():
        return "You are not among the members of this project any more."
    return ""


def _rule_changed(project: Project) -> str:
    change = project.rule_changes.select_related("by").first()
    who = f"{change.by} changed" if change else "Somebody changed"
    when = f" at {timezone.localtime(change.at):%H:%M}" if change else ""
    return (
        f"{who} the approval rule{when}, after this page was opened. Nothing was decided: look "
        "what it says now, then decide."
    )
