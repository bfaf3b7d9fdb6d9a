"""Where versions stand with their approvers, for one or for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from jobs.models import Version
from studio.clips.models import Release, ReviewHold
from studio.organisations.models import User
from studio.projects.models import ApprovalStage
from studio.reviews import sentences
from studio.reviews.approvers import Approvers, approvers_of
from studio.reviews.models import Comment, Decision, Outcome, Result, Verdict
from studio.reviews.stages import Progress, StageStatus, through

APPROVING = [verdict for verdict in Verdict if verdict.approves]
REFUSING = [verdict for verdict in Verdict if not verdict.approves]


class Standing(StrEnum):
    """Where a version stands; the value is the word that people read."""

    WAITING = "waiting"
    APPROVED = "approved"
    CHANGES = "changes requested"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn from review"


_SYMBOLS = {
    Standing.WAITING: "waits",
    Standing.APPROVED: "approved",
    Standing.CHANGES: "changes",
    Standing.REJECTED: "rejected",
    Standing.WITHDRAWN: "draft",
}
RESULTS = {
    Standing.APPROVED: Result.APPROVED,
    Standing.CHANGES: Result.CHANGES,
    Standing.REJECTED: Result.REJECTED,
}
_OF_RESULT = {result: state for state, result in RESULTS.items()}


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """What approvers have made of a version so far, stage by stage.

    `outcome` is what its review came to, if it did; `rule_number` the rule of today. `hold` is
    the last time it was under review, which may be now.
    """

    state: Standing
    sentence: str
    open_comments: int
    stages: tuple[StageStatus, ...]
    rule_number: int
    outcome: Outcome | None = None
    hold: ReviewHold | None = None
    is_replaced: bool = False

    @property
    def symbol(self) -> str:
        """The state's symbol and colour: `state-<symbol>`. Nobody waits for a replaced version."""
        if self.is_replaced and self.state is Standing.WAITING:
            return "draft"
        return _SYMBOLS[self.state]

    @property
    def current(self) -> StageStatus:
        """The stage that decides: the first that is not fulfilled, or the last one."""
        unfulfilled = (one for one in self.stages if one.progress is not Progress.FULFILLED)
        return next(unfulfilled, self.stages[-1])

    @property
    def approvals(self) -> int:
        """How many approvals the current stage has."""
        return self.current.approvals

    @property
    def approvals_needed(self) -> int:
        """How many approvals the current stage needs."""
        return self.current.needed

    @property
    def owed_by(self) -> tuple[User, ...]:
        """Who still owes a decision."""
        is_waiting = self.state is Standing.WAITING and not self.is_replaced
        return self.current.owed_by if is_waiting else ()

    @property
    def due_on(self) -> date | None:
        """The day by which those decide who still owe it."""
        return self.current.due_on if self.owed_by else None

    @property
    def is_late(self) -> bool:
        """Whether they should have decided before today."""
        return bool(self.owed_by) and self.current.is_late

    @property
    def is_under_review(self) -> bool:
        """Whether it waits for a decision, so that its clip stays as it is."""
        return self.state is Standing.WAITING and not self.is_replaced

    @property
    def is_by_an_older_rule(self) -> bool:
        """Whether it was decided under a rule that has been changed since."""
        return self.outcome is not None and self.outcome.rule_number != self.rule_number


def status_of(versions: Iterable[Version], *, afresh: bool = False) -> dict[UUID, ReviewStatus]:
    """The status of each version by its id, in a constant number of queries.

    `afresh`: as the rule and the decisions of now would have it, whatever came of it before.
    """
    ids = [version.pk for version in versions]
    facts = list(_facts(ids))
    projects = {version.clip.project for version in facts}
    decisions: dict[UUID, list[Decision]] = defaultdict(list)
    for decision in counted().filter(version__in=ids).select_related("by"):
        decisions[decision.version_id].append(decision)
    comments = Comment.objects.open().filter(version__in=ids).order_by()
    counts = dict(comments.values_list("version").annotate(count=Count("pk")))
    approvers, stages = approvers_of(projects), _stages_of([one.pk for one in projects])
    outcomes = {} if afresh else _outcomes_of(ids)
    holds = _holds_of(facts)
    return {
        version.pk: _status(
            version, decisions[version.pk], approvers[version.clip.project_id],
            stages[version.clip.project_id],
            outcome=outcomes.get(version.pk),
            holds=holds[version.clip_id, version.number],
            open_comments=counts.get(version.pk, 0),
        )
        for version in facts
    }  # fmt: skip


def counted() -> QuerySet[Decision]:
    """Decisions that count: those that stand, and only for the very bytes they were given on."""
    return Decision.objects.standing().filter(version_sha256=F("version__sha256"))


def _facts(ids: list[UUID]) -> QuerySet[Version]:
    newest = Version.objects.filter(clip=OuterRef("clip")).order_by("-number").values("number")
    return (
        Version.objects.filter(pk__in=ids)
        .select_related("clip__project", "job")
        # No more than is read here: jobs carry all their inputs, and every page asks this.
        .only(
            "number", "created_at", "job__requested_by", "clip__project__organisation",
            "clip__project__visibility", "clip__project__rule_number",
        )
        .annotate(newest_number=Subquery(newest[:1]))
    )  # fmt: skip


def _stages_of(projects: list[UUID]) -> dict[UUID, list[ApprovalStage]]:
    found: dict[UUID, list[ApprovalStage]] = defaultdict(list)
    stages = ApprovalStage.objects.standing().filter(project__in=projects)
    for stage in stages.prefetch_related("people"):
        found[stage.project_id].append(stage)
    return found


def _outcomes_of(ids: list[UUID]) -> dict[UUID, Outcome]:
    rows = Outcome.objects.standing().filter(version_sha256=F("version__sha256"))
    return {one.version_id: one for one in rows.filter(version__in=ids)}


def _holds_of(versions: list[Version]) -> dict[tuple[UUID, int], list[ReviewHold]]:
    found: dict[tuple[UUID, int], list[ReviewHold]] = defaultdict(list)
    rows = ReviewHold.objects.filter(clip__in={version.clip_id for version in versions})
    for hold in rows.select_related("held_by", "released_by"):
        found[hold.clip_id, hold.number].append(hold)
    return found


def _status(
    version: Version,
    decisions: list[Decision],
    approvers: Approvers,
    stages: list[ApprovalStage],
    *,
    outcome: Outcome | None,
    holds: list[ReviewHold],
    open_comments: int,
) -> ReviewStatus:
    if outcome is not None and not _is_borne_out(outcome, decisions):
        outcome = None
    by_stage: dict[UUID, list[Decision]] = defaultdict(list)
    for decision in decisions:
        by_stage[decision.stage_id].append(decision)
    # It counts from when somebody has put it back under review, else from when it came.
    put_back = [hold.held_at for hold in holds if hold.held_by_id]
    made = through(
        stages, by_stage, approvers,
        maker=version.job.requested_by_id,
        began_at=put_back[-1] if put_back else version.created_at,
    )  # fmt: skip
    newest: int = getattr(version, "newest_number", version.number)
    hold = holds[-1] if holds else None
    state, words = _words(decisions, made, outcome, hold, replaced_by=newest, own=version.number)
    return ReviewStatus(
        state=state,
        sentence=words,
        open_comments=open_comments,
        stages=made,
        rule_number=version.clip.project.rule_number,
        outcome=outcome,
        hold=hold,
        is_replaced=newest > version.number,
    )


def _is_borne_out(outcome: Outcome, decisions: list[Decision]) -> bool:
    """Whether a decision that counts still says the same: those on other bytes count no more."""
    is_approved = outcome.result == Result.APPROVED
    return any(Verdict(one.verdict).approves is is_approved for one in decisions)


def _words(
    decisions: list[Decision],
    stages: tuple[StageStatus, ...],
    outcome: Outcome | None,
    hold: ReviewHold | None,
    *,
    replaced_by: int,
    own: int,
) -> tuple[Standing, str]:
    """The state, and the sentence that says it."""
    approving = [one for one in decisions if Verdict(one.verdict).approves]
    refusing = [one for one in decisions if not Verdict(one.verdict).approves]
    back = next((one for one in stages if one.progress is Progress.REFUSED), None)
    if outcome is not None:
        state = _OF_RESULT[Result(outcome.result)]
    elif hold is not None and hold.release == Release.WITHDRAWN:
        return Standing.WITHDRAWN, sentences.withdrawn(hold)
    elif back is not None:
        refusing = list(back.refusing)
        rejected = any(one.verdict == Verdict.REJECT for one in refusing)
        state = Standing.REJECTED if rejected else Standing.CHANGES
    elif all(one.progress is Progress.FULFILLED for one in stages):
        state = Standing.APPROVED
    else:
        return _waiting(stages, replaced_by=replaced_by, own=own)
    if state is Standing.APPROVED:
        return state, sentences.approved(approving)
    rejecting = [one for one in refusing if one.verdict == Verdict.REJECT]
    return state, sentences.sent_back((rejecting or refusing)[-1])


def _waiting(
    stages: tuple[StageStatus, ...], *, replaced_by: int, own: int
) -> tuple[Standing, str]:
    if replaced_by > own:
        return Standing.WAITING, sentences.replaced(replaced_by)
    current = next(one for one in stages if one.progress is not Progress.FULFILLED)
    return Standing.WAITING, sentences.waits(current, is_only=len(stages) == 1)
