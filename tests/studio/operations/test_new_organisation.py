"""The command that makes an organisation with its first admin."""

from __future__ import annotations

import re
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from studio.organisations.models import Organisation, Role, User

pytestmark = pytest.mark.django_db


def run(name: str, admin: str = "olga@film.example", person: str = "Olga Brandt") -> str:
    out = StringIO()
    call_command("new_organisation", name, "--admin", admin, "--name", person, stdout=out)
    return out.getvalue()


def test_it_makes_organisation_admin_and_presets() -> None:
    run("Nordlicht Film")
    organisation = Organisation.objects.get()
    member = organisation.members.get()
    assert organisation.slug == "nordlicht-film"
    assert (member.user.email, member.role) == ("olga@film.example", Role.ADMIN)
    assert organisation.presets.count() == 12


def test_the_admin_gets_in_by_the_printed_link(client: Client) -> None:
    [link] = re.findall(r"http\S+/password/\S+", run("Nordlicht Film"))
    form = client.get(urlsplit(link).path, follow=True)
    new = {"new_password1": "green lantern at sea", "new_password2": "green lantern at sea"}
    client.post(form.request["PATH_INFO"], new)
    answer = client.post(
        "/login/", {"username": "olga@film.example", "password": "green lantern at sea"}
    )
    assert answer.headers["Location"] == "/"


def test_somebody_known_becomes_admin_and_keeps_the_password() -> None:
    known = User.objects.create_user("olga@film.example", "Olga", "a password")
    said = run("Second", admin="OLGA@film.example")
    assert "signs in as before" in said
    known.refresh_from_db()
    assert known.check_password("a password")
    assert User.objects.count() == 1


def test_names_that_look_alike_or_have_no_latin_letters_get_their_own_address() -> None:
    for name in ("Nordlicht", "Nordlicht", "北极光影业", "北极光影业"):
        run(name)
    slugs = set(Organisation.objects.values_list("slug", flat=True))
    assert len(slugs) == 4
    assert {"nordlicht", "studio"} < slugs


@pytest.mark.parametrize(("name", "admin", "person"), [
    ("Film", "not an address", "Olga"), (" ", "olga@film.example", "Olga"),
    ("Film", "olga@film.example", " "),
])  # fmt: skip
def test_it_says_what_is_wrong_and_makes_nothing(name: str, admin: str, person: str) -> None:
    with pytest.raises(CommandError, match=r"\.$"):
        run(name, admin, person)
    assert not Organisation.objects.exists()
    assert not User.objects.exists()
