"""A fetched video, proven to be what was ordered, with a picture of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db.models.fields.files import FieldFile

from jobs import clock, renditions
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

    def version_of(self, job: AvatarJob) -> Version:
        """The version of `job` that these files make, unsaved and without the files.

        Its frames are those of the review copy, which is made when the version is there already.
        """
        return Version(
            job=job,
            clip=job.clip,
            number=job.number,
            video_bytes=self.facts.bytes,
            sha256=self.facts.sha256,
            duration_seconds=Decimal(f"{self.facts.duration_seconds:.3f}"),
            width=self.facts.width,
            height=self.facts.height,
            rate_numerator=self.facts.frame_rate.numerator,
            rate_denominator=self.facts.frame_rate.denominator,
            frames=self.facts.review_frames,
            video_plays=self.facts.plays_in_browsers,
            film_strip_tiles=renditions.TILES,
            renditions_at=clock.now(),
        )

    def files_for(self, version: Version) -> list[tuple[FieldFile, Path]]:
        """Which file goes into which field of `version`."""
        return [(version.poster, self.poster), (version.video, self.video)]


def make_reel(video: Path, *, ordered_seconds: float) -> Reel:
    """Decode the video from end to end, compare its length, put its poster beside it.

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
    poster = video.with_name("poster.jpg")
    renditions.poster(video, poster)
    return Reel(video, facts, poster)
