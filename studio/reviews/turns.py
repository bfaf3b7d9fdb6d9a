"""Whose turn it is: in which stage a person's next decision on a version would be given."""

from __future__ import annotations

from studio.organisations.models import User
from studio.reviews.stages import Progress, StageStatus
from studio.reviews.standing import ReviewStatus


def stage_for(user: User, status: ReviewStatus) -> StageStatus | None:
    """The stage in which the person may decide now, or None.

    It is the one that decides. In one that is fulfilled already only those may decide anew who
    have decided there.
    """
    if user.pk in status.current.deciders.may_decide:
        return status.current
    return next(
        (
            stage
            for stage in status.stages
            if stage.progress is Progress.FULFILLED
            and user.pk in stage.deciders.may_decide
            and _has_decided(user, stage)
        ),
        None,
    )


def is_turn_of(user: User, status: ReviewStatus) -> bool:
    """Whether the stage that decides is this person's, and still without a decision of theirs."""
    current = status.current
    return user.pk in current.deciders.may_decide and not _has_decided(user, current)


def why_not_now(user: User, status: ReviewStatus) -> str:
    """Why it is not this person's turn, as a sentence; empty where it is."""
    if stage_for(user, status) is not None:
        return ""
    current = status.current
    mine = [one for one in status.stages if user.pk in one.deciders.may_decide]
    if not mine:
        return f"It is up to {current.who}: the rule of the project does not name you."
    if mine[-1].progress is Progress.LATER:
        return f"It is not your turn yet: {current.name} comes before {mine[-1].name}."
    return f"{mine[-1].name} has decided already. Now {current.name} does: {current.who}."


def _has_decided(user: User, stage: StageStatus) -> bool:
    return any(one.by_id == user.pk for one in stage.decisions)
