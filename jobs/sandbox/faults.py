"""Faults that can be switched on while the engine runs, for tests and demonstrations.

A fault is one JSON object: ``fault`` (its name), the places it strikes (``on``: submit, read,
media, callback or cancel), how often (``times``; without: until cleared), how likely
(``probability`` with ``seed``), and its own values.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from jobs.sandbox.answers import SHAPES
from jobs.sandbox.failures import FAILURES
from jobs.sandbox.tasks import COMPLETED, FAILED, PROCESSING, QUEUED

SUBMIT, READ, MEDIA, CALLBACK, CANCEL = "submit", "read", "media", "callback", "cancel"

# Each fault's places, the first being where it strikes when nothing is said.
PLACES: dict[str, tuple[str, ...]] = {
    "rate_limit": (SUBMIT, READ, CANCEL),
    "server_error": (SUBMIT, READ, MEDIA, CANCEL),
    "html": (SUBMIT, READ, MEDIA, CANCEL),
    "slow": (SUBMIT, READ, MEDIA, CANCEL),
    "wrong_key": (SUBMIT, READ, CANCEL),
    "no_credit": (SUBMIT,),
    "concurrency": (SUBMIT,),
    "lost_answer": (SUBMIT, READ, CANCEL),
    "fail": (SUBMIT,),
    "slow_task": (SUBMIT,),
    "envelope": (READ, SUBMIT),
    "words": (READ, SUBMIT),
    "not_yet": (READ,),
    "no_url": (READ,),
    "truncated": (MEDIA,),
    "expired": (MEDIA,),
    "not_a_video": (MEDIA,),
    # The answer to a submit waits until the first callback of its task was answered.
    "callback_early": (SUBMIT,),
    "callback_times": (CALLBACK,),
    "callback_forged": (CALLBACK,),
    # The cancel is accepted, and the task finishes and is billed all the same.
    "cancel_too_late": (CANCEL,),
}
# Each fault's own values: their default, which also says their type. None: a number or nothing.
VALUES: dict[str, dict[str, object]] = {
    "rate_limit": {"retry_after": None},
    "server_error": {"when": "before"},
    "html": {"status": 502},
    "slow": {"delay_seconds": 2.0},
    "fail": {"fail": "vendor_down"},
    "slow_task": {"seconds": 3600.0},
    "envelope": {"shape": "W"},
    "words": {"words": {}},
    "expired": {"status": 403},
    "callback_times": {"count": 2},
}
_CHOICES: dict[str, tuple[object, ...]] = {
    "when": ("before", "after"),
    "shape": SHAPES,
    "fail": tuple(FAILURES),
    "status": (403, 404, 410, 413, 500, 502, 503, 504),
}


class BadFault(Exception):
    """A fault that cannot be switched on; the text says why."""


@dataclass(slots=True)
class Fault:
    """One fault that is on. ``left`` is None where it strikes until cleared."""

    name: str
    places: tuple[str, ...]
    left: int | None
    probability: float
    values: dict[str, object]
    chance: random.Random
    hits: int = field(default=0)

    def strikes(self) -> bool:
        """Whether it strikes now; a strike is counted."""
        if self.left == 0 or self.chance.random() >= self.probability:
            return False
        if self.left is not None:
            self.left -= 1
        self.hits += 1
        return True

    def text(self, name: str) -> str:
        """A value that is a text."""
        return str(self.values[name])

    def number(self, name: str) -> float:
        """A value that is a number."""
        return float(str(self.values[name]))

    def words(self) -> dict[str, str]:
        """The status words to use instead of the engine's own."""
        words = self.values.get("words")
        return dict(words) if isinstance(words, dict) else {}

    def as_json(self) -> dict[str, object]:
        """The fault as it is shown."""
        return {
            "fault": self.name,
            "on": list(self.places),
            "times": self.left,
            "probability": self.probability,
            "hits": self.hits,
            **self.values,
        }


class Faults:
    """The faults that are on, in the order they were switched on."""

    def __init__(self) -> None:
        self._on: list[Fault] = []

    def add(self, wanted: object) -> Fault:
        """Switch on the fault described by a JSON object. Raises BadFault."""
        if not isinstance(wanted, Mapping):
            raise BadFault("A fault is a JSON object.")
        fault = _read(dict(wanted))
        self._on.append(fault)
        return fault

    def clear(self) -> None:
        """Switch everything off."""
        self._on.clear()

    def strike(self, name: str, place: str, **values: object) -> Fault | None:
        """The first fault of this name, with these values, that strikes at this place now."""
        for fault in self._on:
            if fault.name != name or place not in fault.places:
                continue
            if all(fault.values[key] == value for key, value in values.items()) and fault.strikes():
                return fault
        return None

    def as_json(self) -> list[dict[str, object]]:
        """All of them, used-up ones included, so that hits can be read."""
        return [fault.as_json() for fault in self._on]


def _read(wanted: dict[str, object]) -> Fault:
    name = wanted.pop("fault", "fail" if "fail" in wanted else None)
    if not isinstance(name, str) or name not in PLACES:
        raise BadFault(f"Unknown fault {name!r}. Known: {', '.join(PLACES)}.")
    times, probability = wanted.pop("times", None), wanted.pop("probability", 1.0)
    if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
        raise BadFault("times is a whole number of at least 1.")
    if not isinstance(probability, int | float) or not 0 <= probability <= 1:
        raise BadFault("probability is a number from 0 to 1.")
    chance = random.Random(str(wanted.pop("seed", 0)))
    places = _places(name, wanted.pop("on", None))
    return Fault(name, places, times, float(probability), _values(name, wanted), chance)


def _places(name: str, wanted: object) -> tuple[str, ...]:
    known = PLACES[name]
    if wanted is None:
        return known[:1]
    chosen = known if wanted == "all" else wanted if isinstance(wanted, list) else [wanted]
    if not chosen or any(place not in known for place in chosen):
        raise BadFault(f"{name} can strike on: {', '.join(known)}.")
    return tuple(str(place) for place in chosen)


def _values(name: str, wanted: dict[str, object]) -> dict[str, object]:
    known = VALUES.get(name, {})
    if unknown := set(wanted) - set(known):
        raise BadFault(f"{name} has no {', '.join(sorted(unknown))}.")
    for key, value in wanted.items():
        if key in _CHOICES and value not in _CHOICES[key]:
            raise BadFault(f"{key} is one of: {', '.join(str(one) for one in _CHOICES[key])}.")
        if key in ("retry_after", "delay_seconds", "seconds") and not (
            isinstance(value, int | float) and 0 <= value <= 86_400
        ):
            raise BadFault(f"{key} is a number of seconds.")
        if key == "count" and (type(value) is not int or not 1 <= value <= 100):
            raise BadFault("count is a whole number from 1 to 100.")
        if key == "words" and not _are_words(value):
            raise BadFault("words maps queued, processing, completed or failed to a text.")
    return known | wanted


def _are_words(value: object) -> bool:
    states = {QUEUED, PROCESSING, COMPLETED, FAILED}
    return (
        isinstance(value, dict)
        and set(value) <= states
        and all(isinstance(word, str) and word for word in value.values())
    )
