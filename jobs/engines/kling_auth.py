"""How an account proves itself to Kling: by an API key, or by a pair of keys that signs tokens.

Source: engines.md 2, "Auth 1" and "Auth 2".
"""

from dataclasses import dataclass, field
from typing import Protocol

import jwt

from jobs.engines.credentials import clean_key

_LIVES_SECONDS = 1_800
_VALID_BEFORE_SECONDS = 5  # so that a clock that is a little ahead does not matter


class Proof(Protocol):
    """What goes behind `Bearer` in the authorization header."""

    @property
    def is_minted(self) -> bool:
        """True when every request carries a new token with a time in it."""
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown."""
        ...

    def token(self, now: float) -> str:
        """The token for a request that is sent at `now`, in seconds since 1970."""
        ...


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key for everything."""

    key: str = field(repr=False)
    is_minted = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """The key."""
        return (self.key,)

    def token(self, now: float) -> str:
        """The key itself."""
        return self.key


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Access key and secret key: a JWT (HS256) is minted for every request, so none grows old."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    is_minted = True

    @property
    def secrets(self) -> tuple[str, ...]:
        """Both keys; the tokens are known by their form."""
        return (self.secret_key, self.access_key)

    def token(self, now: float) -> str:
        """A token that is valid from a little before `now` for half an hour."""
        claims = {
            "iss": self.access_key,
            "exp": int(now) + _LIVES_SECONDS,
            "nbf": int(now) - _VALID_BEFORE_SECONDS,
        }
        return jwt.encode(claims, self.secret_key, algorithm="HS256")


def proof_of(*, key: str, access_key: str, secret_key: str) -> Proof:
    """The one way that is configured. Raises ValueError with a sentence that shows no key."""
    if bool(key) == bool(access_key or secret_key) or bool(access_key) != bool(secret_key):
        raise ValueError("Kling needs either an API key, or an access key and its secret key.")
    if key:
        return ApiKey(clean_key(key))
    return KeyPair(clean_key(access_key), clean_key(secret_key))
