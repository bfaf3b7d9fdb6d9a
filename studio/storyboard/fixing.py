"""From what a review asks for to the next attempt: open comments by the input that cures them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from assets.preflight.finding import Finding
from assets.prompts.levers import Lever, board
from jobs.models import Version
from studio.reviews.models import Category, Comment, Point
from studio.reviews.verifying import ancestors_of

LEVERS_OFFERED = 6
_WORD = re.compile(r"[a-z]{4,}")
#: Groups of levers that turn what a point of the checklist is about.
_OF_POINT = {
    Point.MOTION: ("gesture", "posture", "pacing"),
    Point.CAMERA: ("framing", "movement", "angle"),
    Point.IDENTITY: ("framing",),
    Point.LIP_SYNC: ("pacing",),
}
_TITLES = {
    Category.IMAGE: "The look can cure",
    Category.AUDIO: "The take can cure",
    Category.PROMPT: "The prompt can cure",
    Category.ENGINE: "Another model may cure",
    "": "Nobody has said which input cures",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One open comment: on which version, where, and who asks for what."""

    comment: Comment
    version: Version

    @property
    def is_whole(self) -> bool:
        """Whether it is about all of the version."""
        last = self.comment.last_frame
        return self.comment.frame == 0 and last == self.version.frames - 1 > 0

    @property
    def timecode(self) -> str:
        """Where it was said."""
        return self.version.timecode(self.comment.frame)

    @property
    def url(self) -> str:
        """Exactly that frame of exactly that version."""
        where = urlencode({"frame": self.comment.frame})
        room = reverse("review", args=[self.version.pk])
        return f"{room}?{where}#comment-{self.comment.pk}"


@dataclass(frozen=True, slots=True)
class Cure:
    """What one input can cure: the comments, what the checks find in it, levers that may help."""

    owner: str
    title: str
    asked: list[Asked]
    findings: list[Finding]
    levers: list[Lever]

    @property
    def icon(self) -> str:
        """The picture beside the title."""
        return "generate" if self.owner == Category.ENGINE else self.owner


def cures_for(source: Version | None, findings: Mapping[str, list[Finding]]) -> list[Cure]:
    """The open comments on `source`, and on what it goes back to, by the input that cures them.

    `findings` are those of what is chosen now, by input. Four queries.
    """
    if source is None:
        return []
    versions = {source.pk: source} | ancestors_of(source)
    comments = (
        Comment.objects.open()
        .filter(version__in=versions)
        .select_related("author", "guest")
        .order_by("-version__number", "frame", "created_at")
    )
    by_owner: dict[str, list[Asked]] = {owner: [] for owner in _TITLES}
    for comment in comments:
        assert comment.version_id is not None  # filtered by it
        by_owner[comment.category].append(Asked(comment, versions[comment.version_id]))
    return [
        Cure(
            owner=str(owner),
            title=_TITLES[owner],
            asked=asked,
            findings=list(findings.get(owner, ())),
            levers=levers_for(asked) if owner == Category.PROMPT else [],
        )
        for owner, asked in by_owner.items()
        if asked
    ]


def levers_for(asked: list[Asked]) -> list[Lever]:
    """Levers that name what is asked for, then those of the point of the checklist it is about."""
    said = set(_WORD.findall(" ".join(one.comment.text for one in asked).lower()))
    named = [one for one in board() if said & set(_WORD.findall(f"{one.label} {one.en}".lower()))]
    points = [Point(one.comment.point) for one in asked if one.comment.point]
    groups = [group for point in points for group in _OF_POINT.get(point, ())]
    about = [lever for group in groups for lever in board().group(group).levers]
    return list(dict.fromkeys([*named, *about]))[:LEVERS_OFFERED]
