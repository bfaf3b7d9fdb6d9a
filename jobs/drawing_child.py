"""Draws one animatic in a process of its own: started by `jobs.drawing` only.

    python -m jobs.drawing_child <image> <audio> <prompt> <folder>

All four are paths: a prompt may be longer than an argument can be. It says `{"progress": 0..1}`
about once per second of film, and last `{"drawn": {...}}` (see `jobs.drawing.Drawn`),
`{"refused": {"owner", "message"}}` or `{"errno", "strerror"}`.
"""

import hashlib
import sys
from pathlib import Path

from jobs import renditions
from jobs.own_process import say, step_back
from jobs.sandbox.render import Unrenderable, render

#: Behind whatever belongs to a paid job; the most is 19.
NICENESS = 15
#: Addresses, not pages: the largest picture (60 megapixels) with all threads fits in half of it.
MEMORY_BYTES = 3_000_000_000
#: Enough to judge pace, framing and camera by; twice as fast as 720p.
BOX = "540p"
MARK = "ANIMATIC"


def main() -> None:
    """Draw what the arguments name into the folder."""
    image, audio, prompt, folder = map(Path, sys.argv[1:])
    step_back(NICENESS, memory_bytes=MEMORY_BYTES)
    try:
        say(drawn=draw(image, audio, prompt.read_text("utf-8"), folder))
    except Unrenderable as problem:
        say(refused={"owner": problem.owner, "message": str(problem)})
    except OSError as problem:
        say(errno=problem.errno, strerror=problem.strerror or str(problem))


def draw(image: Path, audio: Path, prompt: str, folder: Path) -> dict[str, object]:
    """Video, poster and film strip in `folder`, and their facts. Raises Unrenderable, OSError."""
    video, poster, strip = (folder / name for name in ("video.mp4", "poster.jpg", "strip.jpg"))
    facts = render(
        image, audio, prompt, video,
        size=BOX, mark=MARK, progress=lambda share: say(progress=round(share, 4)),
    )  # fmt: skip
    renditions.poster(video, poster)
    tiles = renditions.film_strip(video, strip).tiles
    with video.open("rb") as drawn:
        digest = hashlib.file_digest(drawn, "sha256").hexdigest()
    return {
        "video": str(video),
        "poster": str(poster),
        "film_strip": str(strip),
        "tiles": tiles,
        "sha256": digest,
        "seconds": facts.duration_seconds,
        "rate": facts.rate,
        "frames": facts.frames,
        "width": facts.width,
        "height": facts.height,
    }


if __name__ == "__main__":
    main()
