"""Work on a recording beside its decoding: FFmpeg and NumPy let other threads run meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from assets.waveform import Samples

#: Pieces (of a second) that may wait: decoding does not run away with the memory.
_WAITING = 8


class Aside:
    """Hands every piece of sound to `take` in a thread of its own, in their order."""

    def __init__(self, take: Callable[[Samples, int], None]) -> None:
        self._take = take
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="listening")
        self._waiting: deque[Future[None]] = deque()

    def add(self, samples: Samples, rate: int) -> None:
        """Take the next samples, which nobody may change any more, at `rate` per second.

        Raises what `take` has raised on an earlier piece.
        """
        self._waiting.append(self._thread.submit(self._take, samples, rate))
        if len(self._waiting) > _WAITING:
            self._waiting.popleft().result()

    def finish(self) -> None:
        """Wait for the last piece. Raises what `take` has raised; nothing can be added then."""
        self._thread.shutdown()
        while self._waiting:
            self._waiting.popleft().result()
