"""Two versions of a clip beside each other: what went into them, what was found, what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from assets.prompts.diff import Change, difference
from jobs import costs, registry
from jobs.models import AvatarJob, Version
from studio.clips.models import Clip
from studio.reviews.standing import ReviewStatus, status_of


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of both versions."""

    name: str
    a: str
    b: str

    @property
    def differs(self) -> bool:
        """Whether it is worth a look."""
        return self.a != self.b


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding with what it said of each version; "" where it did not come up."""

    level: str
    a: str
    b: str

    @property
    def words(self) -> str:
        """Which of the two it speaks of."""
        if self.a and self.b:
            return "both" if self.a == self.b else "both, differently"
        return "only the first" if self.a else "only the second"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions."""

    version: Version
    status: ReviewStatus
    src: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that the page shows."""

    versions: list[Version]
    a: Side
    b: Side
    rows: list[Row]
    prompt: list[Change]
    findings: list[FindingRow]

    @property
    def same_prompt(self) -> bool:
        """Whether both were made from the very same words."""
        return all(change.kind == "same" for change in self.prompt)


def comparison_of(clip: Clip, *, a: str = "", b: str = "") -> Comparison | None:
    """The versions with the numbers `a` and `b`; for one that is not there, its best match.

    The second is then the newest, the first the one that it was made from, or else the one before.
    None while fewer than two versions can be watched. A constant number of queries.
    """
    versions = [
        version
        for version in Version.objects.filter(clip=clip)
        .select_related("job__look__character", "job__take", "job__requested_by", "job__based_on")
        .order_by("-number")
        if version.review_copy or version.video_plays
    ]
    if len(versions) < 2:
        return None
    second = _numbered(versions, b) or _newest_beside(versions, _numbered(versions, a))
    first = _numbered(versions, a) or _before(versions, second)
    status = status_of([first, second])
    return Comparison(
        versions=versions,
        a=_side(first, status[first.pk]),
        b=_side(second, status[second.pk]),
        rows=_rows(first, second),
        prompt=difference(first.job.prompt_text, second.job.prompt_text),
        findings=_findings(first.job, second.job),
    )


def _numbered(versions: list[Version], number: str) -> Version | None:
    return next((one for one in versions if str(one.number) == number), None)


def _newest_beside(versions: list[Version], other: Version | None) -> Version:
    return next(one for one in versions if one is not other)


def _before(versions: list[Version], second: Version) -> Version:
    source = second.job.based_on_id
    others = [one for one in versions if one is not second]
    older = [one for one in others if one.number < second.number]
    return next((one for one in others if one.pk == source), (older or others)[0])


def _side(version: Version, status: ReviewStatus) -> Side:
    page = "version_review_copy" if version.review_copy else "version_stand_in"
    return Side(version, status, reverse(page, args=[version.pk]))


def _rows(first: Version, second: Version) -> list[Row]:
    facts: list[tuple[str, Callable[[Version], str]]] = [
        ("Image", lambda one: str(one.job.look)),
        ("Audio", lambda one: one.job.take.title),
        ("Model", lambda one: registry.model_label(one.job.engine_model)),
        ("Price", lambda one: costs.show(one.job.price_amount, one.job.currency)),
        ("Length", lambda one: f"{one.duration_seconds:.1f} s, {one.frames} frames"),
        ("Picture", lambda one: f"{one.width} × {one.height}, {float(one.frame_rate):.6g} fps"),
        ("Made by", lambda one: str(one.job.requested_by)),
    ]
    return [Row(name, tell(first), tell(second)) for name, tell in facts]


def _findings(first: AvatarJob, second: AvatarJob) -> list[FindingRow]:
    said = [_by_id(first.findings), _by_id(second.findings)]
    keys = list(dict.fromkeys([*said[0], *said[1]]))
    rows = [
        FindingRow(
            (said[1].get(key) or said[0][key])["level"], *(_message(one, key) for one in said)
        )
        for key in keys
    ]
    order = {"stop": 0, "warn": 1, "note": 2}
    return sorted(rows, key=lambda row: order.get(row.level, 3))


def _by_id(findings: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in findings}


def _message(said: dict[str, dict[str, Any]], key: str) -> str:
    return said[key]["message"] if key in said else ""
