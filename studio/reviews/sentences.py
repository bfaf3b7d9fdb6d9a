"""Where a version stands with its approvers, as one line of plain English."""

from __future__ import annotations

from django.utils import timezone

from studio.clips.models import ReviewHold
from studio.organisations.models import User
from studio.projects.models import Mode
from studio.reviews.models import Decision, Verdict
from studio.reviews.stages import StageStatus

REASON_CHARACTERS = 70


def sent_back(decision: Decision) -> str:
    """`Changes asked: lips at 00:07`, in the words of the decision's reason."""
    verb = "Rejected" if decision.verdict == Verdict.REJECT else "Changes asked"
    return f"{verb}: {_cut(decision.reason)}"


def approved(decisions: list[Decision]) -> str:
    """`Approved by Mara on 3 Nov`; `decisions` are the approving ones, oldest first."""
    last = decisions[-1]
    day = timezone.localtime(last.at)
    year = f" {day.year}" if day.year != timezone.localtime().year else ""
    people = _names(list({one.by_id: one.by for one in decisions}.values()), last_word="and")
    how = " with changes" if last.verdict == Verdict.APPROVE_WITH_CHANGES else ""
    return f"Approved{how} by {people} on {day.day} {day:%b}{year}"


def replaced(newest: int) -> str:
    """What became of a version that nobody decided on."""
    return f"Replaced by v{newest} before a decision"


def withdrawn(hold: ReviewHold) -> str:
    """`Withdrawn from review by Theo: wrong take`."""
    by = hold.released_by.get_short_name() if hold.released_by else "somebody"
    return f"Withdrawn from review by {by}: {_cut(hold.reason)}"


def waits(open_stage: StageStatus, *, is_only: bool) -> str:
    """`Waits for Mara`, `Waits for Mara or Ben (1 of 2 approvals)`, `Legal: waits for Ben`."""
    words = _waits(open_stage)
    return words if is_only else f"{open_stage.name}: {words[:1].lower()}{words[1:]}"


def never(stage: StageStatus) -> str:
    """Why a stage can never be fulfilled as things are: `nobody here may decide on it yet`."""
    able = [*stage.deciders.first, *stage.deciders.reserve]
    if stage.stage.mode == Mode.ALL and stage.gone:
        gone = _names(list(stage.gone), last_word="and")
        return f"{gone} may not decide here any more"
    if not able:
        return "nobody here may decide on it yet"
    return f"it needs {stage.needed} approvals, and only {_names(able, last_word='and')} may decide"


def _waits(stage: StageStatus) -> str:
    if stage.lacking:
        can_nobody = not (stage.deciders.may_decide or stage.deciders.unable)
        return f"Waits for {'an approver' if can_nobody else 'another rule'}: {never(stage)}"
    so_far = f" ({stage.approvals} of {stage.needed} approvals)" if stage.needed > 1 else ""
    last_word = "and" if stage.stage.mode == Mode.ALL else "or"
    return f"Waits for {_names(list(stage.owed_by), last_word=last_word)}{so_far}"


def _cut(words: str) -> str:
    words = " ".join(words.split())
    if len(words) > REASON_CHARACTERS:
        words = words[:REASON_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return words


def _names(people: list[User], *, last_word: str) -> str:
    """`Mara`, `Mara or Ben`, `Mara, Ben or 3 more`."""
    names = [person.get_short_name() for person in people]
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} more"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last_word} {names[-1]}"
