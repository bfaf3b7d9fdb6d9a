"""The environment, read strictly: a wrong or half-set value refuses to start, with a sentence.

Standard library only, so that the supervisor and the tests read it without Django. An empty value
counts as not set, because compose files hand on `NAME=` for what the operator left out.

    from studio import env
    DEBUG = env.flag("DEBUG", default=False)
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import overload
from urllib.parse import urlsplit

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
SECONDS_PER_UNIT = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


class SettingsError(SystemExit):
    """The environment cannot be used as it is; the message says which name and what to do.

    A SystemExit, so that every process that nobody catches it in ends with the sentence alone.
    """


@dataclass(frozen=True, slots=True)
class Environment:
    """One mapping of names to values, and the names that were asked for."""

    values: Mapping[str, str]
    names_read: set[str] = field(default_factory=set)

    def _raw(self, name: str) -> str | None:
        self.names_read.add(name)
        return self.values.get(name, "").strip() or None

    @overload
    def text(self, name: str) -> str | None: ...
    @overload
    def text(self, name: str, default: None) -> str | None: ...
    @overload
    def text(self, name: str, default: str) -> str: ...
    def text(self, name: str, default: str | None = None) -> str | None:
        """The value without surrounding blanks, or `default` when unset or empty."""
        value = self._raw(name)
        return default if value is None else value

    def flag(self, name: str, default: bool = False) -> bool:
        """True for 1/true/yes/on, False for 0/false/no/off, in any case."""
        value = self._raw(name)
        if value is None:
            return default
        if value.lower() in TRUE_WORDS | FALSE_WORDS:
            return value.lower() in TRUE_WORDS
        raise SettingsError(f"{name} is {value!r}: use 1, true, yes, on or 0, false, no, off.")

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Values separated by commas, blanks around them dropped."""
        value = self._raw(name)
        if value is None:
            return list(default)
        return [word.strip() for word in value.split(",") if word.strip()]

    def integer(self, name: str, default: int, *, least: int = 0, most: int = 2**53) -> int:
        """A whole number from `least` to `most`."""
        value = self._raw(name)
        if value is None:
            return default
        if not re.fullmatch(r"-?[0-9]+", value) or not least <= int(value) <= most:
            raise SettingsError(f"{name} is {value!r}: use a whole number from {least} to {most}.")
        return int(value)

    def decimal(self, name: str, default: Decimal | str) -> Decimal:
        """A finite number of zero or more, kept exact."""
        value = self._raw(name)
        if value is None:
            return Decimal(default)
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number < 0:
            raise SettingsError(
                f"{name} is {value!r}: use a number of zero or more, such as 0.056."
            )
        return number

    def seconds(self, name: str, default: float) -> float:
        """A length of time: `90`, `90s`, `15m`, `2h` or `7d`."""
        value = self._raw(name)
        if value is None:
            return default
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([smhd]?)", value)
        if match is None:
            raise SettingsError(f"{name} is {value!r}: use a length of time such as 90, 15m or 2h.")
        return float(match[1]) * SECONDS_PER_UNIT[match[2]]

    def url(self, name: str, default: str) -> str:
        """An http or https address, without a slash at its end; a path is kept."""
        value = self._raw(name)
        if value is None:
            return default
        fault = _web_address_fault(value)
        if fault:
            raise SettingsError(
                f"{name} {fault}: use an address such as https://studio.example.com."
            )
        return value.rstrip("/")

    def group(
        self, *names: str, needed: bool = False, why: str = "", optional: Sequence[str] = ()
    ) -> bool:
        """True when all `names` are set, False when none is; anything between refuses to start.

        `needed` refuses "none" too. `optional` names make sense only when the group is set.
        `why` ends the sentence: what leaving the group out means ("to use the sandbox engine").
        """
        present = [name for name in names if self._raw(name) is not None]
        extra = [name for name in optional if self._raw(name) is not None]
        absent = [name for name in names if name not in present]
        if not absent:
            return True
        ending = f" {why}" if why else ""
        if present or extra:
            raise SettingsError(_half_set(present or extra, absent, ending, needed=needed))
        if needed:
            raise SettingsError(
                f"{_and(absent)} {_verb(absent)} not set: set {_them(absent)}{ending}."
            )
        return False

    def refuse_unknown(self, *prefixes: str) -> None:
        """SettingsError for a set name with one of the `prefixes` that nobody asked for.

        Call it last in settings: it catches GATEWAY_TOKEN where GATEWAY_KEY was meant.
        """
        for name in sorted(self.values):
            if not name.startswith(prefixes) or name in self.names_read:
                continue
            if self.values[name].strip():
                near = get_close_matches(name, sorted(self.names_read), n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise SettingsError(f"{name} is set, but no setting has that name.{hint}")


def _web_address_fault(value: str) -> str:
    """What is wrong with `value` as a base address, or an empty string."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not an address"
    if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", value):
        return f"is {value!r}, which is not an http or https address"
    if parts.username or parts.password:
        return "carries a user name or password, which would end up in logs"
    if parts.query or parts.fragment:
        return f"is {value!r}, which has a '?' or '#' part"
    return ""


def _half_set(present: Sequence[str], absent: Sequence[str], ending: str, *, needed: bool) -> str:
    both = "both" if len(present) + len(absent) == 2 else "all of them"
    advice = f"set {both}" if needed else f"set {both}, or {_neither(both)}"
    return (
        f"{_and(present)} {_verb(present)} set but {_and(absent)} {_verb(absent)} not: "
        f"{advice}{ending}."
    )


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _verb(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _them(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _neither(both: str) -> str:
    return "neither" if both == "both" else "none"


process = Environment(os.environ)
text, flag, words, integer = process.text, process.flag, process.words, process.integer
decimal, seconds, url = process.decimal, process.seconds, process.url
group, refuse_unknown = process.group, process.refuse_unknown
