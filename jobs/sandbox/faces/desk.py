"""What every API of the engine needs: the store, the worker, and the faults that are on."""

import asyncio
import ipaddress
from dataclasses import replace

from aiohttp import web

from jobs.sandbox.callbacks import Callbacks
from jobs.sandbox.faults import SUBMIT, Fault, Faults
from jobs.sandbox.options import Options
from jobs.sandbox.store import Store
from jobs.sandbox.tasks import Task
from jobs.sandbox.worker import Worker

#: Troubles that stop a request before it is looked at, in the order in which a real engine checks.
_TROUBLES: tuple[tuple[str, dict[str, object]], ...] = (
    ("wrong_key", {}),
    ("no_credit", {}),
    ("concurrency", {}),
    ("rate_limit", {}),
    ("html", {}),
    ("server_error", {"when": "before"}),
)


class TooLarge(Exception):
    """A body beyond what the API takes."""


class Desk:
    """One engine behind its APIs. ``closing`` is set when it is about to stop."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.closing = asyncio.Event()
        self.faults = Faults()
        self.store = Store(options.folder)
        self.callbacks = Callbacks(self.faults, self.closing)
        self.worker = Worker(options, self.store, self.callbacks)

    def base(self, request: web.Request) -> str:
        """The address under which readers reach this server."""
        return self.options.public_url.rstrip("/") or f"{request.scheme}://{request.host}"

    def film_url(self, task: Task, base: str) -> str:
        """Where the task's film is, or will be."""
        return f"{base}/media/{task.media}"

    def trouble(self, place: str) -> Fault | None:
        """The fault that stops a request at this place, if one strikes now."""
        for name, values in _TROUBLES:
            if fault := self.faults.strike(name, place, **values):
                return fault
        return None

    async def slow(self, place: str) -> None:
        """Wait as long as a fault asks for, but not beyond the server's end."""
        if fault := self.faults.strike("slow", place):
            try:
                await asyncio.wait_for(self.closing.wait(), fault.number("delay_seconds"))
            except TimeoutError:
                return

    async def accept(self, task: Task) -> Task:
        """Keep and begin the task, with the failure or the slowness a fault plans for it.

        It is in the file when this returns. Raises IntegrityError for an external id in use.
        """
        failing, slow = self.faults.strike("fail", SUBMIT), self.faults.strike("slow_task", SUBMIT)
        task = replace(
            task,
            planned_failure=failing.text("fail") if failing else "",
            planned_seconds=slow.number("seconds") if slow else None,
        )
        early = task.callback_url and self.faults.strike("callback_early", SUBMIT)
        task = self.store.add(task)
        if early:
            self.callbacks.expect(task.id)
        self.callbacks.tell(task)
        self.worker.take(task)
        if early:
            await self.callbacks.first(task.id)
        return task

    def words(self, place: str) -> dict[str, str]:
        """Status words to use in place of the API's own."""
        fault = self.faults.strike("words", place)
        return fault.words() if fault else {}


async def read_body(request: web.Request, most_bytes: int) -> bytes:
    """The whole body. Raises TooLarge."""
    if (request.content_length or 0) > most_bytes:
        raise TooLarge
    chunks, received = [], 0
    async for chunk in request.content.iter_any():
        received += len(chunk)
        if received > most_bytes:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


def retry_after(fault: Fault) -> dict[str, str]:
    """The header that a rate limit carries where it was asked for."""
    seconds = fault.values["retry_after"]
    return {} if seconds is None else {"Retry-After": str(seconds)}


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without a word."""
    if request.transport:
        request.transport.close()
    return web.Response()


def is_local(remote: str | None) -> bool:
    """Whether somebody on this machine asks."""
    try:
        return ipaddress.ip_address(remote or "").is_loopback
    except ValueError:
        return False
