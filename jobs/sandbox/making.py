"""Make one task's film: fetch its inputs, look whether it was made before, render."""

import asyncio
import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import aiohttp

from jobs.sandbox.failures import FAILURES, TaskFailed
from jobs.sandbox.inlined import InlinedInputs
from jobs.sandbox.inputs import Kind, fetch
from jobs.sandbox.options import Options, price
from jobs.sandbox.renderers import Renderers
from jobs.sandbox.store import Store
from jobs.sandbox.tasks import Task

_MILLISECOND = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Film:
    """What was made: the file's name in the media folder, what it was made of, and its facts."""

    media: str
    fingerprint: str
    facts: dict[str, object]


class Maker:
    """Makes films into the media folder, with half-done files in a folder of its own."""

    def __init__(self, options: Options, store: Store) -> None:
        self.inlined = InlinedInputs(options.folder / "inputs")
        self.media = options.folder / "media"
        self.renderers = Renderers(options.workers, keep=options.film == "small")
        self._options = options
        self._store = store
        self._scratch = options.folder / "working"
        self._session: aiohttp.ClientSession | None = None

    def start(self, session: aiohttp.ClientSession) -> None:
        """Throw away what an earlier run left half done."""
        self._session = session
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        self.media.mkdir(parents=True, exist_ok=True)
        self.inlined.keep_only(self._store.unfinished())

    async def stop(self) -> None:
        """End the children that wait; what is being made was cancelled before."""
        await self.renderers.stop()
        shutil.rmtree(self._scratch, ignore_errors=True)

    async def make(self, task: Task, progress: Callable[[float], None]) -> Film:
        """Fetch, render, and bill by the decoded length where the order named none.

        Raises TaskFailed.
        """
        if task.planned_failure:
            failure = FAILURES[task.planned_failure]
            raise TaskFailed(failure.code, failure.message)
        with tempfile.TemporaryDirectory(dir=self._scratch) as folder:
            film = await self._make_in(Path(folder), task, progress)
        if not task.audio_seconds:
            # Rounded as a client does that measures the same bytes: the bills agree to the cent.
            heard = float(str(film.facts["audio_seconds"]))
            seconds = Decimal(heard).quantize(_MILLISECOND)
            self._store.measure(task.id, seconds, price(task.face, task.model, seconds))
        return film

    async def _make_in(self, folder: Path, task: Task, progress: Callable[[float], None]) -> Film:
        image, audio, video = (folder / name for name in ("image", "audio", "video.mp4"))
        await self._fetch(task.image_url, image, "image", self._options.limits.image_max_bytes)
        await self._fetch(task.audio_url, audio, "audio", self._options.limits.audio_max_bytes)
        size = self._options.size(task.model)
        fingerprint = await asyncio.to_thread(_fingerprint, task, image, audio, size)
        media = f"{secrets.token_urlsafe(24)}.mp4"
        if facts := await self._made_before(fingerprint, media):
            return Film(media, fingerprint, facts)
        order = {
            "image": str(image),
            "audio": str(audio),
            "audio_seconds": task.audio_seconds,
            "prompt": task.prompt,
            "to": str(video),
            "size": size,
            "limits": asdict(self._options.limits),
        }
        facts = await self.renderers.render(order, progress)
        video.replace(self.media / media)
        return Film(media, fingerprint, facts)

    async def _fetch(self, url: str, to: Path, kind: Kind, max_bytes: int) -> None:
        assert self._session
        if inlined := self.inlined.find(url):
            await asyncio.to_thread(shutil.copyfile, inlined, to)
        else:
            await fetch(self._session, url, to, kind, max_bytes)

    async def _made_before(self, fingerprint: str, media: str) -> dict[str, object]:
        """Exactly these inputs were rendered before: the same film under a new name."""
        earlier = self._store.finished_like(fingerprint)
        source = self.media / earlier.media if earlier else None
        if not earlier or not source or not source.is_file():
            return {}
        await asyncio.to_thread(_link, source, self.media / media)
        return dict(json.loads(earlier.facts))


def _fingerprint(task: Task, image: Path, audio: Path, size: str) -> str:
    """One value for everything a rendering depends on."""
    parts = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (image, audio)]
    text = "\n".join([size, task.audio_seconds, task.prompt, *parts])
    return hashlib.sha256(text.encode()).hexdigest()


def _link(source: Path, target: Path) -> None:
    """The same bytes under a second name; a copy where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
