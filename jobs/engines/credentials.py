"""Addresses, keys and ids that people give: made clean on the way in, struck out on the way out."""

import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from jobs.engines import answers
from jobs.engines.addresses import origin_of
from jobs.engines.base import HANDLE_MAX_CHARACTERS, Response

KEY_REMOVED = "[key removed]"
_SHORTEST_SECRET = 8
# A signed token begins with its header, and JSON that begins with {" reads eyJ in base64. Also
# struck out when it was cut short.
_TOKEN = r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){0,2}"
_TOKEN_IN_TEXT = re.compile(_TOKEN)
_TOKEN_IN_BYTES = re.compile(_TOKEN.encode())


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
    if "/" in clean or "\\" in clean:
        raise ValueError("This is an address or a path: copy the id alone.")
    path_part(clean)
    return clean


def path_part(handle: str) -> str:
    """An id as one part of a URL's path, which it can neither leave nor end.

    Raises ValueError for what cannot be an id: an empty part would list other people's tasks, and
    "." and ".." lead to another path however they are written.
    """
    if not any(character.isalnum() for character in handle):
        raise ValueError("An engine's id holds at least one letter or digit.")
    return quote(handle, safe="")


def struck_out(response: Response, *secrets: str) -> Response:
    """The answer without the secrets: engines quote keys in "incorrect key" messages."""
    body = response.body
    for secret in _long_enough(secrets):
        body = body.replace(secret.encode(), KEY_REMOVED.encode())
    return response if body == response.body else replace(response, body=body)


def tokens_struck_out(response: Response) -> Response:
    """The answer without anything that looks like a signed token (JWT)."""
    body = _TOKEN_IN_BYTES.sub(KEY_REMOVED.encode(), response.body)
    return response if body == response.body else replace(response, body=body)


def text_struck_out(text: str, *secrets: str) -> str:
    """A sentence without the secrets and without anything that looks like a signed token."""
    for secret in _long_enough(secrets):
        text = text.replace(secret, KEY_REMOVED)
    return _TOKEN_IN_TEXT.sub(KEY_REMOVED, text)


def _long_enough(secrets: tuple[str, ...]) -> list[str]:
    """Without the short ones, which are parts of ordinary words."""
    return [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
