"""Signing in, the front door, the own account."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from studio.organisations.models import Organisation, Role, User

type As = Callable[[User], Client]
LOGIN = {"username": "theo@nordlicht.example", "password": "a password"}


def test_the_front_door_asks_a_stranger_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/").headers["Location"] == "/login/?next=/"


def test_signing_in_leads_to_the_projects_of_the_organisation(
    client: Client, teammate: User
) -> None:
    answer = client.post(reverse("login"), LOGIN | {"username": "THEO@Nordlicht.example"})
    assert answer.headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/o/nordlicht/projects/"


def test_the_front_door_leads_to_where_the_person_was_last(
    as_: As, teammate: User, studio_org: Organisation
) -> None:
    first_by_name = Organisation.objects.create(name="Aal & Co", slug="aal")
    first_by_name.add_member(teammate, Role.VIEWER)
    browser = as_(teammate)
    assert browser.get("/").headers["Location"] == "/o/aal/projects/"
    browser.get(reverse("members", args=[studio_org.slug]))
    assert browser.get("/").headers["Location"] == "/o/nordlicht/projects/"


def test_the_front_door_forgets_an_organisation_that_the_person_left(
    as_: As, teammate: User, studio_org: Organisation
) -> None:
    browser = as_(teammate)
    browser.get(reverse("members", args=[studio_org.slug]))
    teammate.memberships.all().delete()
    answer = browser.get("/")
    assert answer.status_code == 200
    assert "You are in no organisation yet" in answer.content.decode()
    assert "theo@nordlicht.example" in answer.content.decode()


def test_a_person_switches_to_another_own_organisation_only(
    as_: As, teammate: User, outsider: User
) -> None:
    browser = as_(teammate)
    mine = browser.post(reverse("organisation_switch"), {"organisation": "nordlicht"})
    assert mine.headers["Location"] == "/o/nordlicht/projects/"
    theirs = browser.post(reverse("organisation_switch"), {"organisation": "elsewhere"})
    assert theirs.status_code == 404


def test_a_wrong_password_gets_a_sentence(client: Client, teammate: User) -> None:
    answer = client.post(reverse("login"), LOGIN | {"password": "wrong"})
    assert "Please enter a correct email address and password." in answer.content.decode()


def test_guessing_passwords_is_stopped_with_a_way_out(
    client: Client, teammate: User, settings: Any
) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    answers = [client.post(reverse("login"), LOGIN | {"password": f"guess {n}"}) for n in range(3)]
    assert answers[-1].status_code == 429
    assert "Too many wrong passwords" in answers[-1].content.decode()
    assert client.post(reverse("login"), LOGIN).status_code == 429
    shouted = LOGIN | {"username": "THEO@nordlicht.example"}
    assert client.post(reverse("login"), shouted).status_code == 429


def test_guessing_at_one_person_does_not_lock_out_a_colleague(
    client: Client, teammate: User, approver: User, settings: Any
) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    for n in range(4):
        client.post(reverse("login"), LOGIN | {"password": f"guess {n}"})
    mara = LOGIN | {"username": approver.email}
    assert client.post(reverse("login"), mara).headers["Location"] == "/"


def test_signing_out_needs_a_press_of_the_button(as_: As, teammate: User) -> None:
    browser = as_(teammate)
    assert browser.get(reverse("logout")).status_code == 405
    browser.post(reverse("logout"))
    assert browser.get("/").headers["Location"] == "/login/?next=/"


@pytest.mark.parametrize("password", ["a password", None])
def test_a_new_password_is_set_by_mail_even_by_somebody_who_never_had_one(
    client: Client, db: None, password: str | None
) -> None:
    User.objects.create_user("lena@nordlicht.example", "Lena", password)
    client.post(reverse("password_reset"), {"email": "Lena@nordlicht.example"})
    [sent] = mail.outbox
    [path] = re.findall(r"https?://testserver(/password/\S+)", str(sent.body))
    form = client.get(path, follow=True)
    address = form.request["PATH_INFO"]
    new = "green lantern at sea"
    answer = client.post(address, {"new_password1": new, "new_password2": new})
    assert answer.headers["Location"] == reverse("password_reset_complete")
    assert client.login(
        request=answer.wsgi_request, username="lena@nordlicht.example", password=new
    )


def test_asking_for_a_new_password_does_not_tell_who_is_here(client: Client, db: None) -> None:
    answer = client.post(reverse("password_reset"), {"email": "nobody@nowhere.example"})
    assert answer.headers["Location"] == reverse("password_reset_done")
    assert not mail.outbox


def test_a_person_changes_the_own_name(as_: As, teammate: User) -> None:
    as_(teammate).post(reverse("profile"), {"name": "Theodor Groß"})
    teammate.refresh_from_db()
    assert teammate.name == "Theodor Groß"


def test_a_new_password_needs_the_old_one(as_: As, teammate: User) -> None:
    new = {"new_password1": "green lantern at sea", "new_password2": "green lantern at sea"}
    answer = as_(teammate).post(reverse("profile_password"), new | {"old_password": "wrong"})
    assert answer.status_code == 422
    assert answer.context["password_form"].errors["old_password"]


def test_a_new_password_keeps_this_device_signed_in_and_signs_others_out(
    as_: As, teammate: User
) -> None:
    here, elsewhere = as_(teammate), as_(teammate)
    new = {"new_password1": "green lantern at sea", "new_password2": "green lantern at sea"}
    answer = here.post(reverse("profile_password"), new | {"old_password": "a password"})
    assert answer.headers["Location"] == reverse("profile")
    assert here.get(reverse("profile")).status_code == 200
    assert elsewhere.get(reverse("profile")).status_code == 302
