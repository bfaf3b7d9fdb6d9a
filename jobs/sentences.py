"""The state of a job as one line of plain English, for tiles, rows and pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Wait:
    """What a queued job waits for beside its own time: its account and its place in the line.

    `pause`: why the account is paused. `held_until`: the engine asked to be left alone.
    `place`: 1 is the next to be sent. `busy` of `at_once` places at the engine are taken; no cap
    is 0.
    """

    pause: str = ""
    held_until: datetime | None = None
    place: int | None = None
    busy: int = 0
    at_once: int = 0

    @property
    def is_full(self) -> bool:
        """Whether every place at the engine is taken."""
        return 0 < self.at_once <= self.busy


NO_WAIT = Wait()


def sentence(job: AvatarJob, now: datetime, wait: Wait = NO_WAIT) -> str:
    """What is happening to `job`, and what it means for money where that is in question.

    `wait` belongs to a queued job (see `jobs.outlook`); without it the line is less exact.
    """
    if job.state == State.QUEUED:
        return _queued(job, now, wait)
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


def _queued(job: AvatarJob, now: datetime, wait: Wait) -> str:
    if wait.pause:
        return f"Waiting: {_inside(first_sentence(wait.pause))}"
    if wait.place is None and job.error_message:
        why = _inside(first_sentence(job.error_message))
        return f"Waiting: {why}, next try {_when(job.next_at, now)}"
    if wait.held_until and wait.held_until > now:
        when = _when(wait.held_until, now)
        return f"Waiting: the engine takes no more at the moment, next try {when}"
    if wait.is_full:
        full = f"Waiting for a free place at the engine ({wait.busy} of {wait.at_once} busy)"
        return f"{full}, {_place(wait.place)}" if wait.place else full
    if wait.place is None:
        return "Waiting to be sent"
    return _place(wait.place).capitalize()


def _place(place: int) -> str:
    return "next to be sent" if place == 1 else f"{ordinal(place)} in the queue"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`."""
    ending = "th" if number % 100 in (11, 12, 13) else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def _when(at: datetime | None, now: datetime) -> str:
    seconds = (at - now).total_seconds() if at else 0
    return f"in {about(seconds)}" if seconds >= 1 else "now"


def _inside(why: str) -> str:
    """A sentence as it stands within another one."""
    return why[:1].lower() + why[1:] if why.split(" ", maxsplit=1)[0] in _LOWERED else why


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
    return f"Rendered; the video did not arrive yet, next try {_when(job.next_at, now)}"


def _failed(job: AvatarJob, _: datetime) -> str:
    if job.is_taken_after_all:
        return "Settled as not bought, but the engine has taken it: needs settling again"
    why = first_sentence(job.error_message) or "the engine gave no reason"
    billed = "The engine may bill it" if job.failure_is_billed else "Nothing was charged"
    return f"Failed: {why}. {billed}."


def _cancelled(job: AvatarJob, _: datetime) -> str:
    if not job.handle:
        return "Cancelled before it was sent. Nothing was charged."
    if job.next_at is None:
        billed = "It may bill what it had begun" if job.failure_is_billed else "Nothing was charged"
        return f"Cancelled at the engine. {billed}."
    return "Cancelled; the engine may still finish it, and then it is fetched and charged"


def _unknown(job: AvatarJob, _: datetime) -> str:
    if job.next_at:
        return "Answer lost; probably paid: the studio asks the engine for it"
    return "Answer lost; probably paid: needs settling"


def _stalled(job: AvatarJob, _: datetime) -> str:
    if job.put_aside_at:
        return (
            "Overdue at the engine; nobody waits for it, but it is fetched and charged if it comes"
        )
    return "Overdue at the engine; still watched: needs settling"


#: Every state but `queued`, which depends on more than the job.
_SENTENCES: dict[State, Callable[[AvatarJob, datetime], str]] = {
    State.SUBMITTING: lambda job, now: "Being sent to the engine",
    State.RUNNING: _running,
    State.FETCHING: _fetching,
    State.SUCCEEDED: lambda job, now: "Finished",
    State.FAILED: _failed,
    State.CANCELLED: _cancelled,
    State.UNKNOWN: _unknown,
    State.STALLED: _stalled,
    State.LOST: lambda job, now: "Rendered and paid, but the video cannot be had: needs settling",
}
