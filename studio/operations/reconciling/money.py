"""What is wrong with the money of one job, judged by its state and the sums of its entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from jobs import costs
from jobs.models import AvatarJob, State
from jobs.models.ledger import STEP, ZERO
from studio.operations.reconciling.discrepancy import page_of

NOTE = "Written by manage.py reconcile: the entry was missing."
#: The engine has delivered: the money is spent.
DELIVERED = (State.FETCHING, State.SUCCEEDED, State.LOST)
OVER = (State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the entries of one job come to."""

    held: Decimal = ZERO
    spent: Decimal = ZERO
    holds: int = 0
    ends: int = 0
    by_people: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a job's money; `mend` appends what is missing, None if that is unclear."""

    kind: str
    found: str
    remedy: str
    mend: Callable[[AvatarJob], None] | None = None


def verdict(job: AvatarJob, sums: Sums) -> Verdict | None:
    """What is wrong with the money of a job in this state, or None.

    A person's entries explain every sum: what they did is on record with who and why.
    """
    if sums == Sums() and job.state in OVER:
        return None  # nothing was held and nothing is owed
    if not sums.holds:
        return Verdict("hold missing", "Its price was never held.", "Its price is held.", _hold)
    if job.state in DELIVERED or (job.state == State.FAILED and job.failure_is_billed):
        return _of_delivered(job, sums)
    if job.state in OVER:
        return _of_ended(job, sums)
    return _of_open(job, sums)


def _of_delivered(job: AvatarJob, sums: Sums) -> Verdict | None:
    """Spent, and nothing held any more."""
    if _is(job, sums, held=ZERO, spent=job.price_amount) or (sums.by_people and not sums.held):
        return None
    if _is(job, sums, held=job.price_amount, spent=ZERO):
        found = f"The engine delivered it ({job.state}), and its price is still only held."
        return Verdict("charge missing", found, "It is charged.", _charge)
    if _is(job, sums, held=ZERO, spent=ZERO) and sums.ends:
        found = f"Its money was released, but the engine delivered it ({job.state})."
        return Verdict("released but delivered", found, "It is charged as an adjustment.", _charge)
    return _unclear(job, sums)


def _of_ended(job: AvatarJob, sums: Sums) -> Verdict | None:
    """Nothing held; nothing spent, unless a person had a reason."""
    if not sums.held and (not sums.spent or sums.by_people):
        return None
    if _is(job, sums, held=job.price_amount, spent=ZERO):
        if job.state == State.CANCELLED and job.next_at:
            return None  # sent before it was cancelled: the engine is still asked how it ended
        found = f"It is {job.state}, and its price is held for ever."
        return Verdict("hold without end", found, "The money is released.", _release)
    return _unclear(job, sums)


def _of_open(job: AvatarJob, sums: Sums) -> Verdict | None:
    """Held; or spent already, when a delivered video was lost and is sought again."""
    if _is(job, sums, held=job.price_amount, spent=ZERO):
        return None
    if _is(job, sums, held=ZERO, spent=job.price_amount) or (sums.by_people and not sums.held):
        return None
    if _is(job, sums, held=ZERO, spent=ZERO):
        return Verdict(
            "released too early",
            f"It is {job.state}, and its money was released.",
            "Count it as bound when you plan: it is charged as an adjustment if it finishes. "
            f"{page_of(job)}",
        )
    return _unclear(job, sums)


def _unclear(job: AvatarJob, sums: Sums) -> Verdict:
    return Verdict(
        "sums do not fit",
        f"It is {job.state} at {job.price_amount} {job.currency}; its entries come to "
        f"{sums.held} held and {sums.spent} spent.",
        f"Compare with the engine's bill, then adjust: {page_of(job)}",
    )


def _is(job: AvatarJob, sums: Sums, *, held: Decimal, spent: Decimal) -> bool:
    return (sums.held, sums.spent) == (held.quantize(STEP), spent.quantize(STEP))


def _hold(job: AvatarJob) -> None:
    costs.hold(job, by=job.requested_by, note=NOTE)


def _charge(job: AvatarJob) -> None:
    costs.charge(job, note=NOTE)


def _release(job: AvatarJob) -> None:
    costs.release(job, note=NOTE)
