"""Makes renditions in a process of its own: started by `jobs.renditions.apart` only."""

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from jobs.own_process import say, step_back
from jobs.renditions.opening import NotAVideo
from jobs.renditions.review import review_copy
from jobs.renditions.stills import film_strip

#: The most that a process may step back by itself is 19.
NICENESS = 10
FILM_STRIP, REVIEW_COPY = "film_strip", "review_copy"


def _made(
    video: Path, folder: Path, rate: Fraction, wanted: list[str]
) -> Iterator[dict[str, object]]:
    if FILM_STRIP in wanted:
        to = folder / "film_strip.jpg"
        yield {"made": FILM_STRIP, "path": str(to), "count": film_strip(video, to).tiles}
    if REVIEW_COPY in wanted:
        to = folder / "review_copy.mp4"
        frames = review_copy(video, to, rate=rate).frames
        yield {"made": REVIEW_COPY, "path": str(to), "count": frames}


def _said(video: str, folder: str, rate: str, *wanted: str) -> Iterator[dict[str, object]]:
    try:
        yield from _made(Path(video), Path(folder), Fraction(rate), list(wanted))
    except NotAVideo as problem:
        yield {"not_a_video": problem.sentence}
    except OSError as problem:
        yield {"errno": problem.errno, "strerror": problem.strerror or str(problem)}
    else:
        yield {"done": True}


def main() -> None:
    """Make what the arguments name, one line of JSON for each."""
    step_back(NICENESS)
    for line in _said(*sys.argv[1:]):
        say(**line)


if __name__ == "__main__":
    main()
