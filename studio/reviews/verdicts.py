"""Who sits at the table of a version: who decided what, and who still owes a decision."""

from __future__ import annotations

from dataclasses import dataclass

from studio.organisations.models import User
from studio.reviews.models import Decision, Verdict
from studio.reviews.standing import ReviewStatus

_SYMBOLS = {
    Verdict.APPROVE: ("approved", "approved"),
    Verdict.APPROVE_WITH_CHANGES: ("approved", "approved with changes"),
    Verdict.REQUEST_CHANGES: ("changes", "asks for changes"),
    Verdict.REJECT: ("rejected", "rejected it"),
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


def seats_of(decisions: list[Decision], status: ReviewStatus) -> list[Seat]:
    """Those whose decision stands, in the order of deciding, then those who owe one."""
    decided = [
        Seat(one.by, *_SYMBOLS[Verdict(one.verdict)]) for one in decisions if not one.withdrawn_at
    ]
    owing = [Seat(one, "waits", "has not decided") for one in status.owed_by[:SEATS_OF_OWING]]
    return decided + owing
