"""The lineage of a clip: every attempt, what changed, what it cost, who decided what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assets.prompts.diff import Change, difference
from jobs import costs
from jobs.models import AvatarJob, LedgerEntry, Money, Version
from jobs.outlook import Outlook, outlook
from studio.clips.models import Clip, Release, ReviewHold
from studio.organisations.access import MemberRequest, fetch
from studio.reviews.guest_room import by_guests, standing_by_guests
from studio.reviews.models import Decision, GuestDecision, Verification, Verified
from studio.reviews.standing import ReviewStatus, status_of
from studio.reviews.verdicts import Given, given_on
from studio.storyboard.board import may_make
from studio.storyboard.tiles import NOTHING

_CLIPS = Clip.objects.select_related("project__organisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One attempt: what it was made from, beside what it goes back to, and what became of it."""

    job: AvatarJob
    before: AvatarJob | None
    version: Version | None
    status: ReviewStatus | None
    symbol: str
    sentence: str
    cost: str
    prompt: list[Change]
    given: list[Given]
    by_guests: str
    withdrawn: list[ReviewHold]
    fixed: int
    not_fixed: int

    @property
    def is_prompt_changed(self) -> bool:
        """Whether the prompt says something else than the one before."""
        return any(change.kind != "same" for change in self.prompt)

    @property
    def is_look_changed(self) -> bool:
        """Whether another look was chosen."""
        return self.before is not None and self.before.look_id != self.job.look_id

    @property
    def is_take_changed(self) -> bool:
        """Whether another recording was sent."""
        return self.before is not None and self.before.audio_sha256 != self.job.audio_sha256

    @property
    def is_model_changed(self) -> bool:
        """Whether another model rendered it."""
        return self.before is not None and self.before.engine_model != self.job.engine_model


@require_safe
@login_required
def clip_lineage(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The page, newest attempt first; a constant number of queries."""
    clip = fetch(request, _CLIPS, pk)
    steps = steps_of(clip)
    money = LedgerEntry.objects.filter(job__clip=clip).totals_by("job__clip")
    context = {
        "clip": clip,
        "project": clip.project,
        "steps": steps,
        "total": costs.show(money.get(clip.pk, NOTHING).bound, settings.CURRENCY),
        "versions": sum(step.version is not None for step in steps),
        "can_make": may_make(request, clip.project) and clip.removed_at is None,
        "place": "projects",
    }
    return render(request, "storyboard/lineage.html", context)


def steps_of(clip: Clip) -> list[Step]:
    """Every attempt of the clip, newest first."""
    jobs = list(
        clip.jobs.select_related(
            "requested_by", "version", "based_on__job__look__character", "based_on__job__take",
            "look__character", "take",
        ).order_by("-number")
    )  # fmt: skip
    versions = [job.version for job in jobs if hasattr(job, "version")]
    known = _Known(
        status=status_of(versions),
        decisions=_decisions_on(versions),
        by_guests=standing_by_guests(versions),
        money=LedgerEntry.objects.filter(job__in=jobs).totals_by("job"),
        withdrawn=_withdrawn(clip),
        verified=_verified_on(versions),
        prospects=outlook(jobs, timezone.now()),
    )
    return [_step(job, known) for job in jobs]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was asked for all attempts at once."""

    status: dict[UUID, ReviewStatus]
    decisions: dict[UUID, list[Decision]]
    by_guests: dict[UUID, list[GuestDecision]]
    money: dict[object, Money]
    withdrawn: dict[int, list[ReviewHold]]
    verified: dict[tuple[UUID, str], int]
    prospects: Outlook


def _step(job: AvatarJob, known: _Known) -> Step:
    version: Version | None = getattr(job, "version", None)
    status = known.status[version.pk] if version else None
    before = job.based_on.job if job.based_on else None
    bound = known.money.get(job.pk, NOTHING).bound
    return Step(
        job=job,
        before=before,
        version=version,
        status=status,
        symbol=status.symbol if status else job.state,
        sentence=status.sentence if status else known.prospects.sentence(job),
        cost=costs.show(bound, settings.CURRENCY),
        prompt=difference(before.prompt_text, job.prompt_text) if before else [],
        given=given_on(known.decisions[version.pk], status) if version and status else [],
        by_guests=by_guests(known.by_guests[version.pk]) if version else "",
        withdrawn=known.withdrawn[job.number],
        fixed=known.verified.get((version.pk, Verified.FIXED), 0) if version else 0,
        not_fixed=known.verified.get((version.pk, Verified.NOT_FIXED), 0) if version else 0,
    )


def _decisions_on(versions: list[Version]) -> dict[UUID, list[Decision]]:
    found: dict[UUID, list[Decision]] = defaultdict(list)
    rows = Decision.objects.filter(version__in=versions)
    for decision in rows.select_related("by", "stage", "version"):
        found[decision.version_id].append(decision)
    return found


def _withdrawn(clip: Clip) -> dict[int, list[ReviewHold]]:
    found: dict[int, list[ReviewHold]] = defaultdict(list)
    rows = clip.holds.filter(release=Release.WITHDRAWN).select_related("released_by")
    for hold in rows:
        found[hold.number].append(hold)
    return found


def _verified_on(versions: list[Version]) -> dict[tuple[UUID, str], int]:
    """How many old comments were found fixed, or not, on each version; the latest word counts."""
    latest: dict[tuple[UUID, UUID], str] = {}
    rows = Verification.objects.filter(version__in=versions).order_by("at", "pk")
    for version, comment, verdict in rows.values_list("version", "comment", "verdict"):
        latest[version, comment] = verdict
    found: dict[tuple[UUID, str], int] = defaultdict(int)
    for (version, _), verdict in latest.items():
        found[version, verdict] += 1
    return found
