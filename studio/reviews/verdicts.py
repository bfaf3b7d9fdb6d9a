"""Who sits at the table of a version: who decided what, and who still owes a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from studio.organisations.models import User
from studio.reviews import sentences
from studio.reviews.models import Decision, Looked, Verdict
from studio.reviews.standing import ReviewStatus, Standing

_SYMBOLS = {
    Verdict.APPROVE: ("approved", "approved"),
    Verdict.APPROVE_WITH_CHANGES: ("approved", "approved with changes"),
    Verdict.REQUEST_CHANGES: ("changes", "asks for changes"),
    Verdict.REJECT: ("rejected", "rejected it"),
}
_DID = {
    Verdict.APPROVE: "approved it",
    Verdict.APPROVE_WITH_CHANGES: "approved it with changes",
    Verdict.REQUEST_CHANGES: "asked for changes",
    Verdict.REJECT: "rejected it",
}
#: So many of those who owe a decision are drawn; the sentence beside them counts the rest.
SEATS_OF_OWING = 4


@dataclass(frozen=True, slots=True)
class Seat:
    """One person with the symbol and the words of where they stand."""

    person: User
    mark: str
    mark_words: str

    @property
    def name(self) -> str:
        """The person's name."""
        return str(self.person)


@dataclass(frozen=True, slots=True)
class Given:
    """One decision as everybody sees it; `overruled` says by what, empty where it counts."""

    decision: Decision
    symbol: str
    stage_name: str
    overruled: str

    @property
    def late_since(self) -> date | None:
        """The day by which it was due, if it was given after that."""
        return self.decision.due_on if self.decision.is_late else None


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What a colleague decided, for whoever is about to decide: `Ben approved it`."""

    decision: Decision
    words: str


@dataclass(frozen=True, slots=True)
class Owing:
    """One stage that is on its way: who decides in it, who still owes it, until when.

    `problem` says why it can never be fulfilled as things are; empty where it can.
    """

    name: str
    symbol: str
    words: str
    who: str
    people: tuple[Seat, ...]
    due_on: date | None
    is_late: bool
    problem: str


def seats_of(decisions: list[Decision], status: ReviewStatus) -> list[Seat]:
    """Those whose decision stands, in the order of deciding, then those who owe one."""
    decided = [
        Seat(one.by, *_SYMBOLS[Verdict(one.verdict)]) for one in decisions if not one.withdrawn_at
    ]
    owing = [Seat(one, "waits", "has not decided") for one in status.owed_by[:SEATS_OF_OWING]]
    return decided + owing


def given_on(decisions: list[Decision], status: ReviewStatus) -> list[Given]:
    """All decisions on a version, oldest first, with what became of each."""
    is_staged = len({one.stage_id for one in decisions} | {s.stage.pk for s in status.stages}) > 1
    return [
        Given(
            one,
            _SYMBOLS[Verdict(one.verdict)][0],
            one.given_in if is_staged else "",
            "" if one.withdrawn_at else _overruled(one, decisions, status),
        )
        for one in decisions
    ]


def meanwhile(decisions: list[Decision], status: ReviewStatus, *, besides: User) -> list[Meanwhile]:
    """What others decided on a version, as far as it counts, the latest first."""
    return [
        Meanwhile(
            one.decision,
            f"{one.decision.by} {_DID[Verdict(one.decision.verdict)]}"
            + (f" in {one.stage_name}" if one.stage_name else ""),
        )
        for one in reversed(given_on(decisions, status))
        if not (one.decision.withdrawn_at or one.overruled or one.decision.by_id == besides.pk)
    ]


def owing_in(status: ReviewStatus, looked: list[Looked]) -> list[Owing]:
    """Every stage of a version that waits, with who still owes a decision; empty otherwise.

    Who has looked without deciding still owes it, and is marked so.
    """
    if not status.is_under_review:
        return []
    done = {one.by_id for one in looked}
    return [
        Owing(
            name=stage.name,
            symbol=_PROGRESS[stage.progress.name],
            words=stage.progress.value,
            who=stage.who,
            people=tuple(
                Seat(one, "waits", "has looked" if one.pk in done else "has not decided")
                for one in stage.owed_by
            ),
            due_on=stage.due_on if stage is status.current else None,
            is_late=stage.is_late,
            problem=sentences.never(stage) if stage.lacking else "",
        )
        for stage in status.stages
    ]


_PROGRESS = {"FULFILLED": "approved", "OPEN": "waits", "REFUSED": "changes", "LATER": "draft"}


def _overruled(decision: Decision, decisions: list[Decision], status: ReviewStatus) -> str:
    """Why a standing decision does not count in the end, in words."""
    approves = Verdict(decision.verdict).approves
    if decision.version_sha256 != decision.version.sha256:
        return "It was given on another video."
    if status.state in (Standing.CHANGES, Standing.REJECTED) and approves:
        return f"Overruled: {_who_refused(decisions)} sent the version back."
    if status.state is Standing.APPROVED and not approves:
        return "Outvoted: the others approved it."
    if status.state in (Standing.WAITING, Standing.WITHDRAWN):
        if decision.stage_id not in {one.stage.pk for one in status.stages}:
            return f"Void: the stage {decision.given_in} is not part of the rule any more."
        if decision in [one for stage in status.stages for one in stage.outvoted]:
            return "Outvoted: enough of the others approved it."
    return ""


def _who_refused(decisions: list[Decision]) -> str:
    refusing = [
        one for one in decisions if not one.withdrawn_at and not Verdict(one.verdict).approves
    ]
    return refusing[-1].by.get_short_name() if refusing else "somebody"
