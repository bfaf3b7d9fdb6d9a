"""The projects of an organisation: a card each, with what all stages know about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from jobs import costs, standstill
from jobs.models import LedgerEntry
from studio.clips.models import Clip
from studio.organisations.access import MemberRequest, in_organisation
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project, ProjectQuerySet, Visibility
from studio.storyboard.tiles import NOTHING, Tile, tiles_of

PER_PAGE = 24

#: What a card says first: the most urgent thing that somebody has to do.
_WAITS = (
    ("attention", "needs attention", "need attention"),
    ("changes", "waits for changes", "wait for changes"),
    ("review", "waits for a decision", "wait for a decision"),
    ("rendering", "rendering", "rendering"),
    ("ready", "ready to generate", "ready to generate"),
    ("draft", "being prepared", "being prepared"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """A project as its card shows it; the names are those of components/card.html."""

    project: Project
    title: str
    url: str
    cover_url: str
    approved: int
    review: int
    rendering: int
    failed: int
    total: int
    spent: str
    budget: str
    waits: str
    due: str
    late: bool
    private: bool
    people: list[User]


@require_safe
@in_organisation()
def projects(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """Open or archived projects; `?q=` finds projects, and clips by their title."""
    query = request.GET.get("q", "").strip()[:200]
    is_archive = request.GET.get("show") == "archive"
    mine = Project.objects.visible_to(request.user).filter(organisation=organisation)
    listed = _found(mine.filter(archived_at__isnull=not is_archive), query)
    page = Paginator(listed.prefetch_related("people"), PER_PAGE).get_page(request.GET.get("page"))
    halted = standstill.of_organisation(organisation) if request.member.may(Role.ADMIN) else []
    context = {
        "organisation": organisation,
        "cards": cards_of(page),
        "page": page,
        "query": query,
        "clips": _clips_found(mine, query),
        "is_archive": is_archive,
        "archived_count": mine.exclude(archived_at=None).count(),
        "has_any": mine.exists(),
        "can_make": request.member.may(Role.CREATOR),
        "place": "projects",
        **standstill.context_of(halted),
    }
    return render(request, "storyboard/projects.html", context)


def cards_of(page: Page[Project]) -> list[Card]:
    """A card for each project of the page, in a constant number of queries."""
    shown = list(page)
    clips = Clip.objects.open().filter(project__in=shown)
    tiles: dict[UUID, list[Tile]] = {project.pk: [] for project in shown}
    related = clips.select_related("look__character", "take", "project__organisation")
    for tile in _tiles(list(related)):
        tiles[tile.clip.project_id].append(tile)
    money = LedgerEntry.objects.filter(project__in=shown).totals_by("project")
    return [
        _card(project, tiles[project.pk], money.get(project.pk, NOTHING).bound) for project in shown
    ]


def _tiles(clips: list[Clip]) -> list[Tile]:
    return tiles_of(clips[0].project, clips) if clips else []


def _found(projects: ProjectQuerySet, query: str) -> ProjectQuerySet:
    if not query:
        return projects
    has_clip = Clip.objects.open().filter(project=OuterRef("pk"), title__icontains=query)
    return projects.filter(Q(name__icontains=query) | Exists(has_clip))


def _clips_found(projects: ProjectQuerySet, query: str) -> list[Clip]:
    if not query:
        return []
    found = Clip.objects.open().filter(project__in=projects.values("pk"), title__icontains=query)
    return list(found.select_related("project").order_by("project__name", "position")[:12])


def _card(project: Project, tiles: list[Tile], bound: Decimal) -> Card:
    counts = Counter(tile.key for tile in tiles)
    budget = project.budget_amount
    return Card(
        project=project,
        title=project.name,
        url=reverse("storyboard", args=[project.pk]),
        cover_url=_cover(tiles),
        approved=counts["approved"],
        review=counts["review"] + counts["changes"],
        rendering=counts["rendering"],
        failed=counts["attention"],
        total=len(tiles),
        spent=costs.show(bound, settings.CURRENCY),
        budget="" if budget is None else costs.show(budget, settings.CURRENCY),
        waits=_waits(counts, len(tiles)),
        due=f"due {date_format(project.due_on, 'j M Y')}" if project.due_on else "",
        late=_is_past(project.due_on) and counts["approved"] < len(tiles),
        private=project.visibility == Visibility.MEMBERS,
        people=list(project.people.all()),
    )


def _is_past(due_on: date | None) -> bool:
    return due_on is not None and due_on < timezone.localdate()


def _cover(tiles: list[Tile]) -> str:
    """The first frame there is in the running order, else the first look."""
    framed = [tile for tile in tiles if tile.version] or tiles
    return next((tile.picture_url for tile in framed if tile.picture_url), "")


def _waits(counts: Counter[str], total: int) -> str:
    for key, one, many in _WAITS:
        if count := counts[key]:
            return f"{count} {one if count == 1 else many}"
    return "All approved" if total else "No clips yet"
