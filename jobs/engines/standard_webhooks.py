"""Standard Webhooks: who sent a callback, by an HMAC over its id, its time and its raw body.

Three headers carry it: `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature` (one or
more `v1,<base64>`, separated by spaces; several while a secret is being replaced).
Source: engines.md 2, and https://www.standardwebhooks.com for the scheme.
"""

import base64
import hmac
import re
from collections.abc import Mapping

from jobs.engines.base import NotFromTheEngine

TOLERANCE_SECONDS = 300

_PREFIX = "whsec_"
_SHORTEST_KEY_BYTES = 16  # an empty or tiny key would let anybody sign
_MESSAGE_ID = re.compile(r"[!-~]{1,255}")
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
_VERSION = "v1,"


def key_of(secret: str) -> bytes:
    """The signing key in a secret as the engine shows it, with or without its `whsec_`.

    Raises ValueError with a sentence that does not show the secret.
    """
    try:
        key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    except ValueError:
        key = b""
    if len(key) < _SHORTEST_KEY_BYTES:
        # raised outside the handler, whose error is about the secret's text
        raise ValueError(
            "The webhook secret must be the whole text that the engine shows, from whsec_ on."
        )
    return key


def verified_id(headers: Mapping[str, str], body: bytes, *, key: bytes, now: float) -> str:
    """The id of a message that `key` signed and that is at most five minutes old or early.

    headers: names in lower case; body: the raw bytes; now: seconds since 1970. The id is the same
    for every repetition of one message. Raises NotFromTheEngine with a sentence.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not _MESSAGE_ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(timestamp):
        raise NotFromTheEngine("The callback carries no usable id and time.")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise NotFromTheEngine("The callback is older than five minutes, or from the future.")
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, "sha256"))
    if not _any_matches(headers.get("webhook-signature", ""), expected):
        raise NotFromTheEngine("No signature of the callback fits the webhook secret.")
    return message_id


def _any_matches(signatures: str, expected: bytes) -> bool:
    given = (each.removeprefix(_VERSION) for each in signatures.split(" ") if each[:3] == _VERSION)
    return any(hmac.compare_digest(each.encode(errors="replace"), expected) for each in given)
