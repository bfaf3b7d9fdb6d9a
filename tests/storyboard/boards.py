"""The storyboard as its tests use it: clips in their order, tiles and the live part."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.storyboard import tiles
from tests.conftest import STANDARD


def add(project: Project, by: User, title: str, like: Clip | None = None) -> Clip:
    """A clip at the end, with the inputs of `like`, or with none."""
    inputs = {"look": like.look, "take": like.take, "motion": "nods"} if like else {}
    return add_clip(project, title=title, engine_model=STANDARD, by=by, **inputs)


def order(project: Project) -> list[str]:
    """The titles in their running order."""
    return [clip.title for clip in project.clips.open()]


def tile_of(clip: Clip) -> tiles.Tile:
    """What the storyboard shows of the clip."""
    return next(one for one in tiles.tiles_of(clip.project) if one.clip.pk == clip.pk)


def board(client: Client, project: Project, **query: str) -> str:
    """The storyboard, as this person opens it."""
    return client.get(reverse("storyboard", args=[project.pk]), query).text


def live(client: Client, project: Project, seen: str, **query: str) -> str:
    """The part that follows the jobs, to a page that has `seen` what it shows."""
    address = reverse("storyboard_live", args=[project.pk])
    return client.get(address, query | {"seen": seen}, headers={"HX-Request": "true"}).text


def seen(project: Project) -> str:
    """What a page knows that was opened just now."""
    return tiles.seen(tiles.tiles_of(project))
