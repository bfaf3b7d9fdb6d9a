"""What a download, and a probe of an address, can come to. Plain values; `http` does the work."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.engines.addresses import AddressProblem


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that arrived whole: its size and what the server called it (never trusted)."""

    bytes: int
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one GET of an address shows, without following a redirect and without the body.

    Exactly one of three holds: `status` is set (somebody answered), `address_problem` is a
    sentence (not fetched: private, local or no such name), or `no_answer` is a sentence.
    """

    status: int | None = None
    content_type: str = ""
    content_length: int | None = None
    redirected_to: str = ""
    address_problem: str = ""
    no_answer: str = ""


class DownloadError(Exception):
    """A file that could not be had. code: stable id; permanent: this URL will not work later.

    Codes: gone (expired or withdrawn: ask the engine for a fresh URL), refused, engine_down,
    unreachable, truncated, too_slow, too_large, no_room, empty, not_a_video, redirects, and those
    of `AddressProblem`. The file at the target path has been removed.
    """

    def __init__(self, code: str, sentence: str, *, permanent: bool, detail: str = "") -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.permanent = permanent
        self.detail = detail


_SENTENCES: Mapping[str, str] = {
    "gone": "The result's link has expired or was withdrawn.",
    "refused": "The server of the result refused to hand it over.",
    "engine_down": "The server of the result has a fault at the moment.",
    "unreachable": "The server of the result could not be reached.",
    "truncated": "The connection broke before the whole result had arrived.",
    "too_slow": "The result did not arrive within the time limit.",
    "too_large": "The result is larger than the studio accepts.",
    "empty": "The result is an empty file.",
    "not_a_video": "The result's link leads to a page or a message, not to a video.",
    "redirects": "The result's link is redirected too often.",
}
#: What a download leaves free: the database writes to the same disk on a small installation.
SPARE_BYTES = 100_000_000
_PERMANENT = frozenset({"gone", "refused", "too_large", "not_a_video", "redirects"})
_GONE = frozenset({401, 403, 404, 410})
_WAIT = frozenset({408, 425, 429})
_NOT_VIDEO_TYPES = ("text/html", "application/json", "application/xml", "text/xml")


def problem(code: str, detail: str = "") -> DownloadError:
    """The DownloadError of a code, with its sentence."""
    return DownloadError(code, _SENTENCES[code], permanent=code in _PERMANENT, detail=detail)


def address_problem(error: AddressProblem) -> DownloadError:
    """The DownloadError for a URL that the guard did not let through."""
    return DownloadError(error.code, error.sentence, permanent=error.permanent)


def head_problem(status: int, headers: Mapping[str, str], max_bytes: int) -> DownloadError | None:
    """What is wrong with an answer before its body is read, or None."""
    if status in _GONE:
        return problem("gone", f"HTTP {status}")
    if status in _WAIT or status >= 500:
        return problem("engine_down", f"HTTP {status}")
    if status != 200:
        return problem("refused", f"HTTP {status}")
    content_type = headers.get("content-type", "").lower()
    if content_type.startswith(_NOT_VIDEO_TYPES):
        return problem("not_a_video", content_type)
    if headers.get("content-encoding", "").lower() in ("gzip", "deflate", "br", "zstd"):
        return problem("not_a_video", "compressed although plain bytes were asked for")
    if (content_length_of(headers) or 0) > max_bytes:
        return problem("too_large", f"{headers['content-length']} bytes")
    return None


def room_problem(headers: Mapping[str, str], free_bytes: int) -> DownloadError | None:
    """What is wrong with a disk of so much free space for a body of the announced size, or None."""
    announced = content_length_of(headers)
    if announced is None or announced + SPARE_BYTES <= free_bytes:
        return None
    sentence = (
        f"The result has {announced / 1e6:,.0f} MB, and the studio's disk has only "
        f"{free_bytes / 1e6:,.0f} MB free: make room, and it is fetched by itself."
    )
    return DownloadError("no_room", sentence, permanent=False)


def content_length_of(headers: Mapping[str, str]) -> int | None:
    """The announced size in bytes, or None."""
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None
