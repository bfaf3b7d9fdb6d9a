"""Where one of fal's requests lives, and the handle that remembers it.

The status and result addresses leave out a part of the endpoint's path, so they cannot be built
from it: the ones in the answer to the submit are kept (engines.md 3). Usually they are X, X/status
and X/cancel, and then X is the whole handle; otherwise the handle is all three, with blanks
between. Every one of them gets the key, so every one must be at the engine's own origin.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from jobs.engines import credentials
from jobs.engines.addresses import origin_of
from jobs.engines.base import HANDLE_MAX_CHARACTERS

APP = "fal-ai/kling-video"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,190}")
# Every part of the path starts with a letter or digit, so none can be a step upwards.
_PASTED = re.compile(
    r"(https?://[^/?#]+(?:/[A-Za-z0-9][A-Za-z0-9_.-]*)*/requests/[A-Za-z0-9][A-Za-z0-9_.-]*?)"
    r"(?:/status|/cancel)?/?(?:\?.*)?",
    re.IGNORECASE,
)
_NO_ID = "no-request"


class ForeignAddress(ValueError):
    """An answer that names an address at another origin, where the key must not go."""


@dataclass(frozen=True, slots=True)
class Task:
    """The three addresses of one request: its result, its status, and where to cancel it."""

    response: str
    status: str
    cancel: str

    @property
    def handle(self) -> str:
        """What is stored with the job."""
        if self == _usual(self.response):
            return self.response
        return f"{self.response} {self.status} {self.cancel}"


def _usual(response: str) -> Task:
    return Task(response, f"{response}/status", f"{response}/cancel")


def is_request_id(value: object) -> bool:
    """True for a text that can be one of fal's request ids."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one account: what is its own, and how handles are made and read."""

    base_url: str

    def owns(self, url: str) -> bool:
        """True for the engine's own scheme, host and port."""
        return origin_of(url) == origin_of(self.base_url)

    def of_id(self, request_id: str) -> Task:
        """The usual addresses of a request id, which becomes one part of the path."""
        is_one = any(character.isalnum() for character in request_id)  # "." and ".." are none
        part = quote(request_id, safe="") if is_one else _NO_ID
        return _usual(f"{self.base_url}/{APP}/requests/{part}")

    def of_handle(self, handle: str) -> Task:
        """The addresses that a handle stands for; never one at another origin.

        What is not made of own addresses is taken for an id, so that nothing can lead a look or a
        cancel, and the key with it, somewhere else.
        """
        urls = handle.split(" ")
        if len(urls) in (1, 3) and all(self.owns(url) for url in urls):
            return Task(*urls) if len(urls) == 3 else _usual(urls[0])
        return self.of_id(handle)

    def id_of(self, handle: str) -> str:
        """The request id in a handle: the last part of its address."""
        return self.of_handle(handle).response.rstrip("/").rpartition("/")[2]

    def of_answer(self, answer: Mapping[str, object]) -> Task | None:
        """The addresses in the answer to a submit; None when it names neither them nor an id.

        Raises ForeignAddress.
        """
        response, status, cancel = (
            self._own(answer.get(key)) for key in ("response_url", "status_url", "cancel_url")
        )
        request_id = answer.get("request_id")
        if response:
            task = _usual(response)
        elif is_request_id(request_id):
            task = self.of_id(str(request_id))
        else:
            return None
        task = replace(task, status=status or task.status, cancel=cancel or task.cancel)
        return task if len(task.handle) <= HANDLE_MAX_CHARACTERS else None

    def _own(self, value: object) -> str:
        if not isinstance(value, str) or not value:
            return ""
        if not self.owns(value):
            raise ForeignAddress(value)
        return value

    def read(self, text: str) -> str:
        """The handle a person means: a request id, an own address of one, or a whole handle."""
        if "/" not in text:
            return self.of_id(credentials.clean_id(text)).handle
        urls = text.split()
        found = [_PASTED.fullmatch(url) for url in urls if self.owns(url)]
        if len(found) == len(urls) == 3 and all(found):
            handle = Task(*urls).handle
        elif len(found) == len(urls) == 1 and found[0]:
            handle = found[0].group(1)
        else:
            handle = ""
        if not 0 < len(handle) <= HANDLE_MAX_CHARACTERS:
            raise ValueError(
                "Give fal's request id alone, or the address of the request at "
                f"{self.base_url} as fal answered it."
            )
        return handle
