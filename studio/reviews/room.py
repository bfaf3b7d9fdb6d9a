"""Everything the review page shows of one version, in a constant number of queries.

What it shares with the page of an animatic is a `Talk`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Max, Prefetch

from jobs.models import Footage, Version
from studio.organisations.models import Member, Role, User
from studio.reviews import table
from studio.reviews.deciding import why_not
from studio.reviews.footage import Addresses, addresses_of
from studio.reviews.guest_room import guest_decisions_on, guest_marks
from studio.reviews.models import Comment, Decision, GuestDecision
from studio.reviews.remarks import Remark, remarks_of
from studio.reviews.resting import why_at_rest
from studio.reviews.standing import ReviewStatus, Standing, status_of
from studio.reviews.verdicts import Seat, seats_of

_MENTIONED = Prefetch("mentions", queryset=User.objects.only("name", "email"))
#: What `traces_of` a comment reads.
TRACES = ("pk", "resolved_at", "edited_at", "removed_at", "category", "point", "is_shared")


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """One version of the clip, for the switch between them."""

    version: Version
    status: ReviewStatus
    is_here: bool


class Filter(NamedTuple):
    """One way to narrow the list of comments; `none` is said where it leaves nothing."""

    name: str
    label: str
    number: int
    title: str
    none: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk[F: Footage]:
    """What was said about some footage, as one member may see it and take part.

    `signature` changes when anything does that others may have done.
    """

    footage: F
    member: Member
    addresses: Addresses
    remarks: list[Remark]
    signature: str

    @property
    def at_rest(self) -> str:
        """Why nothing is said or decided here now; empty where it may be."""
        return why_at_rest(self.footage.clip.project)

    @property
    def may_comment(self) -> bool:
        """Whether the member may say something here."""
        return self.member.may(Role.CREATOR) and not self.at_rest

    @property
    def may_reopen(self) -> bool:
        """Whether the member may take the project out of the archive."""
        return self.member.may(Role.CREATOR)

    @property
    def may_make(self) -> bool:
        """Whether the member may make the next version and take the master away."""
        return self.member.may(Role.CREATOR)

    @property
    def open_count(self) -> int:
        """Comments that nobody has resolved."""
        return sum(not one.is_done for one in self.remarks)

    @property
    def my_count(self) -> int:
        """Threads that the member has a word in, or is named in."""
        return sum(one.concerns_me for one in self.remarks)

    @property
    def filters(self) -> list[Filter]:
        """What the list can be narrowed to, each with how many it leaves."""
        every, left, mine = len(self.remarks), self.open_count, self.my_count
        return [
            Filter("all", "All", every, "Everything that was said", ""),
            Filter("open", "Open", left, f"{left} open of {every}", "Nothing is open."),
            Filter("mine", "Mine", mine, "Written by you, or naming you",
                   "You have said nothing here, and nobody names you."),
        ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Room(Talk[Version]):
    """One version with its comments and decisions."""

    status: ReviewStatus
    versions: list[VersionEntry]
    decisions: list[Decision]
    seats: list[Seat]
    refusal: str

    @property
    def newest(self) -> Version | None:
        """The version that has replaced this one, if there is one."""
        newest = self.versions[0].version
        return None if newest.pk == self.footage.pk else newest

    @property
    def mine(self) -> Decision | None:
        """The member's own standing decision."""
        standing = [one for one in self.decisions if not one.withdrawn_at]
        return next((one for one in standing if one.by_id == self.member.user_id), None)

    @property
    def is_approver(self) -> bool:
        """Whether deciding is this member's business at all."""
        return self.member.may(Role.APPROVER)

    @property
    def may_decide(self) -> bool:
        """Whether the decision buttons work."""
        return not self.refusal

    @property
    def guest_decisions(self) -> list[GuestDecision]:
        """What guests decided on it, oldest first: shown, and not counted."""
        return guest_decisions_on(self.footage)

    @property
    def was_sent_back(self) -> bool:
        """Whether the next thing to do is another version."""
        return self.status.state in (Standing.CHANGES, Standing.REJECTED)


def room_of(version: Version, member: Member) -> Room:
    """The room of `version` as `member` sees it."""
    every = Version.objects.filter(clip=version.clip_id).order_by("-number")
    versions = list(every.only("number", "clip"))  # told apart, no more
    comments = comments_on(version)
    decisions = list(
        Decision.objects.filter(version=version).select_related("by", "stage", "version")
    )
    status = status_of(versions)
    return Room(
        footage=version,
        member=member,
        addresses=addresses_of(version),
        status=status[version.pk],
        versions=[VersionEntry(one, status[one.pk], one.pk == version.pk) for one in versions],
        remarks=remarks_of(version, comments, member),
        decisions=decisions,
        seats=seats_of(decisions, status[version.pk]),
        refusal=why_not(version, member.user, status[version.pk]),
        signature=signature(
            (tuple(getattr(one, name) for name in TRACES) for one in comments),
            ((one.pk, one.withdrawn_at) for one in decisions),
            versions[0].number,
            table.marks_of(version),
            guest_marks(version),
        ),
    )


def comments_on(footage: Footage) -> list[Comment]:
    """All that is to be shown of what was said, by frame, with the people and earlier wordings.

    A few people say all of it: they are read once, not once for each comment.
    """
    said = Comment.objects.shown().on(footage).select_related("guest")
    comments = list(said.prefetch_related(_MENTIONED, "earlier_wordings"))
    ids = {one.author_id for one in comments} | {one.resolved_by_id for one in comments}
    people = User.objects.in_bulk([one for one in ids if one is not None])
    for comment in comments:
        if comment.author_id is not None:
            comment.author = people[comment.author_id]
        if comment.resolved_by_id is not None:
            comment.resolved_by = people[comment.resolved_by_id]
    return comments


def signature_of(version: Version) -> str:
    """What `Room.signature` would be now: three lean queries tell whether anything has changed."""
    newest = Version.objects.filter(clip=version.clip_id).aggregate(number=Max("number"))
    return signature(
        traces_of(version),
        Decision.objects.filter(version=version).values_list("pk", "withdrawn_at"),
        newest["number"],
        table.marks_of(version),
        guest_marks(version),
    )


def traces_of(footage: Footage) -> Iterable[tuple[Any, ...]]:
    """What of the comments on it changes when anybody says, changes or resolves something."""
    return Comment.objects.shown().on(footage).values_list(*TRACES)


type _Traces = Iterable[tuple[Any, ...]]


def signature(comments: _Traces, decisions: _Traces, *others: object) -> str:
    """Sixteen characters for what was said and decided, and whatever else matters."""
    facts = [sorted(map(str, comments)), sorted(map(str, decisions)), *others]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
