"""Sending for all engines. The only module of the project that imports httpx.

`send` makes one call on a fresh connection (an idle one that the server has just closed would turn
a submit into an unknown job for nothing). Many looks at once go by `bulk.send_many`.
`download` and `probe` fetch addresses chosen by others, through the guard in `addresses`; `post`
hands something to one.
"""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from ssl import SSLContext
from typing import Any
from urllib.parse import urljoin

import httpx

from jobs.engines import faults, transfers
from jobs.engines.addresses import (
    AddressProblem,
    CheckedAddress,
    check_url,
    is_this_machine,
    origin_of,
)
from jobs.engines.base import EngineError, Request, Response
from jobs.engines.call_log import logged
from jobs.engines.deadline import Deadline
from jobs.engines.faults import CONNECT_SECONDS, HEADERS
from jobs.engines.transfers import Downloaded, DownloadError, Probe

__all__ = ["DownloadError", "Downloaded", "Probe", "download", "post", "probe", "send"]

MAX_REDIRECTS = 3
#: So much is read of what the receiver of a `post` answers.
POST_ANSWER_BYTES = 2_000
_FETCH_TIMEOUT = httpx.Timeout(30.0, connect=CONNECT_SECONDS)
_ADDRESSES_TRIED = 4
_REDIRECTS = (301, 302, 303, 307, 308)

# Raised before the first byte of the request is written: nothing can have been bought.
_NOT_SENT = (
    httpx.ConnectError,  # also DNS and TLS failures
    httpx.ConnectTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)

# ValueError: a header that cannot be written.
_FAULTS = (httpx.HTTPError, httpx.InvalidURL, faults.TooLarge, ValueError)


@logged
def send(request: Request) -> Response:
    """Send one request and read the whole answer, whatever its status. No redirect is followed.

    `timeout_seconds` limits the whole call, however slowly the order goes out or the answer comes
    in. Raises EngineError with `sent=NO` when no connection came about, and `sent=MAYBE` for
    everything after that; an answer that comes later counts as lost.
    """
    with Deadline(request.timeout_seconds) as deadline:
        try:
            return _answer(request, deadline)
        except _FAULTS as error:
            # "from None": the original text may quote the key, and tracebacks end up in logs
            raise _fault(request, error, late=deadline.passed) from None


def _answer(request: Request, deadline: Deadline) -> Response:
    with (
        _client(_timeout(request), trust_env=not is_this_machine(request.url)) as client,
        client.stream(
            request.method,
            request.url,
            headers=HEADERS | dict(request.headers),
            json=request.json,
            extensions={"trace": deadline.watch},
        ) as answer,
    ):
        body = b""
        for chunk in answer.iter_bytes():
            body = faults.extended(body, chunk)
        if deadline.passed:  # a body without an announced length just ends when it is cut
            raise httpx.ReadTimeout("the answer did not end")
        return _response(answer, body)


def be_ready() -> None:
    """Load what the first call would otherwise wait for."""
    _ssl()


def _timeout(request: Request) -> httpx.Timeout:
    seconds = request.timeout_seconds
    return httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds), pool=None)


def _response(answer: httpx.Response, body: bytes) -> Response:
    return Response(status=answer.status_code, headers=dict(answer.headers), body=body)


def _fault(request: Request, error: Exception, *, late: bool) -> EngineError:
    return faults.of(
        request,
        error,
        before_sending=isinstance(error, _NOT_SENT),
        late=late or isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout),
    )


def _client(timeout: httpx.Timeout, *, trust_env: bool) -> httpx.Client:
    return httpx.Client(verify=_ssl(), timeout=timeout, trust_env=trust_env)


@lru_cache(maxsize=1)
def _ssl() -> SSLContext:
    """One TLS context for all: loading the certificates takes longer than a request."""
    return httpx.create_ssl_context()


def download(
    url: str,
    to: Path,
    *,
    headers: Mapping[str, str] | None = None,
    max_bytes: int,
    allow_origin: str | None = None,
    total_seconds: float = 900.0,
) -> Downloaded:
    """Stream a result into the temporary file `to`, which is gone again after any failure.

    headers: sent to the URL's own origin only, dropped at the first redirect elsewhere.
    allow_origin: the engine's base URL, exempt from the guard. max_bytes: refuse larger files.
    Raises DownloadError; an OSError of the disk (full, read-only) passes through as it is.
    """
    until = time.monotonic() + total_seconds
    try:
        with _followed(url, headers or {}, allow_origin) as answer:
            if wrong := transfers.head_problem(answer.status_code, answer.headers, max_bytes):
                raise wrong
            if full := transfers.room_problem(answer.headers, shutil.disk_usage(to.parent).free):
                raise full
            written = _write(answer, to, max_bytes, until)
            return Downloaded(written, answer.headers.get("content-type", ""))
    except BaseException as error:
        to.unlink(missing_ok=True)
        if isinstance(error, AddressProblem):
            raise transfers.address_problem(error) from error
        raise


def _write(answer: httpx.Response, to: Path, max_bytes: int, until: float) -> int:
    written = 0
    with to.open("wb") as file:
        for chunk in _chunks(answer):  # one network read each, so the clock is looked at often
            if (written := written + len(chunk)) > max_bytes:
                raise transfers.problem("too_large", f"more than {max_bytes} bytes")
            if time.monotonic() > until:
                raise transfers.problem("too_slow", f"{written} bytes arrived")
            file.write(chunk)
    if written == 0:
        raise transfers.problem("empty")
    return written


def _chunks(answer: httpx.Response) -> Iterator[bytes]:
    """The raw body. A body shorter than announced is an error of the protocol, never the end."""
    try:
        yield from answer.iter_raw()
    except httpx.TimeoutException as error:
        raise transfers.problem("too_slow", str(error)) from error
    except httpx.HTTPError as error:
        raise transfers.problem("truncated", str(error)) from error


@contextmanager
def _followed(
    url: str, headers: Mapping[str, str], allow_origin: str | None
) -> Iterator[httpx.Response]:
    """The answer at the end of a URL's redirects, every hop checked by the guard.

    No proxy of the environment is used: behind one, the checked IP would mean nothing.
    """
    with _client(_FETCH_TIMEOUT, trust_env=False) as client:
        for _ in range(MAX_REDIRECTS + 1):
            with closing(_get(client, url, headers, allow_origin)) as answer:
                if answer.status_code not in _REDIRECTS:
                    yield answer
                    return
                target = urljoin(url, answer.headers.get("location", ""))
            if origin_of(target) != origin_of(url):
                headers, allow_origin = {}, None
            url = target
        raise transfers.problem("redirects")


def _get(
    client: httpx.Client,
    url: str,
    headers: Mapping[str, str],
    allow_origin: str | None,
    **more: Any,
) -> httpx.Response:
    """One GET at one of the addresses that the guard let through; the body is still unread.

    The next address is tried only where no connection came about; `more` as in `_pinned`.
    """
    checked = check_url(url, allow_origin=allow_origin)
    fault: Exception | None = None
    for address in checked.addresses[:_ADDRESSES_TRIED]:
        try:
            request = _pinned(client, url, checked, address, headers, **more)
            return client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            fault = error
        except httpx.InvalidURL as error:
            raise AddressProblem("not_a_url", "This is not a valid address.") from error
        except httpx.HTTPError as error:
            raise transfers.problem("unreachable", type(error).__name__) from error
    raise transfers.problem("unreachable", str(fault)) from fault


def _pinned(
    client: httpx.Client,
    url: str,
    checked: CheckedAddress,
    address: str,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    body: bytes | None = None,
    extras: Mapping[str, Any] | None = None,
) -> httpx.Request:
    """A request to the checked IP that still names the host, for its server and its certificate."""
    return client.build_request(
        method,
        httpx.URL(url).copy_with(host=address, port=checked.port),
        content=body,
        headers={**HEADERS, **headers, "host": checked.host_header},
        extensions={"sni_hostname": checked.host, **(extras or {})},
    )


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    timeout_seconds: float,
    allow_origin: str | None = None,
) -> Response:
    """Hand `body` to an address that a person gave, through the guard; whatever it answers.

    No redirect is followed: an answer of 301 to 308 is the answer. Of an answer of 2xx no body is
    read. `timeout_seconds` limits the whole call. Raises AddressProblem for what the guard refuses,
    DownloadError if nobody answered.
    """
    with Deadline(timeout_seconds) as deadline, _client(_FETCH_TIMEOUT, trust_env=False) as client:
        extras = {"trace": deadline.watch, "timeout": httpx.Timeout(timeout_seconds).as_dict()}
        try:
            with closing(
                _get(client, url, headers, allow_origin, method="POST", body=body, extras=extras)
            ) as answer:
                # That it was taken is all: whoever then talks on without an end has it as well.
                told = b"" if answer.is_success else next(answer.iter_raw(POST_ANSWER_BYTES), b"")
                return _response(answer, told)
        except (DownloadError, httpx.HTTPError, ValueError) as error:
            detail = error.detail if isinstance(error, DownloadError) else type(error).__name__
            is_slow = deadline.passed or detail.endswith("Timeout")
            raise transfers.problem("too_slow" if is_slow else "unreachable", detail) from None


def probe(url: str, guard: bool = True) -> Probe:
    """What one GET of `url` shows from here: status, type, size, and where it redirects to.

    guard=False lets private addresses through. No redirect is followed, no body is read.
    """
    try:
        with (
            _client(_FETCH_TIMEOUT, trust_env=False) as client,
            closing(_get(client, url, {}, None if guard else url)) as answer,
        ):
            redirected = answer.status_code in _REDIRECTS
            return Probe(
                status=answer.status_code,
                content_type=answer.headers.get("content-type", ""),
                content_length=transfers.content_length_of(answer.headers),
                redirected_to=answer.headers.get("location", "") if redirected else "",
            )
    except AddressProblem as error:
        return Probe(address_problem=error.sentence)
    except DownloadError as error:
        return Probe(no_answer=f"Nothing answers at this address ({error.detail or error.code}).")
