"""Is a callback from fal? ED25519 over its ids, its time and the hash of its raw body.

Signed is `request id, user id, timestamp, sha256 of the body in hex`, joined by line ends; the
public keys are published as a JWKS and any of them may have signed (engines.md 3). fal signs for
all its customers alike, so a signature proves who sent a message, not whose task it is about: the
task is read again with our own key before anything is believed.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from jobs.engines.base import NotFromTheEngine, UnknownKey
from jobs.engines.fal_addresses import is_request_id

LEEWAY_SECONDS = 300
_STATUS_CHARACTERS = 40
_PREFIX = "x-fal-webhook-"


def read(headers: Mapping[str, str], body: bytes, keys: bytes, *, now: float) -> tuple[str, str]:
    """Request id and status of a verified callback. Arguments and errors as for `verify`."""
    verify(headers, body, keys, now=now)
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    request_id, status = (
        (told.get("request_id"), told.get("status")) if isinstance(told, dict) else (None, None)
    )
    if not isinstance(request_id, str) or not is_request_id(request_id):
        raise NotFromTheEngine("The callback names no request.")
    if not isinstance(status, str) or not 0 < len(status) <= _STATUS_CHARACTERS:
        raise NotFromTheEngine("The callback names no status.")
    return request_id, status


def verify(headers: Mapping[str, str], body: bytes, keys: bytes, *, now: float) -> None:
    """Raises NotFromTheEngine unless one of `keys` (a JWKS) signed this body within 5 minutes;
    UnknownKey if all is well but the key.

    headers: names in lower case. now: seconds since 1970.
    """
    request_id, user_id, timestamp, signature = (
        _header(headers, name) for name in ("request-id", "user-id", "timestamp", "signature")
    )
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise NotFromTheEngine("The callback's time is not a number of seconds.")
    if abs(now - int(timestamp)) > LEEWAY_SECONDS:
        raise NotFromTheEngine("The callback's time is more than five minutes from now.")
    digest = hashlib.sha256(body).hexdigest()
    message = "\n".join((request_id, user_id, timestamp, digest)).encode("utf-8", "surrogatepass")
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        raise NotFromTheEngine("The callback's signature is not hexadecimal.") from None
    if not any(_fits(key, raw, message) for key in _public_keys(keys)):
        raise UnknownKey("The callback's signature fits none of fal's public keys.")


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(f"{_PREFIX}{name}", "").strip()
    if not value:
        raise NotFromTheEngine(f"The callback has no {_PREFIX}{name} header.")
    return value


def _public_keys(jwks: bytes) -> Iterator[Ed25519PublicKey]:
    """The usable keys of a JWKS; keys of other kinds, and nonsense, are passed over."""
    try:
        parsed = json.loads(jwks)
    except (ValueError, RecursionError):
        return
    listed = parsed.get("keys") if isinstance(parsed, dict) else None
    for key in listed if isinstance(listed, list) else []:
        if isinstance(key, dict) and key.get("crv", "Ed25519") == "Ed25519":
            try:
                text = str(key["x"])
                yield Ed25519PublicKey.from_public_bytes(
                    base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
                )
            except (KeyError, ValueError):
                continue


def _fits(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
