"""Nothing that opens a door is written into a log: keys, tokens, signatures, passwords.

Three nets, because a log line can come from any library: fields with a telling name, the secrets
that this installation knows by heart, and whatever looks like a signed token, a signed address or
an Authorization header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from django.conf import settings

REMOVED = "[removed]"
#: Shorter ones are parts of ordinary words.
SHORTEST_SECRET = 8

_SECRET_NAME = re.compile(
    r"authorization|cookie|passw|secret|token|api.?key|access.?key|signature|credential|^key$",
    re.IGNORECASE,
)
_PARAMETERS = (
    "x-amz-signature|x-amz-credential|x-amz-security-token|awsaccesskeyid|signature|credential|sig|"
    "token|access_token|refresh_token|api[_-]?key|key|auth|password|secret"
)
_SHAPES = (
    # Authorization: Bearer abc, {'authorization': 'Key abc'}, and the same without its name
    (r"(authorization[\"']?\s*[:=]\s*[\"']?)(?:[a-z0-9-]+\s+)?[^\s\"',}]+", r"\1" + REMOVED),
    (r"\b(bearer|basic|key)\s+(?=\S*\d)[a-z0-9._~+/=:-]{8,}", r"\1 " + REMOVED),
    # A signed token (JWT), also one that was cut short: a header in base64 begins with eyJ.
    (r"\beyJ[a-z0-9_-]{8,}(?:\.[a-z0-9_-]+){0,2}", REMOVED),
    # A parameter of an address or of an AWS header
    (rf"((?:^|[?&;,\s])(?:{_PARAMETERS})=)[^&\s\"',<>]+", r"\1" + REMOVED),
    # A login inside an address: postgres://studio:secret@host
    (r"(://[^/\s:@]*:)[^/\s@]+(?=@)", r"\1" + REMOVED),
    # Our own addresses that work without a login
    (r"(/(?:inputs|invitation|guest)/)[^/\s?\"']+", r"\1" + REMOVED),
    (r"(/password/(?!reset/|saved/)[^/\s]+/)[^/\s?\"']+", r"\1" + REMOVED),
)
_PATTERNS = tuple((re.compile(shape, re.IGNORECASE), put) for shape, put in _SHAPES)


def struck_out(_logger: object, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """A processor of structlog: the event without anything secret, of plain values only."""
    secrets = tuple(known_secrets())
    return {name: _clean(name, value, secrets) for name, value in event.items()}


def text_struck_out(text: str) -> str:
    """A text without anything secret."""
    return _scrubbed(text, tuple(known_secrets()))


def known_secrets() -> Iterator[str]:
    """The secrets of this installation's settings, those long enough to be told from words."""
    if not settings.configured:
        return  # a line from before the settings are read
    for secret in _configured():
        if isinstance(secret, str) and len(secret) >= SHORTEST_SECRET:
            yield secret


def _configured() -> Iterator[object]:
    yield settings.SECRET_KEY
    yield settings.METRICS_TOKEN
    yield settings.SANDBOX_KEY
    yield settings.DATABASES["default"].get("PASSWORD")
    default: Any = settings.STORAGES["default"]
    storage = default.get("OPTIONS", {})
    yield from (storage.get("access_key"), storage.get("secret_key"))
    for account in settings.ENGINE_ACCOUNTS.values():
        yield from (account.key, account.access_key, account.secret_key, account.webhook_secret)


def _clean(name: str, value: object, secrets: tuple[str, ...]) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_NAME.search(name):
        return REMOVED if value else value
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), one, secrets) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", one, secrets) for one in value]
    return _scrubbed(value if isinstance(value, str) else str(value), secrets)


def _scrubbed(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, REMOVED)
    for pattern, put in _PATTERNS:
        text = pattern.sub(put, text)
    return text
