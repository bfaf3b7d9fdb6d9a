"""Addresses, keys and ids that people give: made clean on the way in, struck out on the way out."""

from dataclasses import replace
from urllib.parse import urlsplit

from jobs.engines import answers
from jobs.engines.addresses import origin_of
from jobs.engines.base import HANDLE_MAX_CHARACTERS, Response

_KEY_REMOVED = b"[key removed]"
_SHORTEST_SECRET = 8


def clean_base_url(base_url: str) -> str:
    """The address without a trailing slash or /v1. Raises ValueError with a sentence."""
    text = base_url.strip().rstrip("/").removesuffix("/v1").rstrip("/")
    if not answers.is_absolute_url(text) or origin_of(text) is None:
        raise ValueError("The engine's address must be an absolute http(s) URL without a login.")
    parts = urlsplit(text)
    if parts.query or parts.fragment:
        raise ValueError("The engine's address must not have a query or a fragment.")
    return text


def clean_key(key: str) -> str:
    """The key, trimmed. Raises ValueError with a sentence that does not show it."""
    text = key.strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("The engine's key must be one word of printable ASCII characters.")
    return text


def clean_id(text: str) -> str:
    """An engine's id as a person copied it, trimmed. Raises ValueError with a sentence."""
    clean = text.strip()
    if not clean or not clean.isascii() or not clean.isprintable() or " " in clean:
        raise ValueError("An engine's id is one word of printable ASCII characters.")
    if len(clean) > HANDLE_MAX_CHARACTERS:
        raise ValueError("This is too long for an engine's id.")
    return clean


def struck_out(response: Response, *secrets: str) -> Response:
    """The answer without the secrets: engines quote keys in "incorrect key" messages."""
    body = response.body
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            body = body.replace(secret.encode(), _KEY_REMOVED)
    return response if body == response.body else replace(response, body=body)
