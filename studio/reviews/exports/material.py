"""What an export is made of: versions in running order, each with what was said about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from jobs.media import download_name
from jobs.models import Version
from studio.projects.models import Project
from studio.reviews.models import Comment


@dataclass(frozen=True, slots=True)
class Said:
    """One comment with the replies to it, oldest first."""

    comment: Comment
    replies: tuple[Comment, ...]

    @property
    def words(self) -> str:
        """All of it on lines of its own: `Mara: lips`, `Theo: done`."""
        return "\n".join(self.lines)

    @property
    def lines(self) -> list[str]:
        """What each of them said, with the name before it."""
        return [f"{one.speaker}: {one.text or '(drawing)'}" for one in self.all]

    @property
    def all(self) -> tuple[Comment, ...]:
        """The comment and its replies."""
        return (self.comment, *self.replies)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One version with what was said about it, in the order of frames."""

    version: Version
    said: tuple[Said, ...]

    @property
    def rate(self) -> Fraction:
        """Frames per second."""
        return self.version.frame_rate

    @property
    def file_name(self) -> str:
        """What its file is called where somebody downloads it."""
        return download_name(self.version)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything of one export."""

    title: str
    reviewed: tuple[Reviewed, ...]


def of_version(version: Version) -> Material:
    """One version."""
    return Material(str(version), _reviewed([version]))


def of_project(project: Project) -> Material:
    """The latest version of each clip, in running order."""
    versions = (
        Version.objects.filter(clip__project=project, clip__removed_at=None)
        .latest_per_clip()
        .select_related("clip__project")
        .order_by("clip__position")
    )
    return Material(str(project), _reviewed(list(versions)))


def _reviewed(versions: list[Version]) -> tuple[Reviewed, ...]:
    """In two queries, however many there are."""
    rows = (
        Comment.objects.standing()
        .filter(version__in=versions)
        .select_related("author", "guest", "resolved_by")
        .order_by("frame", "created_at")
    )
    by_version: dict[UUID, list[Comment]] = defaultdict(list)
    for comment in rows:
        if comment.version_id:
            by_version[comment.version_id].append(comment)
    return tuple(Reviewed(one, _threads(by_version[one.pk])) for one in versions)


def _threads(comments: Iterable[Comment]) -> tuple[Said, ...]:
    replies: dict[UUID, list[Comment]] = defaultdict(list)
    threads: list[Comment] = []
    known = {one.pk for one in comments}
    for one in comments:
        # A reply to what was taken back stands for itself.
        if one.parent_id in known and one.parent_id:
            replies[one.parent_id].append(one)
        else:
            threads.append(one)
    return tuple(Said(one, tuple(replies[one.pk])) for one in threads)
