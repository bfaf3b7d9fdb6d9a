"""What clips have of animatics, and how long those that are not there yet will take.

Asked once for all clips of a page, so that forty tiles cost as many queries as three.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from statistics import median
from uuid import UUID

from jobs.drawing_line import line
from jobs.models import Animatic, Drawing, fingerprint_of
from jobs.sentences import about, first_sentence, ordinal
from studio.clips.models import Clip

#: The pace is that of the latest so many animatics.
PACE_OF = 12
#: From this share on, a drawing's own pace says more than that of others.
TELLING_PERCENT = 8


@dataclass(frozen=True, slots=True)
class Draft:
    """The animatics of one clip: the one to watch, and the newest of all.

    To watch is the one of what the clip has chosen, also where inputs were changed and put back;
    where there is none, the newest that can be. The one of what is chosen is `newest` too, unless
    another one is on its way.

    `left_seconds`: about how long the newest still needs; None where nobody can say. `place`: its
    place among all that wait to be drawn, from 1.
    """

    clip: Clip
    ready: Animatic | None = None
    newest: Animatic | None = None
    left_seconds: float | None = None
    place: int | None = None

    @property
    def is_current(self) -> bool:
        """Whether there is one to watch that shows exactly what the clip has chosen."""
        return self.ready is not None and self.ready.is_of(self.clip)

    @property
    def is_outdated(self) -> bool:
        """Whether the one to watch shows other inputs than the clip has chosen since."""
        return self.ready is not None and not self.ready.is_of(self.clip)

    @property
    def unfinished(self) -> Animatic | None:
        """The one that waits or is being drawn."""
        return self.newest if self.newest and self.newest.is_unfinished else None

    @property
    def failed(self) -> Animatic | None:
        """The newest, if it could not be drawn and shows what the clip has chosen still."""
        newest = self.newest
        is_failed = newest and newest.state == Drawing.FAILED and newest.is_of(self.clip)
        return newest if is_failed else None

    @property
    def is_wanting(self) -> bool:
        """Whether another animatic could be drawn that nobody has asked for yet."""
        if not fingerprint_of(self.clip) or self.is_current:
            return False
        return self.unfinished is None or not self.unfinished.is_of(self.clip)

    @property
    def symbol(self) -> str:
        """`state-<symbol>` of the sentence."""
        if self.unfinished:
            return "running" if self.unfinished.state == Drawing.DRAWING else "queued"
        if self.failed:
            return "failed"
        return "succeeded" if self.is_current else "draft"

    @property
    def sentence(self) -> str:
        """Where it stands, as one line; empty where there is nothing."""
        if self.unfinished:
            return self._on_its_way(self.unfinished)
        if self.failed:
            return f"Not drawn: {first_sentence(self.failed.problem)}"
        if self.ready is None:
            return ""
        return "Out of date: its inputs were changed" if self.is_outdated else "Shows the inputs"

    def _on_its_way(self, animatic: Animatic) -> str:
        left = "" if self.left_seconds is None else f", about {about(self.left_seconds)} left"
        if animatic.state == Drawing.DRAWING:
            return f"Drawing{left}"
        if self.place is None:
            return "Waiting to be drawn"
        place = "Next to be drawn" if self.place == 1 else f"{ordinal(self.place)} to be drawn"
        return f"{place}{left}"


def drafts_of(clips: Iterable[Clip], now: datetime) -> dict[UUID, Draft]:
    """The draft of each clip, by the clip's id, in at most five queries.

    The clips' looks and takes should be at hand.
    """
    by_id = {clip.pk: clip for clip in clips}
    ready: dict[UUID, Animatic] = {}
    newest: dict[UUID, Animatic] = {}
    chosen = {pk: fingerprint_of(clip) for pk, clip in by_id.items()}
    telling = Animatic.objects.filter(clip__in=by_id).telling(list(chosen.values()))
    for animatic in telling.select_related("look").order_by("number"):
        pk = animatic.clip_id
        has_it = pk in ready and ready[pk].inputs_sha256 == chosen[pk]
        if animatic.is_unfinished or not has_it:
            newest[pk] = animatic
        if animatic.is_ready and not has_it:
            ready[pk] = animatic
    times = _times([one for one in newest.values() if one.is_unfinished], now)
    return {
        pk: Draft(clip, ready.get(pk), newest.get(pk), *times.get(pk, (None, None)))
        for pk, clip in by_id.items()
    }


def draft_of(clip: Clip, now: datetime) -> Draft:
    """The same for one clip."""
    return drafts_of([clip], now)[clip.pk]


def _times(shown: list[Animatic], now: datetime) -> Mapping[UUID, tuple[float | None, int | None]]:
    """Seconds left and place, by clip, of those that are not ready."""
    if not shown:
        return {}
    pace = _pace()
    drawing = Animatic.objects.filter(state=Drawing.DRAWING).order_by().only(
        "pk", "duration_seconds", "started_at", "progress", "progress_at"
    )  # fmt: skip
    queued = line()
    left = {one.pk: _left(one, pace, now) for one in drawing}
    begun = min((seconds for seconds in left.values() if seconds is not None), default=0.0)
    waits = accumulate(one.film_seconds for one in queued)
    if pace is not None:
        left |= {one.animatic: begun + film * pace for one, film in zip(queued, waits, strict=True)}
    places = {one.animatic: place for place, one in enumerate(queued, start=1)}
    return {one.clip_id: (left.get(one.pk), places.get(one.pk)) for one in shown}


def _left(animatic: Animatic, pace: float | None, now: datetime) -> float | None:
    """Seconds that one being drawn still needs: by its own pace, or by that of others."""
    if animatic.started_at is None:
        return None
    if animatic.progress_at is not None and animatic.progress >= TELLING_PERCENT:
        spent = (animatic.progress_at - animatic.started_at).total_seconds()
        whole = spent * 100 / animatic.progress
        return max(1.0, whole - (now - animatic.started_at).total_seconds())
    if pace is None:
        return None
    spent = (now - animatic.started_at).total_seconds()
    return max(1.0, float(animatic.duration_seconds) * pace - spent)


def _pace() -> float | None:
    """Seconds of drawing per second of film, as it went lately; None before the first."""
    lately = (
        Animatic.objects.filter(state=Drawing.READY, started_at__isnull=False)
        .order_by("-state_at")
        .values_list("started_at", "state_at", "duration_seconds")[:PACE_OF]
    )
    paces = [
        (ended - begun).total_seconds() / float(film)
        for begun, ended, film in lately
        if begun and film
    ]
    return median(paces) if paces else None
