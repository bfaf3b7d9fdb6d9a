"""The renditions that take long, made in a process of their own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from jobs.own_process import BrokeOff, Stopped, told_by
from jobs.renditions.opening import NotAVideo

__all__ = ["BrokeOff", "Made", "Stopped", "made_apart"]


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
    arguments = (str(video), str(folder), str(rate), *wanted)
    with told_by("jobs.renditions.child", *arguments, seconds=seconds) as told:
        for answer in told:
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
