"""The engine's own pages under ``/sandbox/``: health, bill, tasks, callbacks, faults, seeds."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from jobs.sandbox import answers, seeding
from jobs.sandbox.faces.desk import Desk, is_local
from jobs.sandbox.failures import TaskFailed
from jobs.sandbox.faults import BadFault

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
LARGEST_PAGE = 10_000


class Admin:
    """For tests, demonstrations and measurements. Only health is open to everybody."""

    def __init__(self, desk: Desk, has_key: Callable[[web.Request], bool]) -> None:
        self._desk = desk
        self._has_key = has_key
        #: What seeded tasks show, by the length of their take: made once, not for every seed.
        self._films: dict[int, tuple[str, dict[str, object]]] = {}

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        guard = self._guarded
        return [
            web.get("/sandbox/health", self.health),
            web.get("/sandbox/bill", guard(self.bill)),
            web.get("/sandbox/tasks", guard(self.tasks)),
            web.get("/sandbox/callbacks", guard(self.callbacks)),
            web.post("/sandbox/seed", guard(self.seed)),
            web.get("/sandbox/faults", guard(self.see_faults)),
            web.post("/sandbox/faults", guard(self.add_fault)),
            web.delete("/sandbox/faults", guard(self.clear_faults)),
        ]

    def _guarded(self, answering: Answering) -> Answering:
        """For people on this machine, or with the key."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._has_key(request) and not is_local(request.remote):
                return answers.gateway_error(401, "invalid_api_key", "Invalid token")
            return await answering(request)

        return guarded

    async def health(self, request: web.Request) -> web.Response:
        """GET /sandbox/health."""
        return web.json_response({"status": "ok", "unfinished": self._desk.store.unfinished_count})

    async def bill(self, request: web.Request) -> web.Response:
        """GET /sandbox/bill: every accepted task, by the engine's own count."""
        return web.json_response(self._desk.store.bill())

    async def tasks(self, request: web.Request) -> web.Response:
        """GET /sandbox/tasks?after=&limit=: few facts of each task, and the totals of the bill.

        ``after`` is the ``last`` of the page before.
        """
        after, limit = request.query.get("after", "0"), request.query.get("limit", "1000")
        if not (after.isdecimal() and limit.isdecimal() and 1 <= int(limit) <= LARGEST_PAGE):
            message = f"after is a number of a task, limit is 1 to {LARGEST_PAGE}."
            return answers.task_error(400, "invalid_request", message)
        rows = self._desk.store.light(after=int(after), limit=int(limit))
        last = rows[-1]["number"] if rows else int(after)
        return web.json_response({"tasks": rows, "last": last, **self._desk.store.totals()})

    async def callbacks(self, request: web.Request) -> web.Response:
        """GET /sandbox/callbacks: the last attempts, and what was answered to them."""
        return web.json_response({"callbacks": self._desk.callbacks.sent()})

    async def seed(self, request: web.Request) -> web.Response:
        """POST /sandbox/seed: many tasks at once, as ``jobs.sandbox.seeding`` reads them."""
        desk = self._desk
        try:
            seed = seeding.read_seed(await request.json(), desk.options.seconds)
            if seed.audio_seconds not in self._films:
                made = await seeding.make_film(seed, desk.worker.maker)
                self._films[seed.audio_seconds] = made
            media, facts = self._films[seed.audio_seconds]
        except seeding.BadSeed as error:
            return answers.task_error(400, "invalid_request", str(error))
        except ValueError:
            return answers.task_error(400, "invalid_request", "A seed is a JSON object.")
        except TaskFailed as failed:
            return answers.task_error(500, failed.code, str(failed))
        tasks = desk.store.add_all(seeding.tasks_of(seed, media, facts, desk.base(request)))
        for task in tasks:
            desk.worker.take(task)
        ids = [task.id for task in tasks]
        return web.json_response({"ids": ids, "external_ids": [task.external_id for task in tasks]})

    async def see_faults(self, request: web.Request) -> web.Response:
        """GET /sandbox/faults."""
        return web.json_response({"faults": self._desk.faults.as_json()})

    async def add_fault(self, request: web.Request) -> web.Response:
        """POST /sandbox/faults: one fault, or ``{"faults": [...]}``."""
        try:
            wanted = await request.json()
            every = wanted.get("faults", [wanted]) if isinstance(wanted, dict) else [wanted]
            for one in every:
                self._desk.faults.add(one)
        except BadFault as error:
            return answers.task_error(400, "invalid_request", str(error))
        except (ValueError, TypeError):
            return answers.task_error(400, "invalid_request", "A fault is a JSON object.")
        return await self.see_faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        """DELETE /sandbox/faults."""
        self._desk.faults.clear()
        return await self.see_faults(request)
