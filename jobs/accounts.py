"""What happens to an account at an engine: it pauses, is tested, goes on.

Out of credit, a wrong key, an address that is not allowed: no order would pass, so the account
pauses. Its jobs wait, nothing fails, and a person sees why.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from jobs import clock, registry
from jobs.engines import http
from jobs.engines.base import EngineError
from jobs.models import AccountEvent, EngineAccount, Problem
from jobs.nudges import nudge
from studio.organisations.models import User

log = logging.getLogger(__name__)

#: A task that no engine has. Asking for it is free, and the answer says whether the key is good.
NO_TASK = "understudy-test"
#: What an answer to a look shows when key and address are good but there is no such task.
_FINE = frozenset({"task_unknown"})


@dataclass(frozen=True, slots=True)
class TestResult:
    """Whether the engine answers us, and what it said, as a sentence."""

    ok: bool
    sentence: str


def state_of(name: str) -> EngineAccount:
    """What is known of the account; a row is made for one that was never used."""
    return EngineAccount.objects.get_or_create(name=name)[0]


def locked(name: str) -> EngineAccount:
    """The same, held until the transaction ends: whoever has it gives away places and rates."""
    EngineAccount.objects.get_or_create(name=name)
    return EngineAccount.objects.select_for_update().get(name=name)


def paused() -> list[EngineAccount]:
    """The accounts that wait for a person."""
    return list(EngineAccount.objects.exclude(paused_at=None))


def pause(name: str, problem: Problem) -> bool:
    """Stop sending by this account. False if it was paused already."""
    state_of(name)
    with transaction.atomic():
        done = EngineAccount.objects.filter(name=name, paused_at=None).update(
            paused_at=clock.now(),
            pause_code=problem.code,
            pause_message=problem.sentence,
            pause_detail=problem.detail,
        )
        if done:
            log.warning("The account %s is paused: %s", name, problem.code)
            _write(name, AccountEvent.What.PAUSED, code=problem.code, message=problem.sentence)
    return bool(done)


def resume(name: str, *, by: User) -> bool:
    """Send again by this account, even if its engine asked to wait. False: it was not paused."""
    with transaction.atomic():
        EngineAccount.objects.filter(name=name).update(sends_held_until=None, looks_held_until=None)
        done = EngineAccount.objects.filter(name=name).exclude(paused_at=None).update(
            paused_at=None, pause_code="", pause_message="", pause_detail=""
        )  # fmt: skip
        if done:
            _write(name, AccountEvent.What.RESUMED, by=by)
            nudge("submit_due")
    return bool(done)


def test(name: str, *, by: User) -> TestResult:
    """Ask the engine for a task that does not exist: free, and it proves address and key.

    What it cannot prove is credit: only the next order does, and nothing is lost by it.
    """
    result = try_look(name)
    state_of(name)
    with transaction.atomic():
        EngineAccount.objects.filter(name=name).update(
            tested_at=clock.now(), test_message=result.sentence
        )
        _write(name, AccountEvent.What.TESTED, message=result.sentence, by=by)
    return result


def try_look(name: str) -> TestResult:
    """The same question, without a trace."""
    try:
        engine = registry.engine(name)
        engine.read_look(http.send(engine.look_request(engine.read_handle(NO_TASK))))
    except registry.NoSuchEngine as problem:
        return TestResult(ok=False, sentence=str(problem))
    except EngineError as error:
        if error.code not in _FINE:
            detail = f" ({error.detail})" if error.detail else ""
            return TestResult(ok=False, sentence=f"{error.message}{detail}")
    return TestResult(ok=True, sentence="The engine answers, and the key is good.")


def hold_sends(name: str, *, seconds: float) -> None:
    """The engine asked to be left alone: nobody sends by this account before that."""
    _hold(name, "sends_held_until", clock.now() + timedelta(seconds=seconds))


def hold_looks(name: str, *, seconds: float) -> None:
    """The same for looks."""
    _hold(name, "looks_held_until", clock.now() + timedelta(seconds=seconds))


def _hold(name: str, field: str, until: datetime) -> None:
    state_of(name)
    rows = EngineAccount.objects.filter(name=name)
    # Never shortened: two answers may arrive in the wrong order.
    rows.filter(**{f"{field}__lt": until}).update(**{field: until})
    rows.filter(**{f"{field}": None}).update(**{field: until})


def _write(
    name: str, what: AccountEvent.What, *, code: str = "", message: str = "", by: User | None = None
) -> None:
    AccountEvent.objects.create(account_id=name, what=what, code=code, message=message, by=by)
