"""The sandbox engine's HTTP server: the gateway's documented API, faults, the bill, health."""

import asyncio
import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import web

from jobs.sandbox import answers
from jobs.sandbox.faults import MEDIA, READ, SUBMIT, BadFault, Fault, Faults
from jobs.sandbox.media import media_answer
from jobs.sandbox.options import Options
from jobs.sandbox.orders import BadOrder, read_order
from jobs.sandbox.store import COMPLETED, Store, Task
from jobs.sandbox.worker import Worker

LARGEST_BODY_BYTES = 1_000_000
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """One sandbox engine: routes over a store, a worker and the faults that are on."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.faults = Faults()
        self.store = Store(options.folder)
        self.worker = Worker(options, self.store)
        self.closing = asyncio.Event()

    def application(self) -> web.Application:
        """The aiohttp application. Tasks of an earlier run go on with ``worker.start``."""
        app = web.Application(client_max_size=LARGEST_BODY_BYTES)
        app.router.add_post("/v1/video/generations", self.submit)
        app.router.add_get("/v1/video/generations/{task_id}", self.read)
        app.router.add_get("/media/{name}", self.media)
        app.router.add_get("/sandbox/health", self.health)
        app.router.add_get("/sandbox/bill", self._private(self.bill))
        app.router.add_get("/sandbox/faults", self._private(self.see_faults))
        app.router.add_post("/sandbox/faults", self._private(self.add_fault))
        app.router.add_delete("/sandbox/faults", self._private(self.clear_faults))
        return app

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/video/generations."""
        try:
            body = await request.read()  # first of all: from here on the caller may be gone
        except web.HTTPRequestEntityTooLarge:
            return answers.task_error(413, "read_request_body_failed", "request body too large")
        if refusal := await self._before(request, SUBMIT):
            return refusal
        try:
            task = read_order(body, self.options.limits)
        except BadOrder as error:
            return answers.task_error(400, "invalid_request", str(error))
        task = self._accept(task)
        if self.faults.strike("server_error", SUBMIT, when="after"):
            return answers.task_error(500, "do_request_failed", "the upstream's answer was lost")
        if self.faults.strike("lost_answer", SUBMIT):
            return _hang_up(request)
        return answers.submit_answer(task, shape=self._shape(SUBMIT), words=self._words(SUBMIT))

    def _accept(self, task: Task) -> Task:
        """Keep and begin the task, with the failure or the slowness a fault plans for it."""
        failing, slow = self.faults.strike("fail", SUBMIT), self.faults.strike("slow_task", SUBMIT)
        task = replace(
            task,
            planned_failure=failing.text("fail") if failing else "",
            planned_seconds=slow.number("seconds") if slow else None,
        )
        self.store.add(task)
        self.worker.take(task)
        return task

    async def read(self, request: web.Request) -> web.StreamResponse:
        """GET /v1/video/generations/{task_id}."""
        if refusal := await self._before(request, READ):
            return refusal
        task = self.store.find(request.match_info["task_id"])
        if task is None or self.faults.strike("not_yet", READ):
            return answers.task_error(400, "task_not_exist", "task_not_exist")
        if self.faults.strike("server_error", READ, when="after"):
            return answers.task_error(500, "fail_to_fetch_task", "the task could not be read")
        if self.faults.strike("lost_answer", READ):
            return _hang_up(request)
        url = f"{self._base(request)}/media/{task.media}"
        if task.state == COMPLETED and self.faults.strike("no_url", READ):
            url = ""
        return answers.read_answer(
            task, self.worker.progress(task), url, shape=self._shape(READ), words=self._words(READ)
        )

    async def media(self, request: web.Request) -> web.StreamResponse:
        """GET and HEAD /media/{name}; no key, as the name cannot be guessed."""
        await self._slow(MEDIA)
        return await media_answer(request, self.options.folder / "media", self.faults)

    async def health(self, request: web.Request) -> web.Response:
        """GET /sandbox/health."""
        return web.json_response({"status": "ok", "unfinished": len(self.store.unfinished())})

    async def bill(self, request: web.Request) -> web.Response:
        """GET /sandbox/bill: every accepted task, by the engine's own count."""
        return web.json_response(self.store.bill())

    async def see_faults(self, request: web.Request) -> web.Response:
        """GET /sandbox/faults."""
        return web.json_response({"faults": self.faults.as_json()})

    async def add_fault(self, request: web.Request) -> web.Response:
        """POST /sandbox/faults: one fault, or ``{"faults": [...]}``."""
        try:
            wanted = await request.json()
            every = wanted.get("faults", [wanted]) if isinstance(wanted, dict) else [wanted]
            for one in every:
                self.faults.add(one)
        except BadFault as error:
            return answers.task_error(400, "invalid_request", str(error))
        except (ValueError, TypeError):
            return answers.task_error(400, "invalid_request", "A fault is a JSON object.")
        return await self.see_faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        """DELETE /sandbox/faults."""
        self.faults.clear()
        return await self.see_faults(request)

    async def _before(self, request: web.Request, place: str) -> web.StreamResponse | None:
        """What may stop a request before it is looked at: key, limits, breakdowns."""
        await self._slow(place)
        if not self._has_key(request) or self.faults.strike("wrong_key", place):
            return answers.gateway_error(401, "invalid_api_key", "Invalid token")
        if self.faults.strike("no_credit", place):
            message = "Insufficient user quota, remaining: $0.00"
            return answers.gateway_error(403, "insufficient_user_quota", message)
        if fault := self.faults.strike("rate_limit", place):
            return _rate_limited(fault)
        if fault := self.faults.strike("html", place):
            return answers.html_error(int(fault.number("status")))
        if self.faults.strike("server_error", place, when="before"):
            return answers.task_error(500, "do_request_failed", "internal error of the engine")
        return None

    async def _slow(self, place: str) -> None:
        """Wait as long as a fault asks for, but not beyond the server's end."""
        if fault := self.faults.strike("slow", place):
            try:
                await asyncio.wait_for(self.closing.wait(), fault.number("delay_seconds"))
            except TimeoutError:
                return

    def _shape(self, place: str) -> str:
        fault = self.faults.strike("envelope", place)
        return fault.text("shape") if fault else "seed"

    def _words(self, place: str) -> dict[str, str]:
        fault = self.faults.strike("words", place)
        return fault.words() if fault else {}

    def _base(self, request: web.Request) -> str:
        """The address under which readers reach this server."""
        return self.options.public_url.rstrip("/") or f"{request.scheme}://{request.host}"

    def _has_key(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self.options.key}".encode())

    def _private(self, answering: Answering) -> Answering:
        """Faults and bill: for people on this machine, or with the key."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._has_key(request) and not _is_local(request.remote):
                return answers.gateway_error(401, "invalid_api_key", "Invalid token")
            return await answering(request)

        return guarded


def _rate_limited(fault: Fault) -> web.Response:
    seconds = fault.values["retry_after"]
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    message = "You have reached the request limit"
    return answers.gateway_error(429, "rate_limit_exceeded", message, headers)


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection without a word."""
    if request.transport:
        request.transport.close()
    return web.Response()


def _is_local(remote: str | None) -> bool:
    try:
        return ipaddress.ip_address(remote or "").is_loopback
    except ValueError:
        return False
