"""What lies on the table of a version: decisions, who owes one, comments on earlier versions."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.models import Version
from studio.clips.models import ReviewHold
from studio.organisations.models import Member, Role, User
from studio.projects.models import Project
from studio.reviews import locking, verifying
from studio.reviews.looking import looked_at
from studio.reviews.models import Decision, Looked
from studio.reviews.stages import StageStatus
from studio.reviews.standing import ReviewStatus, Standing
from studio.reviews.turns import stage_for
from studio.reviews.verdicts import Given, Meanwhile, Owing, given_on, meanwhile, owing_in
from studio.reviews.verifying import OldComment


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Everything about deciding on one version, as one member sees it.

    `stage` is the one in which the member's decision would be given, None where it is none;
    `meanwhile` is what others decided, in whatever stage: it may have moved on since. It
    `is_at_rest` while its project is archived: nobody moves anything then.
    """

    member: Member
    status: ReviewStatus
    given: list[Given]
    owing: list[Owing]
    looked: list[Looked]
    acts: list[ReviewHold]
    old_comments: list[OldComment]
    stage: StageStatus | None
    mine: Decision | None
    meanwhile: list[Meanwhile]
    is_at_rest: bool

    @property
    def is_staged(self) -> bool:
        """Whether the rule has more than one stage, so that they are told apart."""
        return len(self.status.stages) > 1

    @property
    def unverified(self) -> int:
        """How many old comments nobody has looked for yet."""
        return sum(one.verification is None for one in self.old_comments)

    @property
    def has_looked(self) -> bool:
        """Whether the member is done with it without deciding."""
        return any(one.by_id == self.member.user_id for one in self.looked)

    @property
    def may_look(self) -> bool:
        """Whether "I am done reviewing" says anything: it waits, also for the member."""
        owes = self.stage is not None and self.mine is None
        return owes and self.status.is_under_review and not self.is_at_rest

    @property
    def may_take_out(self) -> bool:
        """Whether the member may withdraw the version from review."""
        return self.status.is_under_review and self._may_move

    @property
    def may_put_back(self) -> bool:
        """Whether the member may put the withdrawn version back under review."""
        is_out = self.status.state is Standing.WITHDRAWN and not self.status.is_replaced
        return is_out and self._may_move

    @property
    def _may_move(self) -> bool:
        return self.member.may(Role.CREATOR) and not self.is_at_rest


def table_of(
    version: Version, member: Member, status: ReviewStatus, decisions: list[Decision]
) -> Table:
    """The table of `version`, whose status and decisions (with people and stage) are known."""
    looked = looked_at(version)
    stage = stage_for(member.user, status)
    return Table(
        member=member,
        status=status,
        given=given_on(decisions, status),
        owing=owing_in(status, looked),
        looked=looked,
        acts=locking.acts_on(version),
        old_comments=verifying.old_comments_on(version, member),
        stage=stage,
        mine=_own(member.user, decisions, stage),
        meanwhile=meanwhile(decisions, status, besides=member.user),
        is_at_rest=version.clip.project.archived_at is not None,
    )


def marks_of(version: Version) -> list[object]:
    """What changes when anybody changes something on the table; four lean queries."""
    project = Project.objects.filter(clips=version.clip_id)
    rule = project.values_list("rule_number", "archived_at")
    looked = Looked.objects.filter(version=version).values_list("pk", "taken_back_at")
    return [*rule, *looked, *locking.marks_of(version), *verifying.marks_of(version)]


def _own(user: User, decisions: list[Decision], stage: StageStatus | None) -> Decision | None:
    """The person's standing decision in the stage that is theirs, else their last one."""
    own = [one for one in decisions if one.by_id == user.pk and not one.withdrawn_at]
    if stage is None:
        return own[-1] if own else None
    return next((one for one in own if one.stage_id == stage.stage.pk), None)
