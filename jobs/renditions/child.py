"""Makes renditions in a process of its own: started by `jobs.renditions.apart` only.

It steps back behind whoever brings videos home, and ends by itself when its parent is gone.
"""

import json
import os
import sys
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from jobs.renditions.opening import NotAVideo
from jobs.renditions.review import review_copy
from jobs.renditions.stills import film_strip

#: The most that a process may step back by itself is 19.
NICENESS = 10
FILM_STRIP, REVIEW_COPY = "film_strip", "review_copy"


def _leave_with_parent() -> None:
    """The parent holds our stdin open for as long as it lives."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(3)


def _made(video: Path, folder: Path, rate: Fraction, wanted: list[str]) -> Iterator[object]:
    if FILM_STRIP in wanted:
        to = folder / "film_strip.jpg"
        yield {"made": FILM_STRIP, "path": str(to), "count": film_strip(video, to).tiles}
    if REVIEW_COPY in wanted:
        to = folder / "review_copy.mp4"
        frames = review_copy(video, to, rate=rate).frames
        yield {"made": REVIEW_COPY, "path": str(to), "count": frames}


def _said(video: str, folder: str, rate: str, *wanted: str) -> Iterator[object]:
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
    os.nice(NICENESS)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    for line in _said(*sys.argv[1:]):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
