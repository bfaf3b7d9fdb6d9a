"""The organisation's characters, and one of them, with where each is used."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assets.forms import LookForm
from assets.limits import STRICT
from assets.models import ArtStyle, Character, Look
from assets.pictures import MAX_SOURCE_BYTES
from studio.clips.checks import look_findings
from studio.clips.models import Clip
from studio.organisations.access import MemberRequest, fetch, in_organisation
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project


@require_safe
@in_organisation()
def characters(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """All characters, or the archived ones, narrowed by a word."""
    query = request.GET.get("find", "").strip()[:120]
    is_archive = request.GET.get("show") == "archive"
    mine = Character.objects.visible_to(request.user).filter(organisation=organisation)
    listed = mine.filter(archived_at__isnull=not is_archive, name__icontains=query)
    context = {
        "organisation": organisation,
        "characters": _with_facts(listed, request.user),
        "archived_count": mine.exclude(archived_at=None).count(),
        "is_archive": is_archive,
        "find": query,
        "can_make": request.member.may(Role.CREATOR),
        "place": "characters",
    }
    return render(request, "storyboard/characters.html", context)


@require_safe
@login_required
def character(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A character with its looks, newest first, and where each is used."""
    found = fetch(request, Character.objects.select_related("organisation", "created_by"), pk)
    context = {
        "character": found,
        "looks": _checked(_looks(found, request.user)),
        "art_styles": ArtStyle.choices,
        "projects": _projects(found, request.user),
        "look_form": LookForm(),
        "max_bytes": MAX_SOURCE_BYTES,
        "can_make": request.member.may(Role.CREATOR) and found.archived_at is None,
        "may_change": request.member.may(Role.CREATOR),
        "place": "characters",
    }
    return render(request, "storyboard/character.html", context)


def _with_facts(characters: QuerySet[Character], user: User) -> QuerySet[Character]:
    """With `newest` (looks, newest first), `look_count` and `project_count`."""
    return characters.prefetch_related(
        Prefetch("looks", Look.objects.order_by("-number"), to_attr="newest")
    ).annotate(
        look_count=Count("looks", distinct=True),
        project_count=Count("looks__clips__project", filter=_used(user), distinct=True),
    )


def _used(user: User) -> Q:
    """Clips in a running order that the person sees; others are nobody's business here."""
    seen = Project.objects.visible_to(user).values("pk")
    return Q(looks__clips__removed_at=None, looks__clips__project__in=seen)


def _looks(character: Character, user: User) -> QuerySet[Look]:
    """With `clip_count`: the clips of the person's projects that use the look."""
    seen = Clip.objects.visible_to(user).open().values("pk")
    return (
        Look.objects.filter(character=character)
        .select_related("created_by", "character", "mascot_by")
        .annotate(clip_count=Count("clips", filter=Q(clips__in=seen)))
        .order_by("-number")
    )


def _checked(looks: QuerySet[Look]) -> list[Look]:
    """Each with `found`: what the checks say of it for every engine there is."""
    checked = list(looks)
    for look in checked:
        look.found = look_findings(look, STRICT)  # type: ignore[attr-defined]
    return checked


def _projects(character: Character, user: User) -> QuerySet[Project]:
    """Projects of the person in whose running order the character is."""
    uses = Clip.objects.open().filter(project=OuterRef("pk"), look__character=character)
    return Project.objects.visible_to(user).filter(Exists(uses)).order_by("name")
