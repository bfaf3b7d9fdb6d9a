"""Many free requests at once, over connections that are kept. The only module that uses aiohttp.

One event loop in one thread serves the whole process, so that connections outlive a pass of
looks. For paid calls see `http.send`: a kept connection that the server has just closed would
turn one of those into an unknown job for nothing.

Why not httpx: with a hundred requests on their way it takes several times the CPU.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine, Sequence
from functools import lru_cache
from ssl import SSLContext, create_default_context

import aiohttp

from jobs.engines import faults
from jobs.engines.addresses import is_this_machine
from jobs.engines.base import EngineError, Request, Response
from jobs.engines.call_log import logged_many
from jobs.engines.faults import CONNECT_SECONDS, HEADERS, MAX_ANSWER_BYTES

KEPT_SECONDS = 30.0

# Raised before the first byte of the request is written.
_NOT_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
# ValueError: a header or an address that cannot be written. OSError: sockets and timeouts.
_FAULTS = (aiohttp.ClientError, faults.TooLarge, OSError, ValueError)


@logged_many
def send_many(requests: Sequence[Request], concurrency: int) -> list[Response | EngineError]:
    """Send many requests at once and give back their results in the same order; never raises.

    At most `concurrency` are on their way. A request whose kept connection was closed meanwhile
    may cost an answer: only for what is safe to repeat.
    """
    return _Loop.of_this_process().run(_send_all(requests, concurrency)) if requests else []


class _Loop:
    """An event loop in a thread of its own, with one session for each way to the outside."""

    _lock = threading.Lock()
    _running: "_Loop | None" = None

    def __init__(self) -> None:
        self.process = os.getpid()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="engine looks", daemon=True).start()
        atexit.register(self.end)

    @classmethod
    def of_this_process(cls) -> "_Loop":
        """The one of this process; after a fork a new one."""
        with cls._lock:
            if cls._running is None or cls._running.process != os.getpid():
                _session.cache_clear()
                cls._running = cls()
            return cls._running

    def end(self) -> None:
        """Close what is open, at the end of the process."""
        if self.process == os.getpid():
            self.run(_close_sessions())
            self.loop.call_soon_threadsafe(self.loop.stop)

    def run[T](self, work: Coroutine[None, None, T]) -> T:
        """Run `work` there and wait for what it gives."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()


async def _send_all(requests: Sequence[Request], concurrency: int) -> list[Response | EngineError]:
    answers: list[Response | EngineError | None] = [None] * len(requests)
    waiting = enumerate(requests)

    async def work() -> None:
        for place, request in waiting:
            answers[place] = await _send_one(request)

    await asyncio.gather(*(work() for _ in range(min(concurrency, len(requests)))))
    return [answer for answer in answers if answer is not None]


async def _send_one(request: Request) -> Response | EngineError:
    session = _session(_is_here(request.url.partition("//")[2].partition("/")[0]))
    try:
        async with session.request(
            request.method,
            request.url,
            headers=HEADERS | dict(request.headers),
            json=request.json,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=request.timeout_seconds + CONNECT_SECONDS,
                sock_connect=min(CONNECT_SECONDS, request.timeout_seconds),
                sock_read=request.timeout_seconds,
            ),
        ) as answer:
            return Response(
                status=answer.status,
                headers={name.lower(): value for name, value in answer.headers.items()},
                body=await _body(answer),
            )
    except _FAULTS as error:
        return faults.of(
            request,
            error,
            before_sending=isinstance(error, _NOT_SENT),
            late=isinstance(error, TimeoutError),
        )


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """The whole body, as it was sent. Raises TooLarge."""
    if answer.content_length is not None and answer.content_length <= MAX_ANSWER_BYTES:
        return await answer.read()
    body = b""
    async for chunk in answer.content.iter_any():
        body = faults.extended(body, chunk)
    return body


@lru_cache(maxsize=64)
def _is_here(host: str) -> bool:
    return is_this_machine(f"http://{host}/")


@lru_cache(maxsize=2)
def _session(on_this_machine: bool) -> aiohttp.ClientSession:
    """Made inside the loop. A proxy of the environment is used for the outside only."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ssl=_ssl(), keepalive_timeout=KEPT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=not on_this_machine,
        auto_decompress=False,
    )


async def _close_sessions() -> None:
    await _session(True).close()
    await _session(False).close()


@lru_cache(maxsize=1)
def _ssl() -> SSLContext:
    return create_default_context()
