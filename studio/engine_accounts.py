"""The accounts at engines, read strictly from the environment. Standard library only.

A variable is `<ENGINE>[_<NAME>]_<FIELD>`: `KLING_KEY` belongs to the account `kling`,
`KLING_WEST_KEY` to the account `kling-west`. So one engine can have several accounts, and a
project chooses one of them. Keys stay in the environment: the database never holds one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from studio.env import Environment, SettingsError

#: The fields of an account. Some belong to one engine only: see `Offer.only`.
FIELDS = (
    "URL", "KEY", "ACCESS_KEY", "SECRET_KEY", "WEBHOOK_SECRET", "LABEL", "ORGANISATIONS",
    "AUDIO_MAX_SECONDS", "RATE_STANDARD", "RATE_PRO", "AT_ONCE", "SENDS_PER_MINUTE",
    "LOOKS_PER_MINUTE",
)  # fmt: skip
STANDARD, PRO = "kling-avatar-v2-standard", "kling-avatar-v2-pro"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an engine is like before anything is configured. `url`: where it usually is.

    `keys`: the combinations of fields that let us in, of which one must be set whole.
    """

    label: str
    url: str
    keys: tuple[tuple[str, ...], ...]
    rate_standard: str
    rate_pro: str
    only: frozenset[str] = frozenset()


#: Prices per second of video: docs/engines.md.
OFFERS: Mapping[str, Offer] = {
    "gateway": Offer("Gateway", "", (("URL", "KEY"),), "0.056", "0.112"),
    "kling": Offer(
        "Kling", "https://api-singapore.klingai.com",
        (("KEY",), ("ACCESS_KEY", "SECRET_KEY")), "0.056", "0.112",
        only=frozenset({"ACCESS_KEY", "SECRET_KEY", "WEBHOOK_SECRET"}),
    ),
    "fal": Offer("fal", "https://queue.fal.run", (("KEY",),), "0.0562", "0.115"),
}  # fmt: skip
_ONLY_SOMEWHERE = frozenset().union(*(offer.only for offer in OFFERS.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """One account as configured. `at_once` and the two rates per minute: 0 means no limit.

    `organisations`: the slugs that may use it; empty means all.
    """

    name: str
    engine: str
    label: str
    url: str
    key: str = field(default="", repr=False)
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    audio_max_seconds: int = 60
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    at_once: int = 0
    sends_per_minute: int = 0
    looks_per_minute: int = 0
    organisations: tuple[str, ...] = ()


def read(environment: Environment) -> dict[str, AccountSettings]:
    """Every account that the environment names, by its name; refuses half-set ones."""
    found: dict[str, AccountSettings] = {}
    for engine in OFFERS:
        for variable in variables_of(engine):
            environment.text(variable)  # known names: a misspelt one is told what was meant
        for name in sorted(_names(environment, engine)):
            found[name] = _account(environment, engine, name)
    return found


def variables_of(engine: str) -> list[str]:
    """The variables of the engine's first account, the one without a name of its own."""
    only = OFFERS[engine].only
    return [
        f"{engine.upper()}_{one}" for one in FIELDS if one not in _ONLY_SOMEWHERE or one in only
    ]


def _names(environment: Environment, engine: str) -> Iterator[str]:
    """`kling` for KLING_KEY, `kling-west` for KLING_WEST_KEY; each once."""
    seen = set()
    for variable, value in environment.values.items():
        if not variable.startswith(f"{engine.upper()}_") or not value.strip():
            continue
        field_name = _field_of(variable.removeprefix(f"{engine.upper()}_"))
        if field_name is None:
            continue  # `refuse_unknown` says so
        name = variable.removesuffix(f"_{field_name}").lower().replace("_", "-")
        if name not in seen:
            seen.add(name)
            yield name


def _field_of(rest: str) -> str | None:
    """The field at the end of `WEST_SECRET_KEY`: the longest that fits."""
    fitting = [name for name in FIELDS if rest == name or rest.endswith(f"_{name}")]
    return max(fitting, key=len, default=None)


def _account(environment: Environment, engine: str, name: str) -> AccountSettings:
    offer, prefix = OFFERS[engine], name.upper().replace("-", "_")

    def variable(field_name: str) -> str:
        return f"{prefix}_{field_name}"

    _demand_keys(environment, offer, prefix)
    return AccountSettings(
        name=name,
        engine=engine,
        label=environment.text(variable("LABEL"), default=_label(offer, engine, name)),
        url=environment.url(variable("URL"), default=offer.url),
        key=environment.text(variable("KEY"), default=""),
        **{
            one: environment.text(variable(one.upper()), default="")
            for one in ("access_key", "secret_key", "webhook_secret")
            if one.upper() in offer.only
        },
        audio_max_seconds=environment.integer(variable("AUDIO_MAX_SECONDS"), default=60),
        rates={
            STANDARD: environment.decimal(variable("RATE_STANDARD"), default=offer.rate_standard),
            PRO: environment.decimal(variable("RATE_PRO"), default=offer.rate_pro),
        },
        at_once=environment.integer(variable("AT_ONCE"), default=0),
        sends_per_minute=environment.integer(variable("SENDS_PER_MINUTE"), default=0),
        looks_per_minute=environment.integer(variable("LOOKS_PER_MINUTE"), default=0),
        organisations=tuple(environment.words(variable("ORGANISATIONS"))),
    )


def _demand_keys(environment: Environment, offer: Offer, prefix: str) -> None:
    """One of the offer's combinations, whole, and no mixture of two."""
    set_names = {
        one for keys in offer.keys for one in keys if environment.text(f"{prefix}_{one}")
    }  # fmt: skip
    if any(set_names == set(keys) for keys in offer.keys):
        return
    optional = [f"{prefix}_{one}" for one in FIELDS if environment.text(f"{prefix}_{one}")]
    if len(offer.keys) == 1:
        names = [f"{prefix}_{one}" for one in offer.keys[0]]
        why = "to use the sandbox engine" if prefix == "GATEWAY" else "to leave this account out"
        environment.group(*names, why=why, optional=[n for n in optional if n not in names])
    ways = " or ".join(" with ".join(f"{prefix}_{one}" for one in keys) for keys in offer.keys)
    name, there = prefix.lower().replace("_", "-"), ", ".join(sorted(optional))
    raise SettingsError(f"The account {name} ({there}) needs either {ways}, and not both.")


def _label(offer: Offer, engine: str, name: str) -> str:
    rest = name.removeprefix(engine).strip("-").replace("-", " ")
    return f"{offer.label} {rest}".strip()
