"""The count at the end of a run: our rows against the engine's own bill. Pure arithmetic.

A task of the bill and a job belong together by the take: every clip of a campaign has a take of
its own, whose file name the engine was given in `audio_url`, so that even a job whose answer was
lost, and which therefore knows no handle, can be told from all others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Self
from urllib.parse import urlsplit

FINISHED = frozenset({"succeeded", "failed", "cancelled"})
#: A person settles these with evidence; until then their hold stands for a possible charge.
UNSETTLED = frozenset({"unknown", "stalled", "lost"})
#: In these the studio says that nothing was bought.
NOT_BOUGHT = frozenset({"failed", "cancelled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """What the studio's database says about one job. Amounts in the bill's currency."""

    id: str
    state: str
    handle: str
    take: str
    held: Decimal
    spent: Decimal
    video_is_whole: bool

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """From the JSON that `inside rows` prints."""
        amounts = {name: Decimal(row[name]) for name in ("held", "spent")}
        return cls(**{**row, **amounts})

    @property
    def bound(self) -> Decimal:
        """Held and spent."""
        return self.held + self.spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task that the engine accepted, as its bill lists it."""

    id: str
    take: str
    amount: Decimal
    refunded: bool

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """From a row of the sandbox's bill."""
        return cls(
            id=row["task_id"],
            take=PurePosixPath(urlsplit(row["audio_url"]).path).name,
            amount=Decimal(row["amount"]),
            refunded=row["refunded"],
        )

    @property
    def billed(self) -> Decimal:
        """What the engine takes for it: nothing for a task that failed there."""
        return Decimal(0) if self.refunded else self.amount


@dataclass(slots=True)
class Verdict:
    """What one count found. `wrong` has a sentence for everything that must never be."""

    jobs: int = 0
    accepted: int = 0
    paid_twice: int = 0
    lost: int = 0
    unsettled: int = 0
    money_off: Decimal = Decimal(0)
    states: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Nothing was paid twice, nothing is lost, and every cent is accounted for."""
        return not self.wrong


def tasks_by_job(jobs: Iterable[JobRow], tasks: Iterable[Task]) -> dict[str, list[Task]]:
    """The engine's tasks per job id; those that belong to no job under the empty id."""
    owner = {job.take: job.id for job in jobs}
    found: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        found[owner.get(task.take, "")].append(task)
    return found


def audit(jobs: list[JobRow], tasks: list[Task], *, ordered: int) -> Verdict:
    """Compare the rows of a run at rest with the bill; `ordered` jobs were asked for.

    paid_twice: tasks beyond one per job. lost: see `_losses`. money_off: see `_money_off`; the
    bill of a task without a job is off by all of it. unsettled: jobs that wait for a person.
    """
    found = tasks_by_job(jobs, tasks)
    verdict = Verdict(jobs=len(jobs), accepted=len(tasks))
    for stray in found.get("", []):
        verdict.lost += 1
        verdict.money_off += stray.billed
        verdict.wrong.append(f"The engine has {stray.id} and no job has its take {stray.take}.")
    if len(jobs) != ordered:
        verdict.lost += abs(ordered - len(jobs))
        verdict.wrong.append(f"{ordered} jobs were ordered and {len(jobs)} are there.")
    for job in jobs:
        verdict.states[job.state] = verdict.states.get(job.state, 0) + 1
        _judge(verdict, job, found.get(job.id, []))
    return verdict


def _judge(verdict: Verdict, job: JobRow, tasks: list[Task]) -> None:
    if len(tasks) > 1:
        verdict.paid_twice += len(tasks) - 1
        verdict.wrong.append(f"{job.id} was bought {len(tasks)} times.")
    for loss in _losses(job, tasks):
        verdict.lost += 1
        verdict.wrong.append(f"{job.id} ({job.state}): {loss}")
    if off := _money_off(job, tasks):
        verdict.money_off += off
        verdict.wrong.append(
            f"{job.id} ({job.state}): held {job.held}, spent {job.spent}, "
            f"billed {sum(task.billed for task in tasks)}."
        )
    verdict.unsettled += job.state in UNSETTLED


def _losses(job: JobRow, tasks: list[Task]) -> list[str]:
    """Everything about one job that nobody would ever find again."""
    losses = []
    if job.state not in FINISHED | UNSETTLED:
        losses.append("not at rest when the time was up")
    if job.handle and job.handle not in {task.id for task in tasks}:
        losses.append(f"has the id {job.handle}, which the engine does not know for it")
    if job.state in NOT_BOUGHT and any(not task.refunded for task in tasks):
        losses.append("given up as not bought, and the engine bills it")
    if job.state == "succeeded" and not tasks:
        losses.append("finished, and the engine has no such task")
    if job.state == "succeeded" and not job.video_is_whole:
        losses.append("finished, and its video is missing or broken")
    return losses


def _money_off(job: JobRow, tasks: list[Task]) -> Decimal:
    """By how much the ledger and the bill differ for one job.

    Finished: exactly. Unsettled, or still under way: what is held and spent must cover the bill;
    money that is held although nothing was bought in the end is what the hold is for.
    """
    billed = sum((task.billed for task in tasks), Decimal(0))
    if job.state in FINISHED:
        return abs(job.spent - billed) + abs(job.held)
    return max(Decimal(0), billed - job.bound)
