"""Asking people in, and coming in by a link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.organisations import inviting
from studio.organisations.models import Invitation, Member, Organisation, Role, User

type As = Callable[[User], Client]
NEW = {"name": "Nora Neu", "password": "quiet harbour lights"}


def path_of(link: str) -> str:
    return urlsplit(link).path


@pytest.fixture
def link(studio_org: Organisation, owner: User) -> str:
    """The path of an invitation of nora as approver."""
    invited = inviting.invite(studio_org, email="nora@new.example", role=Role.APPROVER, by=owner)
    return path_of(invited.link)


def test_an_invitation_is_mailed_and_its_link_is_shown_once(
    as_: As, owner: User, studio_org: Organisation, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://studio.example"
    browser = as_(owner)
    answer = browser.post(
        reverse("invite", args=[studio_org.slug]), {"email": "Nora@New.example", "role": "viewer"}
    )
    [sent] = mail.outbox
    assert sent.to == ["nora@new.example"]
    assert sent.subject == "Olga invites you to Nordlicht Film"
    [link] = re.findall(r"https://studio\.example/invitation/\S+", str(sent.body))
    assert link in answer.content.decode()
    later = browser.get(reverse("members", args=[studio_org.slug])).content.decode()
    assert "nora@new.example" in later
    assert link not in later


def test_the_link_is_shown_even_if_the_mail_server_is_down(
    as_: As, owner: User, studio_org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(inviting, "send_mail", refuse)
    answer = as_(owner).post(
        reverse("invite", args=[studio_org.slug]), {"email": "nora@new.example", "role": "viewer"}
    )
    page = answer.content.decode()
    assert "The mail could not be sent: pass the link on yourself." in page
    assert "/invitation/" in page


def test_a_member_needs_no_invitation(
    as_: As, owner: User, teammate: User, studio_org: Organisation
) -> None:
    answer = as_(owner).post(
        reverse("invite", args=[studio_org.slug]), {"email": teammate.email, "role": "viewer"}
    )
    assert answer.status_code == 422
    assert "is a member already" in answer.content.decode()
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_inviting_again_makes_the_older_link_worthless(
    studio_org: Organisation, owner: User, link: str, client: Client
) -> None:
    again = inviting.invite(studio_org, email="NORA@new.example", role=Role.VIEWER, by=owner)
    assert client.get(link).status_code == 410
    assert client.get(path_of(again.link)).status_code == 200
    assert inviting.pending(studio_org).count() == 1


def test_somebody_new_makes_an_account_and_is_in(
    client: Client, link: str, studio_org: Organisation
) -> None:
    assert "Join Nordlicht Film" in client.get(link).content.decode()
    answer = client.post(link, NEW)
    assert answer.headers["Location"] == reverse("projects", args=[studio_org.slug])
    member = Member.objects.get(user__email="nora@new.example")
    assert (member.organisation, member.role) == (studio_org, Role.APPROVER)
    assert client.get(reverse("members", args=[studio_org.slug])).status_code == 200


def test_somebody_signed_in_joins_with_that_account(
    as_: As, outsider: User, link: str, studio_org: Organisation
) -> None:
    browser = as_(outsider)
    assert "Join as Uwe" in browser.get(link).content.decode()
    assert not studio_org.members.filter(user=outsider).exists()
    browser.post(link)
    assert studio_org.members.get(user=outsider).role == Role.APPROVER


@pytest.mark.parametrize("password", ["short", "password123", "nora@new.example"])
def test_a_weak_password_is_refused_beside_the_field(
    client: Client, link: str, password: str
) -> None:
    answer = client.post(link, NEW | {"password": password})
    assert answer.status_code == 422
    assert answer.context["form"].errors["password"]
    assert not User.objects.filter(email="nora@new.example").exists()


def test_an_address_with_an_account_is_asked_to_sign_in(client: Client, link: str) -> None:
    User.objects.create_user("nora@new.example", "Nora", "another password")
    answer = client.post(link, NEW)
    assert answer.status_code == 422
    assert "has an account here already" in answer.content.decode()
    assert Invitation.objects.get().accepted_at is None


def test_a_link_works_once(client: Client, link: str, as_: As, outsider: User) -> None:
    client.post(link, NEW)
    answer = as_(outsider).get(link)
    assert answer.status_code == 410
    assert "This invitation is no longer open" in answer.content.decode()


def test_two_who_use_a_link_at_once_leave_one_member_and_one_account(
    client: Client, link: str, studio_org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Invitation.objects.get()
    Invitation.objects.update(accepted_at=timezone.now())
    monkeypatch.setattr(Invitation, "find", classmethod(lambda cls, token: found))
    assert client.post(link, NEW).status_code == 410
    assert not User.objects.filter(email="nora@new.example").exists()


def test_an_expired_link_gets_a_sentence(client: Client, link: str) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.post(link, NEW)
    assert answer.status_code == 410
    assert "Ask the person who sent it for a new one." in answer.content.decode()
    assert not User.objects.filter(email="nora@new.example").exists()


def test_an_admin_withdraws_an_invitation(
    as_: As, owner: User, studio_org: Organisation, link: str, client: Client
) -> None:
    invitation = Invitation.objects.get()
    as_(owner).post(reverse("invitation_withdraw", args=[studio_org.slug, invitation.pk]))
    assert client.get(link).status_code == 410
    assert not inviting.pending(studio_org).exists()


def test_an_invitation_that_was_used_cannot_be_withdrawn(
    as_: As, owner: User, studio_org: Organisation, link: str, client: Client
) -> None:
    client.post(link, NEW)
    invitation = Invitation.objects.get()
    answer = as_(owner).post(
        reverse("invitation_withdraw", args=[studio_org.slug, invitation.pk]), follow=True
    )
    assert "had joined already" in answer.content.decode()
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None
