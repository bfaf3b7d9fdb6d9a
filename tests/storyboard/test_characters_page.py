"""The library of characters, and where each is used."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from assets.models import Character, Look
from studio.clips.models import Clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Project, Visibility

type As = Callable[[User], Client]
PAGE = "/o/nordlicht/characters/"


def test_an_empty_library_teaches_a_creator_the_first_step(as_: As, teammate: User) -> None:
    page = as_(teammate).get(PAGE).content.decode()
    assert "Bring in the first face" in page
    assert reverse("character_new", args=["nordlicht"]) in page


def test_a_card_shows_the_newest_look_and_the_facts(
    as_: As, viewer: User, clip: Clip, look: Look, teammate: User
) -> None:
    newer = Look.objects.get(pk=look.pk)
    newer.pk, newer.number = None, 2
    newer.save()
    answer = as_(viewer).get(PAGE)
    [found] = answer.context["characters"]
    assert (found.look_count, found.project_count) == (2, 1)
    page = answer.content.decode()
    assert reverse("look_thumbnail", args=[newer.pk]) in page
    assert reverse("look_thumbnail", args=[look.pk]) not in page


def test_a_use_in_a_project_that_the_person_does_not_see_is_not_told(
    as_: As, viewer: User, clip: Clip, character: Character
) -> None:
    Project.objects.update(visibility=Visibility.MEMBERS)
    browser = as_(viewer)
    [found] = browser.get(PAGE).context["characters"]
    assert found.project_count == 0
    page = browser.get(reverse("character", args=[character.pk]))
    assert clip.project.name not in page.content.decode()
    assert [look.clip_count for look in page.context["looks"]] == [0]


def test_a_character_tells_where_it_is_used(
    as_: As, viewer: User, clip: Clip, character: Character
) -> None:
    page = as_(viewer).get(reverse("character", args=[character.pk]))
    assert clip.project.name in page.content.decode()
    assert [look.clip_count for look in page.context["looks"]] == [1]


def test_a_clip_that_was_removed_uses_nothing(
    as_: As, viewer: User, clip: Clip, character: Character, teammate: User
) -> None:
    clip.remove(by=teammate)
    browser = as_(viewer)
    assert [found.project_count for found in browser.get(PAGE).context["characters"]] == [0]
    page = browser.get(reverse("character", args=[character.pk]))
    assert not page.context["projects"]
    assert [look.clip_count for look in page.context["looks"]] == [0]


def test_a_creator_can_add_a_look_and_a_viewer_cannot(
    as_: As, viewer: User, teammate: User, character: Character
) -> None:
    address = reverse("look_new", args=[character.pk])
    page = reverse("character", args=[character.pk])
    assert address in as_(teammate).get(page).content.decode()
    assert address not in as_(viewer).get(page).content.decode()


def test_an_archived_character_is_in_the_archive_and_says_so(
    as_: As, teammate: User, character: Character, studio_org: Organisation
) -> None:
    character.archive()
    browser = as_(teammate)
    assert not browser.get(PAGE).context["characters"]
    assert list(browser.get(PAGE, {"show": "archive"}).context["characters"]) == [character]
    page = browser.get(reverse("character", args=[character.pk])).content.decode()
    assert "it is not offered for clips" in page
    assert reverse("look_new", args=[character.pk]) not in page


def test_characters_are_found_by_name(
    as_: As, viewer: User, character: Character, teammate: User
) -> None:
    Character.objects.create(organisation=character.organisation, name="Tomás", created_by=teammate)
    found = as_(viewer).get(PAGE, {"find": "ine"}).context["characters"]
    assert list(found) == [character]
