"""What a person may not see does not exist for that person: people, projects, what goes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import assets.urls
import studio.organisations.urls
import studio.projects.urls
from assets.models import AudioTake, Character, Look
from assets.presets import ship_presets
from studio.organisations import inviting
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project

type As = Callable[[User], Client]

#: For everybody, or about oneself: no organisation is named in the address.
OPEN_TO_ALL = {
    "home", "organisation_switch", "login", "logout", "password_reset", "password_reset_done",
    "password_reset_confirm", "password_reset_complete", "invitation", "profile",
    "profile_password", "input",
}  # fmt: skip
BY_ORGANISATION = (
    "organisation", "members", "invite", "projects", "project_new", "characters",
    "character_new", "presets", "preset_new",
)  # fmt: skip
BY_THING = {
    "project": ("project_edit", "project_archive", "project_reopen", "take_new"),
    "character": (
        "character", "character_edit", "character_archive", "character_reopen", "look_new",
    ),
    "look": ("look_image", "look_thumbnail", "look_crop", "look_mascot", "look_art_style"),
    "take": ("take_master", "take_sound", "take_archive"),
    "preset": ("preset", "preset_archive", "preset_reopen", "preset_restore"),
}  # fmt: skip
BY_MEMBER = ("member_role", "member_remove")
ALL = (*BY_ORGANISATION, *(name for names in BY_THING.values() for name in names), *BY_MEMBER,
       "invitation_withdraw")  # fmt: skip


@pytest.fixture
def address_of(
    studio_org: Organisation,
    owner: User,
    teammate: User,
    project: Project,
    character: Character,
    look: Look,
    take: AudioTake,
) -> Callable[[str], str]:
    """The address of each page, filled with things that exist."""
    ship_presets(studio_org)
    invitation = inviting.invite(
        studio_org, email="n@new.example", role=Role.VIEWER, by=owner
    ).invitation
    things: dict[str, Any] = {
        "project": project,
        "character": character,
        "look": look,
        "take": take,
        "preset": studio_org.presets.first(),
    }
    by_name = {name: things[kind] for kind, names in BY_THING.items() for name in names}

    def address(name: str) -> str:
        if name in BY_ORGANISATION:
            return reverse(name, args=[studio_org.slug])
        if name in BY_MEMBER:
            return reverse(name, args=[studio_org.slug, teammate.pk])
        if name == "invitation_withdraw":
            return reverse(name, args=[studio_org.slug, invitation.pk])
        version = [1] if name == "preset_restore" else []
        return reverse(name, args=[by_name[name].pk, *version])

    return address


def test_every_address_is_in_this_test() -> None:
    modules = (studio.organisations.urls, studio.projects.urls, assets.urls)
    names = {str(pattern.name) for module in modules for pattern in module.urlpatterns}
    assert names - set(ALL) == OPEN_TO_ALL


@pytest.mark.parametrize("name", ALL)
def test_an_outsider_gets_404(
    as_: As, outsider: User, address_of: Callable[[str], str], name: str
) -> None:
    browser, address = as_(outsider), address_of(name)
    # 405 comes before anything is looked up: it says nothing about what exists.
    answers = {browser.get(address).status_code, browser.post(address).status_code}
    assert answers <= {404, 405}
    assert 404 in answers


@pytest.mark.parametrize("name", ALL)
def test_a_stranger_gets_nothing_without_signing_in(
    client: Client, address_of: Callable[[str], str], name: str
) -> None:
    for answer in (client.get(address_of(name)), client.post(address_of(name))):
        is_asked_to_sign_in = answer.headers.get("Location", "").startswith("/login/")
        assert answer.status_code in {404, 405} or is_asked_to_sign_in


@pytest.mark.parametrize("name", ALL)
def test_an_admin_gets_what_is_there(
    as_: As, owner: User, address_of: Callable[[str], str], name: str
) -> None:
    answer = as_(owner).get(address_of(name))
    assert answer.status_code in {200, 405}
    assert answer.status_code == 405 or b"".join(answer)
