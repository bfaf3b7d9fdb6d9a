"""The pages on which members make links for guests, read their logs and revoke them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from studio.projects.models import Project, Visibility
from studio.reviews import link_views
from studio.reviews.links import links_of
from studio.reviews.models import Happening, ReviewLink, Rights
from tests.reviews.guests import come_in, door, guest_at, make_link

type As = Callable[[User], Client]

SAID = {"name": "Client", "to": "project", "rights": "approve", "days": "7"}


def test_a_creator_makes_a_link_whose_address_is_shown_once(
    as_: As, version: Version, teammate: User
) -> None:
    browser = as_(teammate)
    address = reverse("review_link_new", args=[version.clip.project_id])
    said = SAID | {"to": str(version.pk), "passphrase": "correct horse", "may_download": "on"}
    made = browser.post(address, said)
    link = ReviewLink.objects.get()
    assert (link.version, link.clip, link.rights) == (version, None, Rights.APPROVE)
    assert (link.may_download, link.needs_passphrase) == (True, True)
    assert 6 <= (link.expires_at - timezone.now()).days <= 7
    found = re.search(r"/guest/([\w-]{40,})/", made.text)
    assert found
    token = found[1]
    assert come_in(token, passphrase="correct horse").status_code == 302
    links = reverse("review_links", args=[link.project_id])
    assert browser.get(address).headers["Location"] == links, "a tab that was opened again"
    for name, pk in (("review_link", link.pk), ("review_links", link.project_id)):
        page = browser.get(reverse(name, args=[pk])).text
        assert token not in page
        assert "correct horse" not in page


def test_a_link_to_a_clip_of_another_project_cannot_be_made(
    as_: As, version: Version, teammate: User
) -> None:
    other = Project.objects.create(
        organisation=version.organisation, name="Other", created_by=teammate
    )
    address = reverse("review_link_new", args=[other.pk])
    for target in (str(version.pk), str(version.clip_id)):
        answer = as_(teammate).post(address, SAID | {"to": target})
        assert answer.status_code == 422
    assert not ReviewLink.objects.exists()


def test_a_short_passphrase_is_refused(as_: As, project: Project, teammate: User) -> None:
    address = reverse("review_link_new", args=[project.pk])
    answer = as_(teammate).post(address, SAID | {"passphrase": "short"})
    assert answer.status_code == 422
    assert "at least 8 characters" in answer.text


def test_an_archived_project_is_not_shared(as_: As, project: Project, teammate: User) -> None:
    Project.objects.filter(pk=project.pk).update(archived_at=timezone.now())
    as_(teammate).post(reverse("review_link_new", args=[project.pk]), SAID)
    assert not ReviewLink.objects.exists()


PAGES = [
    ("get", "review_links"), ("post", "review_link_new"), ("get", "review_link"),
    ("post", "review_link_revoke"), ("get", "review_link_preview"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "name"), PAGES)
def test_outsiders_and_colleagues_outside_a_closed_project_find_nothing(
    as_: As, version: Version, approver: User, outsider: User, viewer: User, method: str, name: str
) -> None:
    link, token = make_link(version, approver)
    of_project = name in ("review_links", "review_link_new")
    address = reverse(name, args=[link.project_id if of_project else link.pk])
    assert getattr(as_(viewer), method)(address).status_code == 403
    Project.objects.filter(pk=link.project_id).update(visibility=Visibility.MEMBERS)
    for somebody in (outsider, viewer):
        assert getattr(as_(somebody), method)(address).status_code == 404
    assert Client().get(door(token)).status_code == 200


def test_a_guest_is_no_member(version: Version, approver: User) -> None:
    link, token = make_link(version, approver)
    browser = guest_at(token)
    for name, pk in (("review_link", link.pk), ("review_links", link.project_id)):
        assert browser.get(reverse(name, args=[pk]))["Location"].startswith("/login/")


def test_revoking_says_who_did_it_and_is_done_once(
    as_: As, version: Version, approver: User, teammate: User
) -> None:
    link, _ = make_link(version, approver)
    revoke = reverse("review_link_revoke", args=[link.pk])
    as_(teammate).post(revoke)
    as_(approver).post(revoke)
    link.refresh_from_db()
    assert link.revoked_by == teammate
    page = as_(approver).get(reverse("review_link", args=[link.pk])).text
    assert "Revoked by Theo" in page
    assert "Revoke this link" not in page


def test_a_long_log_shows_the_latest_and_says_that_there_is_more(
    as_: As, version: Version, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_views, "LOG_ROWS", 3)
    link, _ = make_link(version, approver)
    browser = as_(approver)
    page = reverse("review_link", args=[link.pk])
    for number in range(5):
        guest = link.guests.create(name=f"Guest {number}", email="g@client.example")
        link.events.create(guest=guest, version=version, what=Happening.OPENED)
        assert ("the latest 3" in browser.get(page).text) == (number >= 3)
    shown = browser.get(page).text
    assert shown.count("<tr><td>") == 3
    assert shown.count("g@client.example") == 3
    assert "3 of 5" in shown
    assert "Guest 4" in shown
    assert "Guest 1" not in shown


def test_the_list_counts_guests_and_plays_each_by_itself(
    as_: As, version: Version, approver: User
) -> None:
    link, _ = make_link(version, approver)
    quiet, _ = make_link(version, approver, name="Nobody came")
    guests = [link.guests.create(name=f"G{n}", email="g@client.example") for n in range(3)]
    for guest in guests[:2]:
        for what in (Happening.OPENED, Happening.VIEWED, Happening.VIEWED):
            link.events.create(guest=guest, version=version, what=what)
    page = as_(approver).get(reverse("review_links", args=[link.project_id])).text
    assert "3 guests, 4 played, last" in page
    assert "0 guests, 0 played<" in page
    with CaptureQueriesContext(connection) as asked:
        rows = {row.link: row for row in links_of(link.project)}
    assert (rows[link].guests, rows[link].played, rows[quiet].last_at) == (3, 4, None)
    assert rows[link].last_at == link.events.latest("at").at
    # Joined, a thousand guests and ten thousand events of a link would be ten million rows.
    assert not any(' JOIN "reviews_linkevent"' in one["sql"] for one in asked)


def test_the_list_takes_as_many_queries_for_many_links_as_for_one(
    as_: As, version: Version, approver: User
) -> None:
    browser = as_(approver)
    address = reverse("review_links", args=[version.clip.project_id])
    make_link(version, approver)
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    for _ in range(8):
        make_link(version.clip, approver)
    with CaptureQueriesContext(connection) as many:
        assert browser.get(address).text.count("guest__link-facts") == 9
    assert len(many) == len(few)
