"""A fetched video, proven to be what was ordered, with what is derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db.models.fields.files import FieldFile

from jobs import renditions
from jobs.models import AvatarJob, Version

#: The engine's video may differ from the audio by a tenth of its length, at least half a second.
TOLERANCE_SHARE = 0.10
TOLERANCE_SECONDS = 0.5


class NotWhatWasOrdered(Exception):
    """The file is not a video, or another one; `sentence` says so."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Reel:
    """The files of a version to be, still in the workspace."""

    video: Path
    facts: renditions.VideoFacts
    poster: Path
    film_strip: Path
    film_strip_tiles: int
    review_copy: Path
    review: renditions.ReviewCopy

    def version_of(self, job: AvatarJob) -> Version:
        """The version of `job` that these files make, unsaved and without the files."""
        return Version(
            job=job,
            clip=job.clip,
            number=job.number,
            video_bytes=self.facts.bytes,
            sha256=self.facts.sha256,
            duration_seconds=Decimal(f"{self.facts.duration_seconds:.3f}"),
            width=self.facts.width,
            height=self.facts.height,
            rate_numerator=self.review.frame_rate.numerator,
            rate_denominator=self.review.frame_rate.denominator,
            frames=self.review.frames,
            film_strip_tiles=self.film_strip_tiles,
        )

    def files_for(self, version: Version) -> list[tuple[FieldFile, Path]]:
        """Which file goes into which field of `version`."""
        return [
            (version.video, self.video),
            (version.poster, self.poster),
            (version.film_strip, self.film_strip),
            (version.review_copy, self.review_copy),
        ]


def make_reel(video: Path, *, ordered_seconds: float) -> Reel:
    """Decode the video from end to end, compare its length, derive the rest beside it.

    Raises NotWhatWasOrdered, or OSError if the disk is full.
    """
    try:
        facts = renditions.probe_video(video)
    except renditions.NotAVideo as problem:
        raise NotWhatWasOrdered("not_a_video", problem.sentence) from problem
    tolerance = max(TOLERANCE_SECONDS, ordered_seconds * TOLERANCE_SHARE)
    if abs(facts.duration_seconds - ordered_seconds) > tolerance:
        raise NotWhatWasOrdered(
            "wrong_length",
            f"The engine's video is {facts.duration_seconds:.1f} s long and the take "
            f"{ordered_seconds:.1f} s: this is not what was ordered.",
        )
    poster, strip = video.with_name("poster.jpg"), video.with_name("film_strip.jpg")
    copy = video.with_name("review_copy.mp4")
    renditions.poster(video, poster)
    tiles = renditions.film_strip(video, strip).tiles
    review = renditions.review_copy(video, copy, rate=facts.frame_rate)
    return Reel(video, facts, poster, strip, tiles, copy, review)
