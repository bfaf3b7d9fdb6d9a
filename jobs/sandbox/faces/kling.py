"""Kling's API for avatars: ``/v1/videos/avatar/image2video``, and its signed callbacks."""

import sqlite3
import time
from functools import partial

from aiohttp import web

from jobs.sandbox.callbacks import Letter, as_body
from jobs.sandbox.faces import kling_answers as answers
from jobs.sandbox.faces import kling_keys as keys
from jobs.sandbox.faces.desk import Desk, TooLarge, hang_up, read_body
from jobs.sandbox.faces.kling_orders import BadParameter, KlingOrder, is_address, read_order
from jobs.sandbox.faults import READ, SUBMIT
from jobs.sandbox.inlined import NotBase64
from jobs.sandbox.options import KLING
from jobs.sandbox.signatures import webhook_key, webhook_signature
from jobs.sandbox.tasks import COMPLETED, Task

PATH = "/v1/videos/avatar/image2video"
# Both files at their largest, in base64, and the rest of the order.
LARGEST_BODY_BYTES = 21_000_000
LAST_PAGE, LARGEST_PAGE, USUAL_PAGE = 1000, 500, 30
_OTHER_KEY = b"the key of somebody else"


class Kling:
    """Its three routes. The orderer's own id finds a task, and is refused when it is used again:
    Kling documents that it must be unique, but not what happens otherwise."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        secret = desk.options.webhook_secret
        self._webhook_key = webhook_key(secret) if secret else None
        desk.callbacks.writers[KLING] = self._letter

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [
            web.post(PATH, self.submit),
            web.get(PATH, self.list_tasks),
            web.get(f"{PATH}/{{task_id}}", self.read),
        ]

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """Create a task."""
        desk = self._desk
        try:
            # First of all: from here on the caller may be gone.
            body = await read_body(request, LARGEST_BODY_BYTES)
        except TooLarge:
            return answers.refusal(1201, "the request is too large")
        if refusal := await self._before(request, SUBMIT):
            return refusal
        try:
            task = await self._order(read_order(body, desk.options.limits), desk.base(request))
        except BadParameter as error:
            return answers.refusal(1201, str(error))
        if desk.faults.strike("server_error", SUBMIT, when="after"):
            return answers.refusal(5000, "Internal server error")
        if desk.faults.strike("lost_answer", SUBMIT):
            return hang_up(request)
        return answers.answer(answers.short_task(task, desk.words(SUBMIT)))

    async def _order(self, order: KlingOrder, base_url: str) -> Task:
        """Keep the order's files and accept it. Raises BadParameter."""
        desk = self._desk
        if used := desk.store.find_by_external_id(order.external_id, KLING):
            desk.store.count_submit(used)
            raise BadParameter("external_task_id is not unique: a task has it already")
        limits = desk.options.limits
        image_url = self._input("image", order.image, limits.image_max_bytes)
        try:
            audio_url = self._input("sound_file", order.sound_file, limits.audio_max_bytes)
            task = order.task(image_url=image_url, audio_url=audio_url, base_url=base_url)
        except BadParameter:
            desk.worker.maker.inlined.drop(image_url)
            raise
        try:
            return await desk.accept(task)
        except sqlite3.IntegrityError as error:
            desk.worker.maker.inlined.forget(task)
            raise BadParameter("external_task_id is not unique") from error

    def _input(self, name: str, text: str, max_bytes: int) -> str:
        if is_address(text):
            return text
        if len(text) * 3 // 4 > max_bytes + 2:
            raise BadParameter(f"{name} is larger than {max_bytes / 1_000_000:g} MB")
        try:
            return self._desk.worker.maker.inlined.keep(text)
        except NotBase64:
            raise BadParameter(f"{name} is neither a URL nor raw base64") from None

    async def read(self, request: web.Request) -> web.StreamResponse:
        """One task, by Kling's id or by the orderer's own."""
        desk, wanted = self._desk, request.match_info["task_id"]
        if refusal := await self._before(request, READ):
            return refusal
        task = desk.store.find(wanted, KLING) or desk.store.find_by_external_id(wanted, KLING)
        if task is None or desk.faults.strike("not_yet", READ):
            return answers.refusal(1203, "The requested resource does not exist")
        if refusal := self._lost(request):
            return refusal
        url = desk.film_url(task, desk.base(request))
        if task.state == COMPLETED and desk.faults.strike("no_url", READ):
            url = ""
        return answers.answer(answers.whole_task(task, url, desk.words(READ)))

    async def list_tasks(self, request: web.Request) -> web.StreamResponse:
        """A page of the account's tasks, newest first."""
        desk = self._desk
        if refusal := await self._before(request, READ):
            return refusal
        page = _whole(request.query.get("pageNum", "1"), LAST_PAGE)
        size = _whole(request.query.get("pageSize", str(USUAL_PAGE)), LARGEST_PAGE)
        if page is None or size is None:
            return answers.refusal(1201, "pageNum is 1 to 1000, pageSize is 1 to 500")
        if refusal := self._lost(request):
            return refusal
        tasks = desk.store.newest(KLING, skip=(page - 1) * size, limit=size)
        base, words = desk.base(request), desk.words(READ)
        rows = [answers.whole_task(task, desk.film_url(task, base), words) for task in tasks]
        return answers.answer(rows)

    async def _before(self, request: web.Request, place: str) -> web.Response | None:
        """What may stop a request before it is looked at: key, limits, breakdowns."""
        await self._desk.slow(place)
        given = request.headers.get("Authorization", "")
        if objection := keys.objection(given, self._desk.options):
            return answers.refusal(*objection)
        fault = self._desk.trouble(place)
        return answers.trouble(fault) if fault else None

    def _lost(self, request: web.Request) -> web.Response | None:
        """A look that fails after all."""
        if self._desk.faults.strike("server_error", READ, when="after"):
            return answers.refusal(5000, "Internal server error")
        return hang_up(request) if self._desk.faults.strike("lost_answer", READ) else None

    def _letter(self, task: Task) -> Letter:
        """The callback about a task that has just changed: the task object without envelope."""
        body = as_body(answers.whole_task(task, self._desk.film_url(task, task.base_url), {}))
        message_id = f"{task.id}-{task.state}"  # a time would not tell apart what follows at once
        return Letter(body, partial(self._sign, message_id))

    def _sign(self, message_id: str, body: bytes, forge: bool) -> dict[str, str]:
        """The three headers; none of them where no secret was made."""
        if self._webhook_key is None and not forge:
            return {}
        key = _OTHER_KEY if forge or self._webhook_key is None else self._webhook_key
        timestamp = int(time.time())
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": webhook_signature(key, message_id, timestamp, body),
        }


def _whole(text: str, most: int) -> int | None:
    """A whole number from 1 to ``most``, or None."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return number if 1 <= number <= most else None
