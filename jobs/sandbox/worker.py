"""Bring accepted tasks to their end: wait, fetch, render, complete or fail."""

import asyncio
import json
import logging
import time
from functools import partial

import aiohttp

from jobs.sandbox.callbacks import Callbacks
from jobs.sandbox.failures import TaskFailed
from jobs.sandbox.making import Film, Maker
from jobs.sandbox.options import Options
from jobs.sandbox.store import Store
from jobs.sandbox.tasks import CANCELLED, COMPLETED, PROCESSING, Task
from jobs.sandbox.timers import Timers

log = logging.getLogger(__name__)
FETCHING_AT_ONCE = 8


class Worker:
    """All unfinished tasks of one server. Only those that fetch and render cost a coroutine."""

    def __init__(self, options: Options, store: Store, callbacks: Callbacks) -> None:
        self.maker = Maker(options, store)
        self._options = options
        self._store = store
        self._callbacks = callbacks
        self._timers = Timers(store.together)
        self._making: dict[str, asyncio.Task[None]] = {}
        self._rendered: dict[str, float] = {}
        self._fetching = asyncio.Semaphore(FETCHING_AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Resume what an earlier run left unfinished."""
        self._session = aiohttp.ClientSession(headers={"User-Agent": "understudy-sandbox/1"})
        self._callbacks.start(self._session)
        self.maker.start(self._session)
        for task in self._store.unfinished():
            self.take(task)

    async def stop(self) -> None:
        """Stop everything at once; unfinished tasks go on at the next start."""
        self._timers.stop()
        making = list(self._making.values())
        for running in making:
            running.cancel()
        await asyncio.gather(*making, return_exceptions=True)
        await self._callbacks.stop()
        await self.maker.stop()
        if self._session:
            await self._session.close()

    def take(self, task: Task) -> None:
        """Begin with a task."""
        planned = self._planned(task)
        usual = planned / 3 if task.media else self._options.queued_seconds(task.id)
        queued = min(usual, planned)
        began = task.created_at if task.state == PROCESSING else task.created_at + queued
        self._timers.at(began, partial(self._begin, task.id))

    def cancel(self, task_id: str) -> bool:
        """Stop an unfinished task and take it off the bill; False if it has ended."""
        if self._store.unfinished_one(task_id) is None:
            return False
        if making := self._making.get(task_id):
            making.cancel()
        self._fail(task_id, CANCELLED, "Request cancelled by the client")
        return True

    def progress(self, task: Task) -> int:
        """0..100 as a reader sees it; 100 only when completed."""
        if task.state == COMPLETED:
            return 100
        if task.state != PROCESSING:
            return 0
        waited = (time.time() - task.created_at) / max(self._planned(task), 0.001)
        rendered = 1.0 if task.media else self._rendered.get(task.id, 0.0)
        return min(99, int(100 * min(rendered, waited)))

    def _planned(self, task: Task) -> float:
        planned = task.planned_seconds
        return self._options.seconds.of(task.id) if planned is None else planned

    def _begin(self, task_id: str) -> None:
        task = self._store.unfinished_one(task_id)
        if task is None:
            return
        if task.media:  # a film is there already
            self._start(task_id)
            self._finish_in_time(task, Film(task.media, "", json.loads(task.facts)))
            return
        self._making[task_id] = asyncio.get_running_loop().create_task(self._live(task))

    async def _live(self, task: Task) -> None:
        """One task from where it is to the film that it waits with."""
        try:
            async with self._fetching:
                self._start(task.id)
                progress = partial(self._rendered.__setitem__, task.id)
                film = await self.maker.make(task, progress)
            self._rendered[task.id] = 1.0
            self._finish_in_time(task, film)
        except TaskFailed as failed:
            self._fail(task.id, failed.code, str(failed))
        except Exception:
            log.exception("sandbox task %s broke", task.id)
            self._fail(task.id, "internal_error", "Internal error of the sandbox engine")
        finally:
            self._making.pop(task.id, None)

    def _start(self, task_id: str) -> None:
        if started := self._store.start(task_id):
            self._callbacks.tell(started)

    def _finish_in_time(self, task: Task, film: Film) -> None:
        end = task.created_at + self._planned(task)
        self._timers.at(end, partial(self._finish, task.id, film))

    def _finish(self, task_id: str, film: Film) -> None:
        done = self._store.complete(task_id, film.media, film.fingerprint, film.facts)
        self._ended(task_id, done)

    def _fail(self, task_id: str, code: str, message: str) -> None:
        self._ended(task_id, self._store.fail(task_id, code, message))

    def _ended(self, task_id: str, task: Task | None) -> None:
        self._rendered.pop(task_id, None)
        if task:
            self.maker.inlined.forget(task)
            self._callbacks.tell(task)
