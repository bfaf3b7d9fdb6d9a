"""The running order as people see it: one tile per clip, in a constant number of queries."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from jobs import costs, registry
from jobs.drafts import Draft, drafts_of
from jobs.models import (
    Animatic,
    AvatarJob,
    LedgerEntry,
    Money,
    Priority,
    State,
    Version,
)
from jobs.outlook import Outlook, outlook
from studio.clips import checks
from studio.clips.models import Clip
from studio.projects.models import Project
from studio.reviews import standing
from studio.reviews.footage import addresses_of
from studio.reviews.models import Comment

REVIEW_KEYS = {
    standing.Standing.APPROVED: "approved",
    standing.Standing.WAITING: "review",
}
NOTHING = Money(held=Decimal(0), spent=Decimal(0))
#: Those whose picture stands for something that is not there (yet).
MUTED = ("rendering", "attention")
#: Frames by the largest ratio of width to height that suits them.
SHAPES = (("tall", 0.65), ("portrait", 0.9), ("square", 1.2), ("wide", float("inf")))


@dataclass(frozen=True, slots=True)
class Tile:
    """A clip with its latest facts from every stage."""

    clip: Clip
    index: int
    key: str  # for counting and colour: approved review changes rendering attention ready draft
    symbol: str  # `state-<symbol>`
    sentence: str
    job: AvatarJob | None
    version: Version | None
    review: standing.ReviewStatus | None
    draft: Draft
    can_cancel: bool = False
    money: Money = NOTHING
    draft_comments: int = 0

    @property
    def is_active(self) -> bool:
        """Whether the machine is busy with this clip."""
        is_rendering = self.job is not None and self.job.is_active
        return is_rendering or self.draft.unfinished is not None

    @property
    def footage(self) -> Version | Animatic | None:
        """What there is to watch: the latest version, or an animatic while there is none."""
        return self.version or self.draft.ready

    @property
    def shows_draft(self) -> bool:
        """Whether its picture is that of an animatic."""
        return self.version is None and self.draft.ready is not None

    @property
    def draft_words(self) -> str:
        """What is to be said of its animatic; empty where a version says more."""
        if self.draft.unfinished or self.draft.failed:
            words = self.draft.sentence
            return f"Animatic: {words[:1].lower()}{words[1:]}"
        if not self.shows_draft or self.draft.ready is None:
            return ""
        outdated = ", out of date" if self.draft.is_outdated else ""
        return f"{self.draft.ready.name.capitalize()}{outdated}"

    @property
    def priority(self) -> str:
        """What sets its waiting job apart from the others in the line; empty for a normal one."""
        if self.job is None or self.job.state != State.QUEUED:
            return ""
        own = Priority(self.job.priority)
        return "" if own is Priority.NORMAL else own.label.lower()

    @property
    def is_muted(self) -> bool:
        """Whether its picture is not the one that the sentence speaks of."""
        return self.key in MUTED

    @property
    def shape(self) -> str:
        """The frame that suits its picture (`SHAPES`); empty without a picture."""
        picture = self.footage or self.clip.look
        if picture is None:
            return ""
        ratio = picture.width / picture.height
        return next(name for name, largest in SHAPES if ratio < largest)

    @property
    def picture_url(self) -> str:
        """The latest frame, or the look while there is none; empty without both."""
        if self.footage:
            return addresses_of(self.footage).poster
        if self.clip.look_id:
            return reverse("look_thumbnail", args=[self.clip.look_id])
        return ""

    @property
    def film_strip_url(self) -> str:
        """Where the film strip is, to scrub through; empty until there is one."""
        return addresses_of(self.footage).film_strip if self.footage else ""

    @property
    def url(self) -> str:
        """The review of the latest version where there is one, else the editor."""
        if self.version:
            return reverse("review", args=[self.version.pk])
        return reverse("clip", args=[self.clip.pk])

    @property
    def length_seconds(self) -> Decimal | None:
        """How long the clip is or will be."""
        return self.clip.take.duration_seconds if self.clip.take else None

    @property
    def cost(self) -> str:
        """What was paid so far, and what is held; empty before the first job."""
        parts = [
            f"{costs.show(amount, settings.CURRENCY)}{word}"
            for amount, word in ((self.money.spent, ""), (self.money.held, " held"))
            if amount
        ]
        return ", ".join(parts)

    @property
    def open_comments(self) -> int:
        """Comments that nobody has resolved, on what there is to watch."""
        return self.review.open_comments if self.review else self.draft_comments

    @property
    def mark(self) -> str:
        """Six characters that change when anything but an active sentence on the tile changes."""
        facts = (
            self.clip.title, self.index, self.symbol, "" if self.is_active else self.sentence,
            self.job and (self.job.pk, self.job.state), self.priority, self.picture_url,
            self.length_seconds, self.cost, self.open_comments,
            self.draft.symbol, "" if self.draft.unfinished else self.draft_words,
        )  # fmt: skip
        return hashlib.blake2s(repr(facts).encode(), digest_size=3).hexdigest()


def seen(tiles: list[Tile]) -> str:
    """What a page shows, for asking later what is different: the order, then each tile's mark."""
    order = hashlib.blake2s(repr([tile.clip.pk for tile in tiles]).encode(), digest_size=3)
    return order.hexdigest() + "".join(tile.mark for tile in tiles)


def changed(tiles: list[Tile], before: str) -> list[Tile] | None:
    """The tiles that differ from what `seen` said before; None if even the order does."""
    now = seen(tiles)
    if before[:6] != now[:6] or len(before) != len(now):
        return None
    return [tile for at, tile in enumerate(tiles, start=1) if before[at * 6 :][:6] != tile.mark]


def shape(tiles: list[Tile]) -> str:
    """The frame that suits most pictures of the board."""
    counts = Counter(tile.shape for tile in tiles if tile.shape)
    return counts.most_common(1)[0][0] if counts else "wide"


def tiles_of(project: Project, clips: list[Clip] | None = None) -> list[Tile]:
    """All tiles of the project's running order (or of `clips`)."""
    if clips is None:
        clips = list(
            project.clips.open().select_related("look__character", "take", "project__organisation")
        )
    jobs = _latest_jobs(clips)
    latest = Version.objects.filter(clip__in=clips).latest_per_clip()
    versions = {version.clip_id: version for version in latest}
    reviews = standing.status_of(list(versions.values()))
    money = LedgerEntry.objects.filter(job__clip__in=clips).totals_by("job__clip")
    now = timezone.now()
    prospects = outlook(jobs.values(), now)
    drafts = drafts_of(clips, now)
    drafts_said = _open_on(drafts.values())
    made = []
    for index, clip in enumerate(clips, start=1):
        version = versions.get(clip.pk)
        review = reviews.get(version.pk) if version else None
        draft = drafts[clip.pk]
        tile = _tile(clip, index, jobs.get(clip.pk), version, review, draft, prospects)
        said = drafts_said.get(draft.ready.pk, 0) if draft.ready else 0
        made.append(replace(tile, money=money.get(clip.pk, NOTHING), draft_comments=said))
    return made


def _open_on(drafts: Iterable[Draft]) -> dict[UUID, int]:
    """How many comments are open on each animatic that can be watched, by its id."""
    ready = [draft.ready.pk for draft in drafts if draft.ready]
    if not ready:
        return {}
    counted = Comment.objects.open().filter(animatic__in=ready).order_by()
    return dict(counted.values_list("animatic").annotate(count=Count("pk")))


def _latest_jobs(clips: list[Clip]) -> dict[object, AvatarJob]:
    newer = AvatarJob.objects.filter(clip=OuterRef("clip"), number__gt=OuterRef("number"))
    latest = AvatarJob.objects.filter(~Exists(newer), clip__in=clips)
    return {job.clip_id: job for job in latest}


def _tile(
    clip: Clip,
    index: int,
    job: AvatarJob | None,
    version: Version | None,
    review: standing.ReviewStatus | None,
    draft: Draft,
    prospects: Outlook,
) -> Tile:
    if job and job.state not in (State.SUCCEEDED, State.CANCELLED):
        key = "rendering" if job.is_active else "attention"
        symbol, words = job.state, f"v{job.number} {_lower(prospects.sentence(job))}"
    elif version and review:
        key, symbol = REVIEW_KEYS.get(review.state, "changes"), review.symbol
        words = f"v{version.number} {_lower(review.sentence)}"
    else:
        key, symbol, words = _before_first_job(clip)
    can_cancel = job is not None and prospects.can_cancel(job)
    return Tile(clip, index, key, symbol, words, job, version, review, draft, can_cancel)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _before_first_job(clip: Clip) -> tuple[str, str, str]:
    missing = [
        name
        for name, there in (
            ("a look", clip.look_id),
            ("a take", clip.take_id),
            ("a motion prompt", clip.prompt_text),
        )
        if not there
    ]
    if missing or clip.take is None:
        return "draft", "draft", f"Needs {_listed(missing)}"
    account = registry.account_for(clip.project)
    model = registry.engine_model(clip.engine_model, account.name)
    if model is None:
        return "draft", "blocked", "Needs another model: this one is not on offer any more"
    limits = registry.engine(account.name).capabilities.limits
    found = checks.findings(clip, limits)
    if stopping := checks.stops(found):
        return "draft", "blocked", stopping[0].message
    price = costs.price(model, clip.take.duration_seconds)
    words = f"Ready to generate for {costs.show(price.amount, price.currency)}"
    if warned := len(checks.warnings(found)):
        words += f", with {warned} warning{'s' if warned > 1 else ''}"
    return "ready", "ready", words


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
