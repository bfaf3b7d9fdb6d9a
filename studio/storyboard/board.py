"""What the storyboard page shows: the tiles, and the project's head above them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from jobs import costs, registry, standstill
from jobs.models import Money, Priority
from studio.organisations.access import MemberRequest
from studio.organisations.models import Role
from studio.projects.models import Project
from studio.projects.rule import in_short, stages_of
from studio.storyboard.forms import NewClipForm
from studio.storyboard.tiles import Tile, seen, shape, tiles_of

PEOPLE_SHOWN = 5
REMOVED_SHOWN = 20
#: Urgent is an approver's word: to give, and to take back.
_CREATORS = (Priority.NORMAL, Priority.CAN_WAIT)


def may_make(request: MemberRequest, project: Project) -> bool:
    """Whether the person may change the running order: a creator, in an open project."""
    return request.member.may(Role.CREATOR) and project.archived_at is None


def refuse_archived(project: Project) -> None:
    """Raise PermissionDenied, with a sentence, for a project that was put away."""
    if project.archived_at:
        raise PermissionDenied(f"“{project}” is in the archive. Reopen it to change its clips.")


def page(request: MemberRequest, project: Project) -> dict[str, Any]:
    """Everything on the page, in a constant number of queries."""
    tiles = tiles_of(project)
    halted = standstill.of_project(project)
    is_list = request.GET.get("view") == "list"
    people = list(project.people.all())
    removed = list(project.clips.exclude(removed_at=None).order_by("-removed_at")[:REMOVED_SHOWN])
    just_removed = request.GET.get("removed", "")
    return {
        "project": project,
        "rule": in_short(stages_of(project)),
        "tiles": tiles,
        "cover": next((tile for tile in tiles if tile.picture_url), None),
        "shape": shape(tiles),
        "is_list": is_list,
        "back": reverse("storyboard", args=[project.pk]) + ("?view=list" if is_list else ""),
        "people": people[:PEOPLE_SHOWN],
        "people_more": max(0, len(people) - PEOPLE_SHOWN),
        "is_late": project.due_on is not None and project.due_on < timezone.localdate(),
        "removed": removed,
        "just_removed": next((clip for clip in removed if str(clip.pk) == just_removed), None),
        "can_make": may_make(request, project),
        "new_clip_form": NewClipForm(),
        "priorities": tuple(Priority) if request.member.may(Role.APPROVER) else _CREATORS,
        "is_sandbox": registry.is_sandbox(project),
        "place": "projects",
        **standstill.context_of(halted, request.GET.get("halt")),
        **head(project, tiles),
    }


def head(project: Project, tiles: list[Tile]) -> dict[str, Any]:
    """What the head says in numbers, and what a page must know to follow."""
    counts = Counter(tile.key for tile in tiles)
    return {
        "counts": {
            "approved": counts["approved"],
            "review": counts["review"] + counts["changes"],
            "rendering": counts["rendering"],
            "failed": counts["attention"],
            "total": len(tiles),
        },
        "total_seconds": sum((tile.length_seconds or Decimal(0) for tile in tiles), Decimal(0)),
        "budget": budget(project, costs.money_of(project)),
        "is_live": any(tile.is_active for tile in tiles),
        "seen": seen(tiles),
    }


def budget(project: Project, money: Money) -> dict[str, Any]:
    """The budget bar's amounts, and the same as words; `total` is None without a limit."""
    total = project.budget_amount
    left = None if total is None else total - money.bound

    def show(amount: Decimal | None) -> str:
        return "" if amount is None else costs.show(amount, settings.CURRENCY)

    return {
        "total": total,
        "spent": money.spent,
        "held": money.held,
        "left": left,
        "words": {
            "total": show(total),
            "spent": show(money.spent),
            "held": show(money.held) if money.held else "",
            "left": show(left),
        },
        "currency": f"{settings.CURRENCY} ",
    }
