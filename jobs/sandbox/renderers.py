"""The child processes that render: a few at a time, each dying with the order it works on."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from jobs.sandbox.failures import TaskFailed

ROOT = Path(__file__).resolve().parents[2]


class Renderers:
    """At most ``at_once`` children. With ``keep`` they wait for the next order, as starting one
    costs more than a small film; else each makes one film, and its memory goes with it."""

    def __init__(self, at_once: int, *, keep: bool) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._keep = keep
        self._idle: list[asyncio.subprocess.Process] = []

    async def render(
        self, order: Mapping[str, object], progress: Callable[[float], None]
    ) -> dict[str, object]:
        """Render. Returns the facts; raises TaskFailed. Cancelled: the child is gone too."""
        async with self._free:
            child = self._idle.pop() if self._idle else await _start()
            done = False
            try:
                facts = await _work(child, order, progress)
                done = True
            except TaskFailed:
                done = child.returncode is None
                raise
            finally:
                if done and self._keep:
                    self._idle.append(child)
                else:
                    await _end(child)
            return facts

    async def stop(self) -> None:
        """End those that wait."""
        while self._idle:
            await _end(self._idle.pop())


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "jobs.sandbox.child",
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.kill()
    await child.wait()


async def _work(
    child: asyncio.subprocess.Process,
    order: Mapping[str, object],
    progress: Callable[[float], None],
) -> dict[str, object]:
    assert child.stdin and child.stdout
    try:
        child.stdin.write(json.dumps(order).encode() + b"\n")
        await child.stdin.drain()
    except ConnectionError:
        pass  # it has died; its silence says so below
    async for line in child.stdout:
        said = json.loads(line)
        if "progress" in said:
            progress(said["progress"])
        elif "facts" in said:
            return dict(said["facts"])
        else:
            raise TaskFailed(said["failed"]["code"], said["failed"]["message"])
    await child.wait()
    raise TaskFailed("internal_error", "The renderer of the sandbox engine stopped")
