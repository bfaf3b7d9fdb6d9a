"""How far a version has come through the stages of its project's rule; pure, no queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils import timezone

from studio.organisations.models import User
from studio.projects.models import ApprovalStage, Mode
from studio.projects.rule import who, working_days_after
from studio.reviews.approvers import Approvers, Deciders
from studio.reviews.models import Decision, Verdict


class Progress(StrEnum):
    """How far a stage is; the value is the word that people read."""

    FULFILLED = "fulfilled"
    OPEN = "decides now"
    REFUSED = "sent back"
    LATER = "not yet its turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStatus:
    """One stage of a version's review.

    `decisions` are those that count for it, oldest first; `outvoted` those among them that others
    have outvoted. `lacking` approvals nobody is left to give: it waits for another rule, or for
    more people. Days and times are None for a stage whose turn has not come.
    """

    stage: ApprovalStage
    progress: Progress
    deciders: Deciders
    decisions: tuple[Decision, ...] = ()
    outvoted: tuple[Decision, ...] = ()
    approvals: int = 0
    needed: int = 1
    owed_by: tuple[User, ...] = ()
    lacking: int = 0
    fulfilled_at: datetime | None = None
    due_on: date | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.stage.name

    @property
    def is_late(self) -> bool:
        """Whether somebody still owes a decision after the day it was due."""
        is_open = self.progress is Progress.OPEN
        return is_open and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def who(self) -> str:
        """Who may decide in it, in words."""
        return who(self.stage, last_word="and" if self.stage.mode == Mode.ALL else "or")

    @property
    def refusing(self) -> tuple[Decision, ...]:
        """The decisions that send the version back."""
        return tuple(one for one in self.decisions if not Verdict(one.verdict).approves)

    @property
    def gone(self) -> tuple[User, ...]:
        """Who is named in it, has not approved, and may not decide any more."""
        return _gone(self.deciders, self.decisions)


def through(
    stages: Sequence[ApprovalStage],
    decisions: Mapping[UUID, Sequence[Decision]],
    approvers: Approvers,
    *,
    maker: UUID,
    began_at: datetime,
) -> tuple[StageStatus, ...]:
    """Every stage in order; one opens when the one before it is fulfilled.

    `decisions` are those that stand, by the id of the stage that they were given in.
    """
    found: list[StageStatus] = []
    opened_at: datetime | None = began_at
    for stage in stages:
        deciders = approvers.of_stage(stage, maker=maker)
        given = tuple(one for one in decisions.get(stage.pk, ()) if one.by_id != maker)
        if opened_at is None:
            status = StageStatus(
                stage=stage, progress=Progress.LATER, deciders=deciders, decisions=given,
                approvals=len(_approving(given)), needed=_needed(stage, deciders),
                lacking=_lacking(stage, deciders, given),
            )  # fmt: skip
        else:
            status = _status(stage, deciders, given, opened_at)
        found.append(status)
        opened_at = status.fulfilled_at
    return tuple(found)


def due_of(stage: ApprovalStage, opened_at: datetime) -> date | None:
    """The day by which a stage decides whose turn came at `opened_at`."""
    if stage.due_working_days is None:
        return None
    return working_days_after(timezone.localdate(opened_at), stage.due_working_days)


def _status(
    stage: ApprovalStage, deciders: Deciders, given: tuple[Decision, ...], opened_at: datetime
) -> StageStatus:
    approving = _approving(given)
    refusing = tuple(one for one in given if one not in approving)
    needed, missing = _needed(stage, deciders), _missing(stage, deciders, approving)
    is_blocked = bool(refusing) and stage.mode != Mode.ANY
    decided = {one.by_id for one in given}
    progress = Progress.OPEN
    owed_by: tuple[User, ...] = ()
    fulfilled_at: datetime | None = None
    if not missing and not is_blocked:
        progress, fulfilled_at = Progress.FULFILLED, _fulfilled_at(approving, needed, opened_at)
    elif is_blocked or (refusing and len(deciders.may_decide - decided) < missing):
        progress = Progress.REFUSED
    else:
        owed_by = _owing(stage, deciders, decided, missing)
    return StageStatus(
        stage=stage,
        progress=progress,
        deciders=deciders,
        decisions=given,
        outvoted=refusing if progress is Progress.FULFILLED else (),
        approvals=len(approving),
        needed=needed,
        owed_by=owed_by,
        lacking=_lacking(stage, deciders, given) if progress is Progress.OPEN else 0,
        fulfilled_at=fulfilled_at,
        due_on=due_of(stage, opened_at),
    )


def _approving(given: Sequence[Decision]) -> tuple[Decision, ...]:
    return tuple(one for one in given if Verdict(one.verdict).approves)


def _needed(stage: ApprovalStage, deciders: Deciders) -> int:
    if stage.mode != Mode.ALL:
        return stage.approvals_needed
    return max(1, len(deciders.everyone()) + len(deciders.unable))


def _missing(stage: ApprovalStage, deciders: Deciders, approving: Sequence[Decision]) -> int:
    """How many approvals are missing. Where all have to approve, those of just these people:
    somebody named who may not decide any more is missing until the rule is changed."""
    if stage.mode != Mode.ALL:
        return max(0, stage.approvals_needed - len(approving))
    approved = {one.by_id for one in approving}
    everyone = (*deciders.everyone(), *deciders.unable)
    return len([one for one in everyone if one.pk not in approved]) if everyone else 1


def _lacking(stage: ApprovalStage, deciders: Deciders, given: Sequence[Decision]) -> int:
    """How many approvals are missing beyond those that people are left to give."""
    if stage.mode == Mode.ALL:
        gone = len(_gone(deciders, given))
        return gone or (0 if deciders.everyone() or deciders.unable else 1)
    missing = _missing(stage, deciders, _approving(given))
    left = deciders.may_decide - {one.by_id for one in given}
    return max(0, missing - len(left))


def _gone(deciders: Deciders, given: Sequence[Decision]) -> tuple[User, ...]:
    approved = {one.by_id for one in _approving(given)}
    return tuple(one for one in deciders.unable if one.pk not in approved)


def _owing(
    stage: ApprovalStage, deciders: Deciders, decided: set[UUID], missing: int
) -> tuple[User, ...]:
    if stage.mode == Mode.ALL:
        return tuple(one for one in deciders.everyone() if one.pk not in decided)
    return deciders.owing(decided=decided, count=missing)


def _fulfilled_at(approving: Sequence[Decision], needed: int, opened_at: datetime) -> datetime:
    times = sorted(one.at for one in approving)
    return max(opened_at, times[min(needed, len(times)) - 1])
