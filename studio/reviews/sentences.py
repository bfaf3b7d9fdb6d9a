"""Where a version stands with its approvers, as one line of plain English."""

from __future__ import annotations

from django.utils import timezone

from studio.organisations.models import User
from studio.reviews.models import Decision, Verdict

REASON_CHARACTERS = 70


def sent_back(decision: Decision) -> str:
    """`Changes asked: lips at 00:07`, in the words of the decision's reason."""
    verb = "Rejected" if decision.verdict == Verdict.REJECT else "Changes asked"
    reason = " ".join(decision.reason.split())
    if len(reason) > REASON_CHARACTERS:
        reason = reason[:REASON_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return f"{verb}: {reason}"


def approved(decisions: list[Decision]) -> str:
    """`Approved by Mara on 3 Nov`; `decisions` are the approving ones, oldest first."""
    last = decisions[-1]
    day = timezone.localtime(last.at)
    year = f" {day.year}" if day.year != timezone.localtime().year else ""
    people = _names([one.by for one in decisions], last_word="and")
    how = " with changes" if last.verdict == Verdict.APPROVE_WITH_CHANGES else ""
    return f"Approved{how} by {people} on {day.day} {day:%b}{year}"


def replaced(newest: int) -> str:
    """What became of a version that nobody decided on."""
    return f"Replaced by v{newest} before a decision"


def waits(owed: tuple[User, ...], approvals: int, needed: int) -> str:
    """`Waits for Mara`, or `Waits for Mara or Ben (1 of 2 approvals)`."""
    if not owed:
        return "Waits for an approver: nobody here may decide on it yet"
    so_far = f" ({approvals} of {needed} approvals)" if needed > 1 else ""
    return f"Waits for {_names(list(owed), last_word='or')}{so_far}"


def _names(people: list[User], *, last_word: str) -> str:
    """`Mara`, `Mara or Ben`, `Mara, Ben or 3 more`."""
    names = [person.get_short_name() for person in people]
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} more"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last_word} {names[-1]}"
