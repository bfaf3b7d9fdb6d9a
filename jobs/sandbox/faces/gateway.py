"""The gateway's documented API: ``/v1/video/generations``."""

import hmac

from aiohttp import web

from jobs.sandbox import answers
from jobs.sandbox.faces.desk import Desk, TooLarge, hang_up, read_body, retry_after
from jobs.sandbox.faults import READ, SUBMIT, Fault
from jobs.sandbox.options import GATEWAY
from jobs.sandbox.orders import BadOrder, read_order
from jobs.sandbox.tasks import COMPLETED

LARGEST_BODY_BYTES = 1_000_000


class Gateway:
    """Its two routes. No callbacks, no cancel, no id of the orderer's own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._authorization = f"Bearer {desk.options.key}".encode()

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [
            web.post("/v1/video/generations", self.submit),
            web.get("/v1/video/generations/{task_id}", self.read),
        ]

    def has_key(self, request: web.Request) -> bool:
        """Whether the request carries the engine's key."""
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), self._authorization)

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/video/generations."""
        desk = self._desk
        try:
            # First of all: from here on the caller may be gone.
            body = await read_body(request, LARGEST_BODY_BYTES)
        except TooLarge:
            return answers.task_error(413, "read_request_body_failed", "request body too large")
        if refusal := await self._before(request, SUBMIT):
            return refusal
        try:
            task = read_order(body, desk.options.limits)
        except BadOrder as error:
            return answers.task_error(400, "invalid_request", str(error))
        task = await desk.accept(task)
        if desk.faults.strike("server_error", SUBMIT, when="after"):
            return answers.task_error(500, "do_request_failed", "the upstream's answer was lost")
        if desk.faults.strike("lost_answer", SUBMIT):
            return hang_up(request)
        return answers.submit_answer(task, shape=self._shape(SUBMIT), words=desk.words(SUBMIT))

    async def read(self, request: web.Request) -> web.StreamResponse:
        """GET /v1/video/generations/{task_id}."""
        desk = self._desk
        if refusal := await self._before(request, READ):
            return refusal
        task = desk.store.find(request.match_info["task_id"], GATEWAY)
        if task is None or desk.faults.strike("not_yet", READ):
            return answers.task_error(400, "task_not_exist", "task_not_exist")
        if desk.faults.strike("server_error", READ, when="after"):
            return answers.task_error(500, "fail_to_fetch_task", "the task could not be read")
        if desk.faults.strike("lost_answer", READ):
            return hang_up(request)
        url = desk.film_url(task, desk.base(request))
        if task.state == COMPLETED and desk.faults.strike("no_url", READ):
            url = ""
        return answers.read_answer(
            task, desk.worker.progress(task), url, shape=self._shape(READ), words=desk.words(READ)
        )

    async def _before(self, request: web.Request, place: str) -> web.StreamResponse | None:
        """What may stop a request before it is looked at: key, limits, breakdowns."""
        await self._desk.slow(place)
        if not self.has_key(request):
            return answers.gateway_error(401, "invalid_api_key", "Invalid token")
        fault = self._desk.trouble(place)
        return _refusal(fault) if fault else None

    def _shape(self, place: str) -> str:
        fault = self._desk.faults.strike("envelope", place)
        return fault.text("shape") if fault else "seed"


def _refusal(fault: Fault) -> web.StreamResponse:
    match fault.name:
        case "wrong_key":
            return answers.gateway_error(401, "invalid_api_key", "Invalid token")
        case "no_credit":
            message = "Insufficient user quota, remaining: $0.00"
            return answers.gateway_error(403, "insufficient_user_quota", message)
        case "concurrency":
            message = "Concurrency limit of the account exceeded"
            return answers.gateway_error(429, "concurrent_requests_limit", message)
        case "rate_limit":
            message = "You have reached the request limit"
            return answers.gateway_error(429, "rate_limit_exceeded", message, retry_after(fault))
        case "html":
            return answers.html_error(int(fault.number("status")))
        case _:
            return answers.task_error(500, "do_request_failed", "internal error of the engine")
