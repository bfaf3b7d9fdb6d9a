"""Files that can be made anew: whatever was derived from a version's video."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.core.files import File
from django.db.models.fields.files import FieldFile

from assets import hosting
from jobs import renditions
from jobs.models import Version

#: Fields of a version that nobody but the studio made.
DERIVED = ("review_copy", "poster", "film_strip")


def making(version: Version, field: str) -> Callable[[], bool]:
    """A repair that makes `field` anew from the version's video.

    It refuses where that would not be the same: comments count in the frames of the review copy.
    """

    def repair() -> bool:
        try:
            with hosting.workspace() as folder:
                video = hosting.at_hand(version.video, folder)
                made = folder / f"made-{Path(str(_file(version, field))).name}"
                if not _make(version, field, video, made):
                    return False
                with made.open("rb") as file:
                    _file(version, field).save(made.name, File(file), save=False)
        except (OSError, renditions.NotAVideo):
            return False  # the video is gone as well, or the disk is full
        version.save(update_fields=[field])
        return True

    return repair


def _make(version: Version, field: str, video: Path, made: Path) -> bool:
    if field == "poster":
        renditions.poster(video, made)
        return True
    if field == "film_strip":
        return renditions.film_strip(video, made).tiles == version.film_strip_tiles
    copy = renditions.review_copy(video, made, rate=renditions.probe_video(video).frame_rate)
    return (copy.frame_rate, copy.frames) == (version.frame_rate, version.frames)


def _file(version: Version, field: str) -> FieldFile:
    file: FieldFile = getattr(version, field)
    return file
