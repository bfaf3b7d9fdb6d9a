"""Characters and looks, from the browser's side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Character, Look
from studio.organisations.models import Organisation, User
from tests import media
from tests.assets.uploads import upload

type As = Callable[[User], Client]


def picture(side: int = 700) -> Any:
    return upload("me.png", media.make_png(side, side))


def test_a_character_comes_with_its_first_look(
    as_: As, teammate: User, studio_org: Organisation
) -> None:
    form = {"name": "Inés 陈", "kind": "person", "picture": picture()}
    answer = as_(teammate).post(reverse("character_new", args=[studio_org.slug]), form)
    character = Character.objects.get()
    assert answer.headers["Location"] == reverse("character", args=[character.pk])
    assert character.looks.get().number == 1


def test_a_character_whose_picture_is_refused_is_not_made(
    as_: As, teammate: User, studio_org: Organisation, settings: Any
) -> None:
    form = {"name": "Inés", "kind": "person", "picture": upload("me.png", media.svg())}
    answer = as_(teammate).post(reverse("character_new", args=[studio_org.slug]), form)
    assert answer.status_code == 422
    assert answer.context["form"].errors["picture"] == [
        "This is an SVG drawing. Send a JPEG, PNG or WebP picture."
    ]
    assert not Character.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("is_archived", [False, True])
def test_a_name_is_given_once_in_an_organisation(
    as_: As, teammate: User, character: Character, is_archived: bool
) -> None:
    if is_archived:
        character.archive()
    page = reverse("character_new", args=[character.organisation.slug])
    answer = as_(teammate).post(page, {"name": "INES", "kind": "person"})
    assert answer.status_code == 422
    assert ("in the archive" in answer.context["form"].errors["name"][0]) is is_archived


def test_another_organisation_may_use_the_same_name(
    as_: As, outsider: User, character: Character
) -> None:
    page = reverse("character_new", args=["elsewhere"])
    assert as_(outsider).post(page, {"name": "Ines", "kind": "person"}).status_code == 302


def test_saving_a_character_under_its_own_name_is_fine(
    as_: As, teammate: User, character: Character
) -> None:
    page = reverse("character_edit", args=[character.pk])
    as_(teammate).post(page, {"name": "Ines", "kind": "mascot", "notes": "Our fox."})
    character.refresh_from_db()
    assert (character.kind, character.notes) == ("mascot", "Our fox.")


def test_a_new_look_gets_the_next_number(
    as_: As, teammate: User, character: Character, look: Look
) -> None:
    page = reverse("look_new", args=[character.pk])
    answer = as_(teammate).post(page, {"picture": picture()})
    assert answer.headers["Location"] == reverse("character", args=[character.pk])
    assert sorted(character.looks.values_list("number", flat=True)) == [1, 2]


def test_a_new_look_by_htmx_leads_to_the_character(
    as_: As, teammate: User, character: Character
) -> None:
    answer = as_(teammate).post(
        reverse("look_new", args=[character.pk]),
        {"picture": picture()},
        headers={"HX-Request": "true"},
    )
    assert answer.headers["HX-Redirect"] == reverse("character", args=[character.pk])


@pytest.mark.parametrize("is_htmx", [True, False])
def test_a_refused_look_comes_back_with_its_sentence_beside_the_field(
    as_: As, teammate: User, character: Character, is_htmx: bool
) -> None:
    answer = as_(teammate).post(
        reverse("look_new", args=[character.pk]),
        {"picture": upload("me.png", b"")},
        headers={"HX-Request": "true"} if is_htmx else {},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This file is empty (0 bytes). Send a JPEG, PNG or WebP picture." in page
    assert ("<html" in page) is not is_htmx
    assert not Look.objects.exists()


def test_a_character_goes_into_the_archive_and_comes_back(
    as_: As, teammate: User, character: Character
) -> None:
    browser = as_(teammate)
    browser.post(reverse("character_archive", args=[character.pk]))
    assert not Character.objects.open().exists()
    browser.post(reverse("character_reopen", args=[character.pk]))
    assert Character.objects.open().get() == character


@pytest.mark.parametrize("name", ["character_edit", "character_archive", "look_new"])
def test_a_viewer_changes_no_character(
    as_: As, viewer: User, character: Character, name: str
) -> None:
    answer = as_(viewer).post(reverse(name, args=[character.pk]), {"picture": picture()})
    assert answer.status_code == 403
    character.refresh_from_db()
    assert character.archived_at is None
    assert not Look.objects.exists()
