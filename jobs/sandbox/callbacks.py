"""Tell the owner of a task that something has changed, as the engine it stands for would.

A callback is a courtesy: one that is under way when the engine dies is not sent again.
"""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp

from jobs.sandbox.faults import CALLBACK, Faults
from jobs.sandbox.tasks import Task

log = logging.getLogger(__name__)
# Seconds before each attempt; an answer of 2xx, or a redirect, ends them.
ATTEMPTS_AFTER = (0, 2, 10, 60)
TIMEOUT_SECONDS = 15
AT_ONCE = 16
FIRST_WITHIN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Letter:
    """One message. ``sign`` makes the headers for the body; its argument: whether to forge them."""

    body: bytes
    sign: Callable[[bytes, bool], dict[str, str]]


#: What an API tells about a task that has just changed; None: nothing.
Writer = Callable[[Task], Letter | None]


def as_body(value: object) -> bytes:
    """JSON without needless spaces: the bytes that are signed."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Callbacks:
    """Sends letters in the background and remembers what was said to the last of them."""

    def __init__(self, faults: Faults, closing: asyncio.Event) -> None:
        self.writers: dict[str, Writer] = {}
        self._faults = faults
        self._closing = closing
        self._session: aiohttp.ClientSession | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(AT_ONCE)
        self._awaited: dict[str, asyncio.Event] = {}
        self._log: deque[dict[str, object]] = deque(maxlen=1_000)

    def start(self, session: aiohttp.ClientSession) -> None:
        """Send with this session from now on."""
        self._session = session

    async def stop(self) -> None:
        """Send nothing any more."""
        for sending in self._sending:
            sending.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    def tell(self, task: Task) -> None:
        """The task has changed: send what its API says about that, if its owner wants to know."""
        write = self.writers.get(task.face)
        letter = write(task) if write and task.callback_url else None
        if letter:
            sending = asyncio.get_running_loop().create_task(self._send(task, letter))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)

    def expect(self, task_id: str) -> None:
        """Somebody will wait for the first callback of this task."""
        self._awaited[task_id] = asyncio.Event()

    async def first(self, task_id: str) -> None:
        """Wait until the first expected callback was answered; not for ever, nor beyond the end."""
        first = asyncio.ensure_future(self._awaited[task_id].wait())
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            await asyncio.wait(
                {first, closing}, timeout=FIRST_WITHIN_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            first.cancel()
            closing.cancel()
            del self._awaited[task_id]

    def sent(self) -> list[Mapping[str, object]]:
        """The last attempts, oldest first."""
        return list(self._log)

    async def _send(self, task: Task, letter: Letter) -> None:
        forge = self._faults.strike("callback_forged", CALLBACK) is not None
        again = self._faults.strike("callback_times", CALLBACK)
        for _ in range(int(again.number("count")) if again else 1):
            await self._deliver(task, letter, forge)

    async def _deliver(self, task: Task, letter: Letter, forge: bool) -> None:
        for wait in ATTEMPTS_AFTER:
            await asyncio.sleep(wait)
            async with self._free:
                status = await self._post(task.callback_url, letter, forge)
            self._remember(task, status, forge)
            # A forged one is meant to be refused.
            if forge or (status is not None and 200 <= status < 400):
                return

    def _remember(self, task: Task, status: int | None, forged: bool) -> None:
        said: dict[str, object] = {"task_id": task.id, "status": task.state, "at": time.time()}
        self._log.append(said | {"url": task.callback_url, "answer": status, "forged": forged})
        if event := self._awaited.get(task.id):
            event.set()

    async def _post(self, url: str, letter: Letter, forge: bool) -> int | None:
        """The answer's status, or None where there was none."""
        assert self._session
        headers = {"Content-Type": "application/json; charset=utf-8"}
        headers |= letter.sign(letter.body, forge)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        try:
            async with self._session.post(
                url, data=letter.body, headers=headers, allow_redirects=False, timeout=timeout
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.info("callback to %s failed: %s", url, error)
            return None
