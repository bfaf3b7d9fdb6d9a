"""The state of a job as one line of plain English, for tiles, rows and pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from jobs.models import AvatarJob, State
from jobs.rhythm import plan_seconds

#: An engine's progress says something about the time left only after a while.
PROGRESS_FLOOR = 10

_TONES: dict[State, str] = {
    State.SUCCEEDED: "good",
    State.FAILED: "bad",
    State.LOST: "bad",
    State.UNKNOWN: "warn",
    State.STALLED: "warn",
}


def sentence(job: AvatarJob, now: datetime) -> str:
    """What is happening to `job`, and what it means for money where that is in question."""
    return _SENTENCES[State(job.state)](job, now)


def tone(job: AvatarJob) -> str:
    """`info`, `good`, `warn` or `bad`: how the sentence is coloured, never without its words."""
    return _TONES.get(State(job.state), "info")


def seconds_left(job: AvatarJob, now: datetime) -> float | None:
    """About how many seconds a rendering job still needs, or None where nobody can say.

    From the engine's own progress if it reports any; else from the planning figure, for engines
    elsewhere. The sandbox is this machine, whose speed no plan knows.
    """
    if job.state != State.RUNNING or job.accepted_at is None:
        return None
    elapsed = max(0.0, (now - job.accepted_at).total_seconds())
    if job.progress is not None and PROGRESS_FLOOR <= job.progress <= 100:
        return elapsed * (100 - job.progress) / job.progress
    if job.engine == "sandbox":
        return None
    return max(0.0, plan_seconds(float(job.duration_seconds)) - elapsed)


def about(seconds: float) -> str:
    """`40 s`, `2 min`, `1 h 20 min`: never more exact than it can be."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def first_sentence(text: str) -> str:
    """The first sentence of a longer explanation, without its full stop."""
    return text.strip().partition(". ")[0].strip().rstrip(".")


def _queued(job: AvatarJob, now: datetime) -> str:
    if not job.error_message:
        return "Waiting to be sent"
    why = first_sentence(job.error_message)
    why = why[:1].lower() + why[1:] if why.split(" ")[0] in _LOWERED else why
    wait = (job.next_at - now).total_seconds() if job.next_at else 0
    return f"Waiting: {why}, next try {'in ' + about(wait) if wait >= 1 else 'now'}"


#: First words that may lose their capital inside a sentence; a name may not.
_LOWERED = frozenset({"The", "This", "It", "Its", "Too", "Your", "No", "A", "An", "Not"})


def _running(job: AvatarJob, now: datetime) -> str:
    left = seconds_left(job, now)
    if left is None:
        return f"Rendering, {job.progress} %" if job.progress else "Rendering"
    if left <= 0:
        return "Rendering, longer than usual"
    return f"Rendering, about {about(left)} left"


def _fetching(job: AvatarJob, now: datetime) -> str:
    if not job.error_message:
        return "Rendered; bringing the video home"
    wait = (job.next_at - now).total_seconds() if job.next_at else 0
    when = f"in {about(wait)}" if wait >= 1 else "now"
    return f"Rendered; the video did not arrive yet, next try {when}"


def _failed(job: AvatarJob, _: datetime) -> str:
    why = first_sentence(job.error_message) or "the engine gave no reason"
    billed = "The engine may bill it" if job.failure_is_billed else "Nothing was charged"
    return f"Failed: {why}. {billed}."


def _cancelled(job: AvatarJob, _: datetime) -> str:
    if not job.handle:
        return "Cancelled before it was sent. Nothing was charged."
    if job.next_at is None:
        return "Cancelled at the engine. Nothing was charged."
    return "Cancelled; the engine may still finish it, and then it is fetched and charged"


_SENTENCES: dict[State, Callable[[AvatarJob, datetime], str]] = {
    State.QUEUED: _queued,
    State.SUBMITTING: lambda job, now: "Being sent to the engine",
    State.RUNNING: _running,
    State.FETCHING: _fetching,
    State.SUCCEEDED: lambda job, now: "Finished",
    State.FAILED: _failed,
    State.CANCELLED: _cancelled,
    State.UNKNOWN: lambda job, now: "Answer lost; probably paid: needs settling",
    State.STALLED: lambda job, now: "Overdue at the engine; still watched: needs settling",
    State.LOST: lambda job, now: "Rendered and paid, but the video cannot be had: needs settling",
}
