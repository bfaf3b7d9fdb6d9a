"""Whether a project's rule can be fulfilled by the people who are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.organisations.models import User
from studio.projects.models import ApprovalStage, Mode, Project
from studio.reviews.approvers import Deciders, approvers_of


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about one stage that whoever looks after the rule should know.

    `level` is `warn` where nothing can ever be approved, `note` where only some versions cannot.
    """

    level: str
    sentence: str


def doubts_about(project: Project, stages: Sequence[ApprovalStage]) -> list[Doubt]:
    """What keeps the rule from being fulfilled, stage by stage; three queries at most."""
    approvers = approvers_of({project})[project.pk]
    many = len(stages) > 1
    found = []
    for stage in stages:
        doubts = _doubts(stage, approvers.of_stage(stage, maker=None))
        found += [Doubt(one.level, f"{stage.name}: {one.sentence}" if many else one.sentence)
                  for one in doubts]  # fmt: skip
    return found


def _doubts(stage: ApprovalStage, deciders: Deciders) -> list[Doubt]:
    able = [*deciders.first, *deciders.reserve]
    needed = 1 if stage.mode == Mode.ALL else stage.approvals_needed
    found = []
    if deciders.unable:
        found.append(_gone(stage, deciders.unable))
    if len(able) < needed:
        found.append(Doubt("warn", _too_few(able, needed)))
    elif len(able) == needed:
        found.append(Doubt("note", _own_work(able)))
    return found


def _gone(stage: ApprovalStage, people: Sequence[User]) -> Doubt:
    """Those who are named and may not decide any more; where all decide, nothing goes on."""
    verb = "is" if len(people) == 1 else "are"
    who = f"{_names(people)} {verb} named here and may not decide any more"
    if stage.mode == Mode.ALL:
        return Doubt("warn", f"{who}, so nothing can be approved. Save the rule without them.")
    return Doubt("note", f"{who}. Saving the rule takes them out.")


def _too_few(able: Sequence[User], needed: int) -> str:
    if not able:
        return "nobody may decide here, so nothing can be approved."
    return (
        f"{needed} approvals are needed and only {_names(able)} may decide, so nothing can be "
        "approved."
    )


def _own_work(able: Sequence[User]) -> str:
    others = "nobody else may decide" if len(able) == 1 else "all of them are needed"
    who = "makes" if len(able) == 1 else "make"
    return f"what {_names(able, 'or')} {who} cannot be approved: {others}."


def _names(people: Sequence[User], last_word: str = "and") -> str:
    names = sorted(one.get_short_name() for one in people)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last_word} {names[-1]}"
