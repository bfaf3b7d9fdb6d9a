"""Who is in an organisation, and who may change it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from studio.organisations import membership
from studio.organisations.models import Member, Organisation, Role, User

type As = Callable[[User], Client]


def role_of(user: User, organisation: Organisation) -> str:
    return Member.objects.get(user=user, organisation=organisation).role


def test_the_last_admin_cannot_be_demoted(as_: As, owner: User, studio_org: Organisation) -> None:
    answer = as_(owner).post(
        reverse("member_role", args=[studio_org.slug, owner.pk]), {"role": "viewer"}
    )
    assert role_of(owner, studio_org) == Role.ADMIN
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == ["Olga is the only admin of Nordlicht Film. Make somebody else an admin first."]


def test_the_last_admin_cannot_be_removed(as_: As, owner: User, studio_org: Organisation) -> None:
    as_(owner).post(reverse("member_remove", args=[studio_org.slug, owner.pk]))
    assert role_of(owner, studio_org) == Role.ADMIN


def test_one_of_two_admins_can_step_down(
    owner: User, teammate: User, studio_org: Organisation
) -> None:
    members = Member.objects.filter(organisation=studio_org)
    membership.give_role(members.get(user=teammate), Role.ADMIN)
    membership.give_role(members.get(user=owner), Role.VIEWER)
    with pytest.raises(membership.LastAdmin):
        membership.remove(members.get(user=teammate))
    assert role_of(owner, studio_org) == Role.VIEWER


def test_an_admin_gives_a_member_another_role(
    as_: As, owner: User, teammate: User, studio_org: Organisation
) -> None:
    as_(owner).post(
        reverse("member_role", args=[studio_org.slug, teammate.pk]), {"role": "approver"}
    )
    assert role_of(teammate, studio_org) == Role.APPROVER


def test_a_role_that_does_not_exist_changes_nothing(
    as_: As, owner: User, teammate: User, studio_org: Organisation
) -> None:
    as_(owner).post(reverse("member_role", args=[studio_org.slug, teammate.pk]), {"role": "king"})
    assert role_of(teammate, studio_org) == Role.CREATOR


def test_a_removed_member_sees_nothing_any_more(
    as_: As, owner: User, teammate: User, studio_org: Organisation
) -> None:
    browser = as_(teammate)
    page = reverse("members", args=[studio_org.slug])
    assert browser.get(page).status_code == 200
    as_(owner).post(reverse("member_remove", args=[studio_org.slug, teammate.pk]))
    assert browser.get(page).status_code == 404


def test_an_admin_who_leaves_goes_home(
    as_: As, owner: User, teammate: User, studio_org: Organisation
) -> None:
    studio_org.add_member(teammate, Role.ADMIN)
    answer = as_(owner).post(reverse("member_remove", args=[studio_org.slug, owner.pk]))
    assert answer.headers["Location"] == "/"


def test_somebody_of_another_organisation_cannot_be_removed_through_ours(
    as_: As, owner: User, outsider: User, studio_org: Organisation
) -> None:
    answer = as_(owner).post(reverse("member_remove", args=[studio_org.slug, outsider.pk]))
    assert answer.status_code == 404
    assert outsider.memberships.count() == 1


@pytest.mark.parametrize("name", ["member_role", "member_remove"])
def test_only_admins_change_members(
    as_: As, approver: User, teammate: User, studio_org: Organisation, name: str
) -> None:
    answer = as_(approver).post(
        reverse(name, args=[studio_org.slug, teammate.pk]), {"role": "viewer"}
    )
    assert answer.status_code == 403
    assert "This needs the role admin; yours here is approver." in answer.content.decode()
    assert role_of(teammate, studio_org) == Role.CREATOR


def test_every_member_sees_who_is_here_but_no_tools(
    as_: As, owner: User, viewer: User, studio_org: Organisation
) -> None:
    page = as_(viewer).get(reverse("members", args=[studio_org.slug])).content.decode()
    assert "olga@nordlicht.example" in page
    assert reverse("invite", args=[studio_org.slug]) not in page
    assert reverse("member_remove", args=[studio_org.slug, owner.pk]) not in page


def test_an_admin_renames_the_organisation_and_its_address_stays(
    as_: As, owner: User, studio_org: Organisation
) -> None:
    page = reverse("organisation", args=[studio_org.slug])
    as_(owner).post(page, {"name": "Südlicht 影业"})
    studio_org.refresh_from_db()
    assert (studio_org.name, studio_org.slug) == ("Südlicht 影业", "nordlicht")


def test_an_organisation_cannot_lose_its_name(
    as_: As, owner: User, studio_org: Organisation
) -> None:
    answer = as_(owner).post(reverse("organisation", args=[studio_org.slug]), {"name": " "})
    assert answer.status_code == 422
    studio_org.refresh_from_db()
    assert studio_org.name == "Nordlicht Film"
