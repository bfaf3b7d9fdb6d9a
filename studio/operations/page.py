"""The figures in words, for the operations page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from jobs import costs, heartbeats
from jobs.engines.reasons import REASONS
from jobs.models import AvatarJob
from jobs.sentences import sentence
from studio.operations.measured import (
    AccountFigures,
    DrawingFigures,
    ErrorClass,
    Figures,
    ProcessFigures,
    Spread,
)
from studio.operations.rows import AccountRow, ErrorRow, Fact, JobRow, Page, ProcessRow
from studio.operations.scope import Scope
from studio.organisations.models import User

#: Shown as late from here on: the looks should come within a tenth of their step.
LATE_SECONDS = 5.0


def shown(now: Figures, within: Scope, person: User) -> Page:
    """The figures as this person reads them."""
    unsettled = [_job(job, now.at, within, person) for job in now.unsettled]
    missing = [words for role, words in _NEEDED.items() if not now.alive(role)]
    return Page(
        headline=_headline(now, missing),
        facts=_facts(now, within, person),
        accounts=[_account(one, now.at, within) for one in now.accounts],
        gone=[(name, sum(states.values())) for name, states in sorted(now.gone.items())],
        unsettled=unsettled,
        unsettled_more=now.unsettled_count - len(unsettled),
        errors=[_error(one) for one in now.errors],
        processes=[_process(one, within) for one in now.processes],
        missing=missing,
        is_idle=not now.states
        and not now.errors
        and not now.animatics.waiting
        and not now.animatics.drawing
        and not any(one.held for one in now.money),
    )


_NEEDED = {
    heartbeats.WORKER: "No worker is alive: nothing is sent, looked at or brought home.",
    heartbeats.BEAT: "The clock (beat) is not alive: work begins only when somebody clicks.",
}


def _headline(now: Figures, missing: Sequence[str]) -> str:
    if missing:
        return "The machine is not at work."
    asks = []
    if now.paused:
        asks.append(_many(len(now.paused), "account is paused", "accounts are paused"))
    if now.unsettled_count:
        asks.append(_many(now.unsettled_count, "job needs settling", "jobs need settling"))
    if asks:
        return f"{' and '.join(asks).capitalize()}."
    return "Everything works. Nothing here needs you."


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _facts(now: Figures, within: Scope, person: User) -> list[Fact]:
    held = ", ".join(costs.show(one.held, one.currency) for one in now.money)
    charged = ", ".join(costs.show(one.charged_today, one.currency) for one in now.money)
    oldest = now.oldest_waiting
    is_late = (now.late.p95 or 0) > LATE_SECONDS
    return [
        Fact("waiting", "Waiting to be sent", str(now.waiting)),
        Fact(
            "oldest", "Oldest waiting",
            duration(now.oldest_waiting_seconds) if oldest else "none",
            str(oldest) if oldest else "",
            url=_url(oldest, within, person) if oldest else "",
        ),
        Fact("flight", "At the engines", str(now.in_flight)),
        Fact("late", "Looks late by", _p95(now.late), _rest(now.late), "warn" if is_late else ""),
        Fact("fetching", "Coming home", str(now.fetching)),
        Fact("home", "Done to playable", _p95(now.home), _rest(now.home)),
        Fact(
            "animatics", "Animatics waiting", str(now.animatics.waiting), _film(now.animatics)
        ),
        Fact("held", "Money held", held or "none"),
        Fact("charged", "Charged today", charged or "none", "since 00:00 UTC"),
    ]  # fmt: skip


def _film(animatics: DrawingFigures) -> str:
    """What there is to draw, in words: beside paid jobs, never before them."""
    being = f"{animatics.drawing} being drawn" if animatics.drawing else ""
    film = f"{duration(animatics.film_seconds)} of film" if animatics.waiting else ""
    return ", ".join(filter(None, (film, being)))


def _p95(spread: Spread) -> str:
    return "none" if spread.p95 is None else duration(spread.p95)


def _rest(spread: Spread) -> str:
    if spread.p50 is None or spread.longest is None:
        return ""
    half, longest = duration(spread.p50), duration(spread.longest)
    return f"p95 of {spread.count}; median {half}, longest {longest}"


def _account(one: AccountFigures, at: datetime, within: Scope) -> AccountRow:
    known, settings = one.known, one.settings
    symbol, state, until = _state(one, at)
    return AccountRow(
        name=settings.name,
        label=settings.label,
        symbol=symbol,
        state=state,
        reason=known.pause_message if known.is_paused else "",
        # The engine's own words may be about somebody else's order.
        detail="" if one.is_shared else known.pause_detail,
        until=until,
        in_flight=one.in_flight,
        cap=settings.at_once,
        waiting=one.waiting,
        sent=one.sent_last_minute,
        limit=settings.sends_per_minute,
        late=_p95(one.late),
        tested_at=known.tested_at,
        test_message=known.test_message,
        test_url=reverse("account_test", args=[settings.name]),
        resume_url=reverse("account_resume", args=[settings.name]) if known.is_paused else "",
        is_shared=one.is_shared,
    )


def _state(one: AccountFigures, at: datetime) -> tuple[str, str, datetime | None]:
    """Symbol, words, and until when where that is known."""
    held = one.known.sends_held_until
    if one.known.is_paused:
        return "blocked", "Paused", None
    if held and held > at:
        return "queued", "Asked to wait", held
    if 0 < one.settings.at_once <= one.in_flight:
        return "running", "Full", None
    return "succeeded", "Working", None


def _job(job: AvatarJob, at: datetime, within: Scope, person: User) -> JobRow:
    where = str(job.project)
    if within.organisation is None:
        where = f"{job.organisation}, {where}"
    url = _url(job, within, person)
    return JobRow(str(job), where, job.state, sentence(job, at), job.state_at, url)


def _url(job: AvatarJob, within: Scope, person: User) -> str:
    """Where this person can look at the job; an operator is not a member, so in the admin."""
    if within.organisation is not None:
        return reverse("job", args=[job.pk])
    if person.has_perm("jobs.view_avatarjob"):
        return reverse("admin:jobs_avatarjob_change", args=[job.pk])
    return ""


def _error(one: ErrorClass) -> ErrorRow:
    known = REASONS.get(one.code)
    name = one.code.replace("_", " ").capitalize()
    return ErrorRow(name, known.sentence if known else "", one.last_hour, one.last_day, one.now)


def _process(one: ProcessFigures, within: Scope) -> ProcessRow:
    does = "gives the time" if one.beat.role == heartbeats.BEAT else one.beat.queues
    name = one.beat.name
    if within.organisation is not None:  # names of hosts are the operator's matter
        name = name.partition("@")[0]
    return ProcessRow(name, does, one.beat.at, one.is_alive)


def duration(seconds: float) -> str:
    """0.4 s, 12 s, 3 min, 2.5 h."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
