"""fal's callbacks, signed as fal signs them (engines.md 3)."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.engines.recorded import Call
from tests.engines.recorded_fal_submits import TASK_1

NOW = 1_790_000_000
FALS_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OLD_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))


def jwk(key: Ed25519PrivateKey, **more: object) -> dict[str, object]:
    """The public half as fal publishes it, base64 without padding."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    text = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "x": text, **more}


def jwks(*keys: object) -> bytes:
    """A key set with these keys."""
    return json.dumps({"keys": keys}).encode()


KEYS = jwks(jwk(FALS_KEY, kid="new"), jwk(OLD_KEY, kid="old"))


def call(
    told: object,
    *,
    by: Ed25519PrivateKey = FALS_KEY,
    keys: bytes = KEYS,
    at: int = NOW,
    event_id: str = "",
    handle: str = "",
) -> Call:
    """A callback with this body, signed by this key at this second."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    digest = hashlib.sha256(body).hexdigest()
    headers = {
        "x-fal-webhook-request-id": "task_1",
        "x-fal-webhook-user-id": "github|42",
        "x-fal-webhook-timestamp": str(at),
    }
    message = "\n".join([*headers.values(), digest]).encode()
    headers["x-fal-webhook-signature"] = by.sign(message).hex()
    return Call(headers=headers, body=body, keys=keys, event_id=event_id, handle=handle)


def _with_headers(base: Call, **changed: str) -> Call:
    named = {f"x-fal-webhook-{name.replace('_', '-')}": value for name, value in changed.items()}
    headers: Mapping[str, str] = {**base.headers, **named}
    return replace(base, headers=headers)


_OK = {"request_id": "task_1", "gateway_request_id": "g", "status": "OK", "payload": {"video": {}}}
_ERROR = _OK | {"status": "ERROR", "error": "Invalid status code: 422", "payload": {"detail": []}}
GOOD = call(_OK, event_id="task_1 OK", handle=TASK_1)

CALLBACKS = {
    "OK": GOOD,
    "ERROR": call(_ERROR, event_id="task_1 ERROR", handle=TASK_1),
    "the payload could not be written": call(
        _OK | {"payload": None, "payload_error": "x"}, event_id="task_1 OK", handle=TASK_1
    ),
    "signed with the older key": call(_OK, by=OLD_KEY, event_id="task_1 OK", handle=TASK_1),
    "a repetition, five minutes later": call(
        _OK, at=NOW - 300, event_id="task_1 OK", handle=TASK_1
    ),
    "fal's clock is ahead": call(_OK, at=NOW + 300, event_id="task_1 OK", handle=TASK_1),
    "keys of other kinds beside it": call(
        _OK,
        keys=jwks(
            "nonsense",
            {"kty": "RSA", "n": "x"},
            {"crv": "Ed25519", "x": "dG9vIHNob3J0"},
            {"crv": "Ed25519", "x": "é"},
            jwk(STRANGER, crv="X25519"),
            jwk(FALS_KEY),
        ),
        event_id="task_1 OK",
        handle=TASK_1,
    ),
}

FORGERIES = {
    "signed by a stranger": call(_OK, by=STRANGER),
    "signed by a stranger who lists his key as another kind": call(
        _OK, by=STRANGER, keys=jwks(jwk(STRANGER, crv="X25519"))
    ),
    "five minutes and a second old": call(_OK, at=NOW - 301),
    "five minutes and a second ahead": call(_OK, at=NOW + 301),
    "another body": replace(GOOD, body=json.dumps(_ERROR).encode()),
    "another request": _with_headers(GOOD, request_id="task_2"),
    "another user": _with_headers(GOOD, user_id="someone"),
    "another time": _with_headers(GOOD, timestamp=str(NOW - 1)),
    "a time that is no number": _with_headers(GOOD, timestamp="now"),
    "a time in other digits": _with_headers(GOOD, timestamp="١٧٩٠٠٠٠٠٠٠"),
    "a signature in base64": _with_headers(GOOD, signature=base64.b64encode(b"x" * 64).decode()),
    "half a signature": _with_headers(GOOD, signature=GOOD.headers["x-fal-webhook-signature"][:64]),
    "no headers": replace(GOOD, headers={}),
    "no keys": replace(GOOD, keys=b""),
    "an empty key set": replace(GOOD, keys=jwks()),
    "keys that are a web page": replace(GOOD, keys=b"<html>"),
    "keys that are a list": replace(GOOD, keys=b"[]"),
    "signed, but names no request": call({"status": "OK"}),
    "signed, but names a path": call({"status": "OK", "request_id": "../x"}),
    "signed, but names no status": call({"request_id": "task_1"}),
    "signed, but with an endless status": call({"request_id": "task_1", "status": "x" * 41}),
    "signed, but not JSON": call(b"request_id=task_1"),
    "signed, but a list": call([_OK]),
}
