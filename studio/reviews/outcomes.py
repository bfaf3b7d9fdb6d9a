"""Writing down what a review has come to, and letting go of the clip or holding it again."""

from __future__ import annotations

from django.utils import timezone

from jobs.models import Version
from studio.clips.models import Release, ReviewHold, hold_for_review
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.models import Decision, Outcome
from studio.reviews.standing import RESULTS, ReviewStatus, Standing, status_of


def note(version: Version, *, decision: Decision | None = None, by: User | None = None) -> None:
    """Keep outcome and hold of `version` in step with its decisions, by the rule of now.

    To be called, with the version locked, after anything that may change what its review comes
    to. `decision` is the one that may have brought it about.
    """
    status = status_of([version], afresh=True)[version.pk]
    _note_outcome(version, status, decision)
    if not status.is_under_review:
        standing = ReviewHold.objects.standing()
        if hold := standing.filter(clip=version.clip_id, number=version.number).first():
            hold.let_go(Release.DECIDED, by=by)
    elif status.hold is not None:
        # Only where it was held before: whoever brings a version home holds the clip for it.
        hold_for_review(version.clip, version.number)


def note_rule_changed(project: Project) -> list[tuple[Version, ReviewStatus]]:
    """After a change of the rule: the versions that are still under review, and where each stands.

    What the new rule decides by itself is written down; what was decided before stays.
    """
    versions = under_review(project)
    for version in versions:
        note(version)
    status = status_of(versions)
    return [(version, status[version.pk]) for version in versions]


def under_review(project: Project) -> list[Version]:
    """Latest versions of the project that no review has come to an end on, in running order."""
    done = Outcome.objects.standing().values("version")
    return list(
        Version.objects.filter(clip__project=project, clip__removed_at=None)
        .latest_per_clip()
        .exclude(pk__in=done)
        .select_related("clip__project", "job")
        .order_by("clip__position")
    )


def _note_outcome(version: Version, status: ReviewStatus, decision: Decision | None) -> None:
    standing = Outcome.objects.standing().filter(version=version)
    result = RESULTS.get(status.state)
    if result and standing.filter(result=result, version_sha256=version.sha256).exists():
        standing.update(rule_number=status.rule_number)
        return
    standing.update(ended_at=timezone.now())
    if result and status.state is not Standing.WITHDRAWN:
        Outcome.objects.create(
            version=version,
            version_sha256=version.sha256,
            result=result,
            rule_number=status.rule_number,
            decision=decision,
        )
