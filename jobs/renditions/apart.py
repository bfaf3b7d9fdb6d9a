"""The long work in a process of its own.

Encoding takes whole cores for longer than the video lasts. Apart, it yields to whoever brings
videos home, its memory is gone when it is done, and a codec that crashes takes no worker along.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from jobs.renditions.opening import NotAVideo

ROOT = Path(__file__).resolve().parents[2]


class BrokeOff(Exception):
    """The process ended before it was done: killed, crashed by the video, or out of time."""


@dataclass(frozen=True, slots=True)
class Made:
    """One rendition, complete: its name, its file, and its tiles (film strip) or frames (copy)."""

    name: str
    path: Path
    count: int


def made_apart(
    video: Path, folder: Path, *, rate: Fraction, wanted: Sequence[str], seconds: float
) -> Iterator[Made]:
    """Make the `wanted` renditions ("film_strip", "review_copy") of `video` in `folder`.

    Each is yielded as soon as it is there. Raises what making them here would (`NotAVideo`,
    `OSError` of a full disk), or `BrokeOff`; also when it takes longer than `seconds`.
    """
    with _child(str(video), str(folder), str(rate), *wanted, seconds=seconds) as said:
        for line in said:
            answer = json.loads(line)
            if "done" in answer:
                return
            yield _made(answer)
    raise BrokeOff


def _made(answer: dict[str, Any]) -> Made:
    if "not_a_video" in answer:
        raise NotAVideo(answer["not_a_video"])
    if "errno" in answer:
        raise OSError(answer["errno"], answer["strerror"])
    return Made(answer["made"], Path(answer["path"]), answer["count"])


@contextmanager
def _child(*arguments: str, seconds: float) -> Iterator[Iterator[str]]:
    """What the child says, line by line; after the block it is gone."""
    with subprocess.Popen(
        [sys.executable, "-m", "jobs.renditions.child", *arguments],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout
        limit = threading.Timer(seconds, child.kill)
        limit.start()
        try:
            yield child.stdout
        finally:
            limit.cancel()
            child.kill()
