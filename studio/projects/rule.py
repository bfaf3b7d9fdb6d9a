"""The approval rule: what it says in words, and changing it as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from studio.organisations.models import User
from studio.projects.models import ApprovalStage, ByRole, Mode, Project, RuleChange

SATURDAY = 5


class RuleChangedMeanwhile(Exception):
    """Somebody else changed the rule after this person opened it; nothing was written."""

    def __init__(self, change: RuleChange | None) -> None:
        self.change = change
        super().__init__("the rule was changed meanwhile")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChoice:
    """A stage as somebody wants it; `id` is that of the stage it changes, None for a new one."""

    id: UUID | None
    name: str
    by_role: str
    people: tuple[User, ...]
    mode: str
    approvals_needed: int
    due_working_days: int | None


@transaction.atomic
def change_rule(
    project: Project, choices: Sequence[StageChoice], *, by: User, seen_number: int
) -> RuleChange | None:
    """Make `choices` the project's rule, in their order; None where that changes nothing.

    Decisions given keep standing. Raises RuleChangedMeanwhile unless the rule is still the one
    with `seen_number`. The project's row is locked first, as it is for every decision.
    """
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if locked.rule_number != seen_number:
        raise RuleChangedMeanwhile(locked.rule_changes.select_related("by").first())
    before = stages_of(locked)
    facts = _facts(before)
    words = sentences(before)
    _write(locked, choices)
    since = stages_of(locked)
    if facts == _facts(since):
        return None
    project.rule_number = locked.rule_number = locked.rule_number + 1
    locked.save(update_fields=["rule_number"])
    return RuleChange.objects.create(
        project=locked, number=locked.rule_number, by=by, before=words, since=sentences(since)
    )


def stages_of(project: Project) -> list[ApprovalStage]:
    """The stages of the rule as it is, in order, with the people named in them."""
    return list(project.stages.standing().prefetch_related("people"))


def sentences(stages: Sequence[ApprovalStage]) -> list[str]:
    """The rule in words, one sentence for each stage."""
    many = len(stages) > 1
    return [_sentence(stage, at if many else 0) for at, stage in enumerate(stages, start=1)]


def in_short(stages: Sequence[ApprovalStage]) -> str:
    """The rule in a few words: `2 approvals needed`, `Editing, then Legal`."""
    if len(stages) > 1:
        return ", then ".join(stage.name for stage in stages)
    if not stages or stages[0].mode == Mode.ALL:
        return "all approve"
    needed = stages[0].approvals_needed
    return f"{needed} approval{'s' if needed > 1 else ''} needed"


def who(stage: ApprovalStage, *, last_word: str = "or") -> str:
    """Who may decide in a stage: `any approver`, `Mara or Ben`."""
    people = sorted(stage.people.all(), key=lambda one: (one.name, one.email))
    names = [person.get_short_name() for person in people]
    one = "any" if last_word == "or" else "every"
    if stage.by_role:
        names.append(f"{one} {'admin' if stage.by_role == ByRole.ADMINS else 'approver'}")
    if len(names) < 2:
        return "".join(names) or "nobody"
    return f"{', '.join(names[:-1])} {last_word} {names[-1]}"


def working_days_after(day: date, count: int) -> date:
    """The date `count` working days (Monday to Friday) after `day`."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def _sentence(stage: ApprovalStage, number: int) -> str:
    head = f"{number}. {stage.name}: " if number else ""
    due = ""
    if days := stage.due_working_days:
        due = f" Due within {days} working day{'s' if days > 1 else ''}."
    return f"{head}{_counted(stage)}{due}"


def _counted(stage: ApprovalStage) -> str:
    if stage.mode == Mode.ALL:
        return f"{_capital(who(stage, last_word='and'))} must approve; one refusal sends it back."
    needed = stage.approvals_needed
    count = "One approval" if needed == 1 else f"{needed} approvals"
    verb = "is" if needed == 1 else "are"
    if stage.mode == Mode.ANY:
        return f"{count} by {who(stage)} {verb} enough, whatever the others say."
    return f"{count} by {who(stage)} {verb} enough, and each of them can stop it."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _facts(stages: Sequence[ApprovalStage]) -> list[tuple[object, ...]]:
    return [
        (
            stage.pk, stage.name, stage.by_role, stage.mode, stage.approvals_needed,
            stage.due_working_days, sorted(person.pk for person in stage.people.all()),
        )
        for stage in stages
    ]  # fmt: skip


def _write(project: Project, choices: Sequence[StageChoice]) -> None:
    there = {stage.pk: stage for stage in project.stages.standing().select_for_update()}
    kept = {choice.id for choice in choices if choice.id in there}
    project.stages.filter(pk__in=set(there) - kept).update(removed_at=timezone.now())
    # Out of the way first: no two stages may stand at one position, not even for a moment.
    for stage in there.values():
        ApprovalStage.objects.filter(pk=stage.pk).update(position=stage.position + 1_000)
    for position, choice in enumerate(choices, start=1):
        known = there.get(choice.id) if choice.id else None
        stage = known or ApprovalStage(project=project)
        stage.position, stage.name, stage.by_role = position, choice.name, choice.by_role
        stage.mode, stage.approvals_needed = choice.mode, choice.approvals_needed
        stage.due_working_days = choice.due_working_days
        stage.save()
        stage.people.set(choice.people)
