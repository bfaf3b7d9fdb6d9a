"""What is made of a finished video: its facts, a poster, a film strip and a copy for reviewing.

Nothing here knows of jobs or versions; everything goes from a path to a path. A target file appears
only when it is complete. All reading is streaming, so a ten-minute video needs no more memory than
a short one.
"""

from jobs.renditions.facts import VideoFacts, probe_video
from jobs.renditions.opening import NotAVideo
from jobs.renditions.review import ReviewCopy, review_copy
from jobs.renditions.stills import TILES, FilmStrip, film_strip, poster

__all__ = [
    "TILES",
    "FilmStrip",
    "NotAVideo",
    "ReviewCopy",
    "VideoFacts",
    "film_strip",
    "poster",
    "probe_video",
    "review_copy",
]
