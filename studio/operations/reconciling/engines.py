"""The rows against what the engines say now, task by task. Looks are free."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from jobs import clock, outcomes, paid_answers, registry
from jobs.engines import bulk, looks
from jobs.engines.base import Accepted, Engine, EngineError, Phase, Response, Sighting
from jobs.leases import a_lease
from jobs.models import AvatarJob, State
from jobs.polling import UNKNOWN_TASK_GRACE
from studio.operations.reconciling import rates
from studio.operations.reconciling.discrepancy import Discrepancy, name_of, page_of
from studio.operations.reconciling.rows import due_now

CONCURRENCY = 20
#: The machine looks at most jobs within this time by itself: then there is nothing to repair.
SOON = timedelta(minutes=1)
LONG_DUE = timedelta(minutes=10)
LEASE = timedelta(minutes=1)
#: States in which a task at the engine may tell us something.
COMPARED = (State.RUNNING, State.STALLED, State.LOST, State.UNKNOWN, State.CANCELLED)
SETTLE = "Settle it with the engine's own list before you: {page}"


def tasks() -> Iterator[Discrepancy]:
    """Every job that has a task at an engine, against that task."""
    rows = AvatarJob.objects.filter(state__in=COMPARED).exclude(handle="")
    # A cancelled job without a next step is over: its engine has said so.
    for account, jobs in _by_account(rows.exclude(state=State.CANCELLED, next_at=None)):
        engine = registry.engine(account)
        for batch in rates.batches(account, jobs):
            seen = looks.look_many(engine, [job.handle for job in batch], CONCURRENCY)
            troubles: Counter[str] = Counter()
            for job, sighting in zip(batch, seen, strict=True):
                if isinstance(sighting, EngineError) and sighting.code != "task_unknown":
                    troubles[sighting.message] += 1
                else:
                    yield from _compared(job, sighting)
            yield from _not_compared(account, troubles)


def lost_answers() -> Iterator[Discrepancy]:
    """Orders whose answer was lost, asked for by our own id where the engine can."""
    for account, jobs in _by_account(AvatarJob.objects.filter(state=State.UNKNOWN, handle="")):
        engine = registry.engine(account)
        if not engine.capabilities.can_look_up:
            yield from map(_unsettled, jobs)
            continue
        for batch in rates.batches(account, jobs):
            requests = [engine.look_up_request(str(job.pk)) for job in batch]
            for job, answer in zip(batch, bulk.send_many(requests, CONCURRENCY), strict=True):
                yield _looked_up(job, _read(engine, answer))


def accounts_gone() -> Iterator[Discrepancy]:
    """Jobs of accounts that the settings do not name any more: nobody can ask."""
    known = [account.name for account in registry.accounts()]
    waiting = [*COMPARED[:-1], State.QUEUED, State.FETCHING]
    rows = AvatarJob.objects.filter(state__in=waiting).exclude(account__in=known)
    for name, count in Counter(rows.values_list("account", flat=True)).items():
        yield Discrepancy(
            "account gone",
            f"account {name}",
            f"It is not configured any more, and {count} jobs wait for it.",
            "Set its variables again: what was ordered there can only be had there.",
        )


COMPARISONS = (tasks, lost_answers, accounts_gone)


def _compared(job: AvatarJob, sighting: Sighting | EngineError) -> Iterator[Discrepancy]:
    if isinstance(sighting, EngineError):
        if job.accepted_at and clock.now() - job.accepted_at < UNKNOWN_TASK_GRACE:
            return
        yield _not_there(job)
    elif job.state == State.UNKNOWN:
        yield _found(job, job.handle)
    elif job.state == State.LOST:
        yield _of_lost(job, sighting)
    elif sighting.phase.is_terminal:
        yield from _ended(job, sighting)
    elif job.state == State.STALLED:
        yield Discrepancy(
            "overdue", name_of(job), f"It is overdue; the engine says “{sighting.word}”.",
            f"It is still watched. Wait, ask the engine's support, or settle it: {page_of(job)}",
        )  # fmt: skip


def _ended(job: AvatarJob, sighting: Sighting) -> Iterator[Discrepancy]:
    """Over there and not here: due now, unless it is due in a moment anyway."""
    now = clock.now()
    found = f"The engine says “{sighting.word or sighting.phase}”, here it is {job.state}"
    if job.next_at is None or job.next_at > now + SOON:
        yield Discrepancy(
            "ended at the engine", name_of(job), f"{found}, and is not looked at soon.",
            "It is looked at now.", repair=due_now(job),
        )  # fmt: skip
    elif job.next_at < now - LONG_DUE:
        yield Discrepancy(
            "ended at the engine", name_of(job), f"{found} and due since {job.next_at:%H:%M} UTC.",
            "No worker looks at jobs: see manage.py doctor.",
        )  # fmt: skip


def _of_lost(job: AvatarJob, sighting: Sighting) -> Discrepancy:
    """A video that could not be had: worth another try where the engine names a new address."""
    fresh = [url for url in sighting.result_urls if url not in job.result_urls]
    if sighting.phase is not Phase.SUCCEEDED or not fresh:
        return _unsettled(job)
    return Discrepancy(
        "video can be had", name_of(job), "It was lost, but the engine names a new address.",
        "It is fetched from there.", repair=_fetch(job, sighting),
    )  # fmt: skip


def _found(job: AvatarJob, handle: str) -> Discrepancy:
    return Discrepancy(
        "found at the engine", name_of(job), f"Its answer was lost; the engine has it as {handle}.",
        "It is followed from here on.",
        repair=lambda: paid_answers.found(job, handle, cause="found by manage.py reconcile"),
    )  # fmt: skip


def _looked_up(job: AvatarJob, found: Accepted | EngineError | None) -> Discrepancy:
    if isinstance(found, Accepted):
        return _found(job, found.handle)
    if isinstance(found, EngineError):
        return _unsettled(job, f"Its answer was lost, and asking failed: {found.message}")
    said = "Its answer was lost; the engine, asked by our own id, does not know it."
    if job.next_at is None:
        remedy = "It is looked up again by itself, and failed without a charge if that stays so."
        return Discrepancy("never arrived", name_of(job), said, remedy, repair=due_now(job))
    return _unsettled(job, f"{said} It is looked up again by itself.")


def _not_there(job: AvatarJob) -> Discrepancy:
    return Discrepancy(
        "not at the engine", name_of(job),
        f"Here it is {job.state}; the engine does not know its task {job.handle}.",
        f"Was the key changed to another account's? {SETTLE.format(page=page_of(job))}",
    )  # fmt: skip


def _unsettled(job: AvatarJob, found: str = "") -> Discrepancy:
    return Discrepancy(
        "needs settling", name_of(job), found or f"It is {job.state}: {job.error_message}",
        SETTLE.format(page=page_of(job)),
    )  # fmt: skip


def _not_compared(account: str, troubles: Counter[str]) -> Iterator[Discrepancy]:
    for message, count in troubles.items():
        yield Discrepancy(
            "not compared", f"account {account}", f"{count} jobs could not be compared: {message}",
            "See manage.py doctor, then reconcile again.",
        )  # fmt: skip


def _fetch(job: AvatarJob, sighting: Sighting) -> Callable[[], bool]:
    def repair() -> bool:
        lease = a_lease()
        as_seen = AvatarJob.objects.filter(pk=job.pk, state=State.LOST, state_at=job.state_at)
        if not as_seen.update(lease=lease, leased_until=clock.now() + LEASE, fetches=0):
            return False
        job.refresh_from_db()
        return bool(
            outcomes.finish({job.pk: sighting}, lease=lease, cause="a new address was found")
        )

    return repair


def _read(engine: Engine, answer: Response | EngineError) -> Accepted | EngineError | None:
    if isinstance(answer, EngineError):
        return answer
    try:
        return engine.read_look_up(answer)
    except EngineError as error:
        return error


def _by_account(rows: Any) -> Iterable[tuple[str, list[AvatarJob]]]:
    """The jobs of each account that is still configured."""
    known = {account.name for account in registry.accounts()}
    groups: dict[str, list[AvatarJob]] = defaultdict(list)
    for job in rows.filter(account__in=known).order_by("account", "requested_at"):
        groups[job.account].append(job)
    return groups.items()
