"""fal's queue for avatars: ``/fal-ai/kling-video/ai-avatar/v2/...``, and its signed webhooks."""

import hmac
import time
from functools import partial

from aiohttp import web

from jobs.sandbox.callbacks import Letter, as_body
from jobs.sandbox.faces import fal_answers as answers
from jobs.sandbox.faces.desk import Desk, TooLarge, hang_up, read_body
from jobs.sandbox.faces.fal_orders import TIERS, Invalid, read_order
from jobs.sandbox.faults import CANCEL, READ, SUBMIT
from jobs.sandbox.options import FAL
from jobs.sandbox.signatures import EdSigner
from jobs.sandbox.tasks import COMPLETED, QUEUED, Task

LARGEST_BODY_BYTES = 1_000_000
# Status and result live under the app, without the endpoint's path.
_TASK = "/fal-ai/kling-video/requests/{task_id}"
_USER = "sandbox"
NOT_FOUND = (404, "Request not found", "not_found")


class Fal:
    """Its routes. A task that waits or renders can be stopped, and is then not billed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._authorization = f"Key {desk.options.key}".encode()
        self._signer = EdSigner(desk.options.folder / "webhook-ed25519")
        self._other_signer = EdSigner(desk.options.folder / "webhook-ed25519-forged")
        desk.callbacks.writers[FAL] = self._letter

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [
            web.post("/fal-ai/kling-video/ai-avatar/v2/{tier}", self.submit),
            web.get(f"{_TASK}/status", self.status),
            web.get(_TASK, self.result),
            web.put(f"{_TASK}/cancel", self.cancel),
            web.get("/.well-known/jwks.json", self.key_set),
        ]

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """Put a request into the queue."""
        desk, tier = self._desk, request.match_info["tier"]
        try:
            # First of all: from here on the caller may be gone.
            body = await read_body(request, LARGEST_BODY_BYTES)
        except TooLarge:
            return answers.flat_error(413, "Request entity too large")
        if refusal := await self._before(request, SUBMIT):
            return refusal
        webhook, base = request.query.get("fal_webhook", ""), desk.base(request)
        if tier not in TIERS:
            return answers.flat_error(404, f"Path /ai-avatar/v2/{tier} not found")
        try:
            task = read_order(body, tier, desk.options.limits, webhook=webhook, base_url=base)
        except Invalid as invalid:
            return answers.model_errors(422, invalid.errors)
        position = desk.store.queued_before(task)
        task = await desk.accept(task)
        if refusal := self._lost(request, SUBMIT):
            return refusal
        word = desk.words(SUBMIT).get(QUEUED, "IN_QUEUE")
        body_said = {"status": word, **answers.addresses(task, base), "queue_position": position}
        return web.json_response(body_said)

    async def status(self, request: web.Request) -> web.StreamResponse:
        """Where a request stands."""
        task = await self._task(request, READ)
        if not isinstance(task, Task):
            return task
        desk = self._desk
        position = desk.store.queued_before(task) if task.state == QUEUED else 0
        return answers.status_answer(
            task, desk.base(request), position=position, words=desk.words(READ)
        )

    async def result(self, request: web.Request) -> web.StreamResponse:
        """What a finished request has made."""
        task = await self._task(request, READ)
        if not isinstance(task, Task):
            return task
        if task.is_open:
            return answers.flat_error(400, "Request is still in progress")
        if task.state != COMPLETED:
            return answers.failed_result(task)
        units = {"X-Fal-Billable-Units": task.audio_seconds}
        said = self._output(task, self._desk.base(request))
        if self._desk.faults.strike("no_url", READ):
            said["video"] = None
        return web.json_response(said, headers=units)

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """Stop a request, or say that it is too late."""
        task = await self._task(request, CANCEL)
        if not isinstance(task, Task):
            return task
        if not task.is_open:
            return web.json_response({"status": "ALREADY_COMPLETED"}, status=400)
        if not self._desk.faults.strike("cancel_too_late", CANCEL):
            self._desk.worker.cancel(task.id)
        return web.json_response({"status": "CANCELLATION_REQUESTED"}, status=202)

    async def key_set(self, request: web.Request) -> web.Response:
        """The public keys of the webhooks' signatures."""
        return web.json_response(self._signer.key_set())

    async def _task(self, request: web.Request, place: str) -> Task | web.StreamResponse:
        """The task a request is about, or the answer that stops it."""
        if refusal := await self._before(request, place):
            return refusal
        task = self._desk.store.find(request.match_info["task_id"], FAL)
        if task is None or (place == READ and self._desk.faults.strike("not_yet", READ)):
            if place == CANCEL:
                return web.json_response({"status": "NOT_FOUND"}, status=404)
            return answers.flat_error(*NOT_FOUND)
        return self._lost(request, place) or task

    async def _before(self, request: web.Request, place: str) -> web.Response | None:
        """What may stop a request before it is looked at: key, limits, breakdowns."""
        await self._desk.slow(place)
        given = request.headers.get("Authorization", "")
        if not given:
            return answers.flat_error(401, "Authentication is required to access this application")
        if not hmac.compare_digest(given.encode(), self._authorization):
            return answers.flat_error(401, "Invalid API key")
        fault = self._desk.trouble(place)
        return answers.trouble(fault) if fault else None

    def _lost(self, request: web.Request, place: str) -> web.Response | None:
        """An answer that is lost after the work was done."""
        if self._desk.faults.strike("server_error", place, when="after"):
            return answers.flat_error(500, "Internal server error", "internal_error")
        return hang_up(request) if self._desk.faults.strike("lost_answer", place) else None

    def _output(self, task: Task, base: str) -> answers.Body:
        film = self._desk.worker.maker.media / task.media
        size_bytes = film.stat().st_size if film.is_file() else 0
        return answers.output(task, self._desk.film_url(task, base), size_bytes)

    def _letter(self, task: Task) -> Letter | None:
        """The webhook about a request that has ended."""
        if task.is_open:
            return None
        said: answers.Body = {"request_id": task.id, "gateway_request_id": task.id}
        if task.state == COMPLETED:
            said |= {"status": "OK", "payload": self._output(task, task.base_url)}
        else:
            kind = answers.failure_of(task)[1]
            detail = [answers.error(kind, task.fail_message)]
            said |= {"status": "ERROR", "error": task.fail_message, "payload": {"detail": detail}}
        return Letter(as_body(said), partial(self._sign, task.id))

    def _sign(self, request_id: str, body: bytes, forge: bool) -> dict[str, str]:
        signer, timestamp = self._other_signer if forge else self._signer, int(time.time())
        return {
            "X-Fal-Webhook-Request-Id": request_id,
            "X-Fal-Webhook-User-Id": _USER,
            "X-Fal-Webhook-Timestamp": str(timestamp),
            "X-Fal-Webhook-Signature": signer.signature(request_id, _USER, timestamp, body),
        }
