"""Bring accepted tasks to their end: wait, fetch, render, complete or fail."""

import asyncio
import hashlib
import json
import logging
import os
import secrets
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import aiohttp

from jobs.sandbox.failures import FAILURES, TaskFailed
from jobs.sandbox.inputs import fetch
from jobs.sandbox.options import MODELS, Options
from jobs.sandbox.store import COMPLETED, FAILED, QUEUED, Store, Task

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
FETCHING_AT_ONCE = 8


class Worker:
    """All unfinished tasks of one server; a few at a time render, in processes of their own."""

    def __init__(self, options: Options, store: Store) -> None:
        self._options = options
        self._store = store
        self._media = options.folder / "media"
        self._scratch = options.folder / "working"
        self._running: set[asyncio.Task[None]] = set()
        self._rendered: dict[str, float] = {}
        self._fetching = asyncio.Semaphore(FETCHING_AT_ONCE)
        self._rendering = asyncio.Semaphore(options.workers)
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Resume what an earlier run left unfinished; its half-done files are thrown away."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        self._media.mkdir(parents=True, exist_ok=True)
        self._session = aiohttp.ClientSession(headers={"User-Agent": "understudy-sandbox/1"})
        for task in self._store.unfinished():
            self.take(task)

    async def stop(self) -> None:
        """Stop everything at once; unfinished tasks go on at the next start."""
        for running in self._running:
            running.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._session:
            await self._session.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def take(self, task: Task) -> None:
        """Begin with a task."""
        running = asyncio.get_running_loop().create_task(self._live(task))
        self._running.add(running)
        running.add_done_callback(self._running.discard)

    def progress(self, task: Task) -> int:
        """0..100 as a reader sees it; 100 only when completed."""
        if task.state == COMPLETED:
            return 100
        if task.state in (QUEUED, FAILED):
            return 0
        waited = (time.time() - task.created_at) / max(self._minimum(task), 0.001)
        return min(99, int(100 * min(self._rendered.get(task.id, 0.0), waited)))

    def _minimum(self, task: Task) -> float:
        planned = task.planned_seconds
        return self._options.minimum_seconds if planned is None else planned

    async def _live(self, task: Task) -> None:
        """One task from where it is to its end."""
        try:
            await _until(task.created_at + min(self._options.queued_seconds, self._minimum(task)))
            async with self._fetching:
                self._store.start(task.id)
                media, fingerprint, facts = await self._make(task)
            await _until(task.created_at + self._minimum(task))
            self._store.complete(task.id, media, fingerprint, facts)
        except TaskFailed as failed:
            self._store.fail(task.id, failed.code, str(failed))
        except Exception:
            log.exception("sandbox task %s broke", task.id)
            self._store.fail(task.id, "internal_error", "Internal error of the sandbox engine")
        finally:
            self._rendered.pop(task.id, None)

    async def _make(self, task: Task) -> tuple[str, str, dict[str, object]]:
        """Fetch and render. Returns the media file's name, the inputs' fingerprint, the facts."""
        if task.planned_failure:
            failure = FAILURES[task.planned_failure]
            raise TaskFailed(failure.code, failure.message)
        with tempfile.TemporaryDirectory(dir=self._scratch) as folder:
            image, audio = Path(folder) / "image", Path(folder) / "audio"
            await self._fetch_both(task, image, audio)
            fingerprint = await asyncio.to_thread(_fingerprint, task, image, audio)
            media = f"{secrets.token_urlsafe(24)}.mp4"
            if facts := await self._made_before(fingerprint, media):
                return media, fingerprint, facts
            video = Path(folder) / "video.mp4"
            async with self._rendering:
                facts = await self._render(task, image, audio, video)
            video.replace(self._media / media)
            return media, fingerprint, facts

    async def _fetch_both(self, task: Task, image: Path, audio: Path) -> None:
        assert self._session
        limits = self._options.limits
        await fetch(self._session, task.image_url, image, "image", limits.image_max_bytes)
        await fetch(self._session, task.audio_url, audio, "audio", limits.audio_max_bytes)

    async def _made_before(self, fingerprint: str, media: str) -> dict[str, object]:
        """Exactly these inputs were rendered before: the same film under a new name."""
        earlier = self._store.finished_like(fingerprint)
        source = self._media / earlier.media if earlier else None
        if not earlier or not source or not source.is_file():
            return {}
        await asyncio.to_thread(_link, source, self._media / media)
        return dict(json.loads(earlier.facts))

    async def _render(self, task: Task, image: Path, audio: Path, video: Path) -> dict[str, object]:
        """Render in a child process; it dies with this coroutine."""
        order = {
            "image": str(image),
            "audio": str(audio),
            "audio_seconds": task.audio_seconds,
            "prompt": task.prompt,
            "to": str(video),
            "size": MODELS[task.model].size,
            "limits": asdict(self._options.limits),
        }
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "jobs.sandbox.child",
            cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            return await self._listen(task, child, json.dumps(order))
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()

    async def _listen(
        self, task: Task, child: asyncio.subprocess.Process, order: str
    ) -> dict[str, object]:
        assert child.stdin and child.stdout
        child.stdin.write(order.encode() + b"\n")
        await child.stdin.drain()
        async for line in child.stdout:
            said = json.loads(line)
            if "progress" in said:
                self._rendered[task.id] = said["progress"]
            elif "facts" in said:
                return dict(said["facts"])
            else:
                raise TaskFailed(said["failed"]["code"], said["failed"]["message"])
        raise TaskFailed("internal_error", "The renderer of the sandbox engine stopped")


async def _until(moment: float) -> None:
    """Sleep until this time (seconds since 1970)."""
    if (left := moment - time.time()) > 0:
        await asyncio.sleep(left)


def _fingerprint(task: Task, image: Path, audio: Path) -> str:
    """One value for everything a rendering depends on."""
    parts = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (image, audio)]
    text = "\n".join([task.model, task.audio_seconds, task.prompt, *parts])
    return hashlib.sha256(text.encode()).hexdigest()


def _link(source: Path, target: Path) -> None:
    """The same bytes under a second name; a copy where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
