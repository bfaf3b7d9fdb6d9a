"""Somebody leaves the organisation: their guest links do not stay open unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.organisations import membership
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import Project
from studio.reviews.models import ReviewLink
from tests.conftest import person
from tests.reviews.guests import make_link

type As = Callable[[User], Client]


@pytest.fixture
def links(version: Version, approver: User, owner: User) -> dict[str, ReviewLink]:
    """Two open ones of Mara's, and those that are none of them."""
    lately = timezone.now() - timedelta(hours=1)
    made = {
        "open": make_link(version, approver)[0],
        "also open": make_link(version.clip, approver)[0],
        "expired": make_link(version, approver, expires_at=lately)[0],
        "revoked": make_link(version, approver)[0],
        "another's": make_link(version, owner)[0],
    }
    made["revoked"].revoke(by=owner)
    return made


def address(organisation: Organisation, user: User) -> str:
    return reverse("member_remove", args=[organisation.slug, user.pk])


def open_links() -> set[ReviewLink]:
    return set(ReviewLink.objects.filter(revoked_at=None, expires_at__gt=timezone.now()))


def test_removing_somebody_says_how_many_links_they_leave_and_offers_to_revoke_them(
    as_: As, owner: User, approver: User, studio_org: Organisation, links: dict[str, ReviewLink]
) -> None:
    page = as_(owner).get(address(studio_org, approver)).text
    assert "Mara made 2 guest links that are still open." in page
    assert 'name="revoke_links" value="1" id="revoke-links" checked' in page
    assert "Revoke these 2 links as well" in page


def test_they_are_revoked_in_the_same_act_and_no_others(
    as_: As, owner: User, approver: User, studio_org: Organisation, links: dict[str, ReviewLink]
) -> None:
    answer = as_(owner).post(address(studio_org, approver), {"revoke_links": "1"}, follow=True)
    said = "Mara is no longer in Nordlicht Film. 2 guest links of theirs are revoked."
    assert said in answer.text
    assert open_links() == {links["another's"]}
    assert {one.revoked_by for one in ReviewLink.objects.filter(name="Client").exclude(
        revoked_at=None)} == {owner}  # fmt: skip
    assert not Member.objects.filter(user=approver).exists()


def test_whoever_unticks_it_keeps_them_open(
    as_: As, owner: User, approver: User, studio_org: Organisation, links: dict[str, ReviewLink]
) -> None:
    as_(owner).post(address(studio_org, approver))
    assert links["open"] in open_links()
    assert not Member.objects.filter(user=approver).exists()


def test_links_that_rest_in_an_archive_count_and_those_of_another_organisation_do_not(
    as_: As, owner: User, approver: User, studio_org: Organisation, project: Project,
    links: dict[str, ReviewLink], outsider: User,
) -> None:  # fmt: skip
    project.archive()
    elsewhere = outsider.memberships.get().organisation
    elsewhere.add_member(approver, Role.CREATOR)
    other = Project.objects.create(organisation=elsewhere, name="Other", created_by=outsider)
    theirs, _ = make_link(other, approver)
    page = as_(owner).get(address(studio_org, approver)).text
    assert "Mara made 2 guest links that are still open." in page
    as_(owner).post(address(studio_org, approver), {"revoke_links": "1"})
    assert open_links() == {links["another's"], theirs}


def test_the_only_admin_stays_and_so_do_the_links(
    as_: As, owner: User, studio_org: Organisation, links: dict[str, ReviewLink]
) -> None:
    answer = as_(owner).post(address(studio_org, owner), {"revoke_links": "1"}, follow=True)
    assert "Olga is the only admin" in answer.text
    assert links["another's"] in open_links()


def test_whoever_left_no_links_is_removed_without_a_word_about_them(
    as_: As, owner: User, teammate: User, studio_org: Organisation
) -> None:
    page = as_(owner).get(address(studio_org, teammate)).text
    assert "guest link" not in page
    answer = as_(owner).post(address(studio_org, teammate), follow=True)
    assert "Theo is no longer in Nordlicht Film." in answer.text
    assert "guest link" not in answer.text


def test_only_admins_of_the_organisation_get_to_that_page(
    as_: As, teammate: User, approver: User, outsider: User, studio_org: Organisation
) -> None:
    there = address(studio_org, approver)
    assert as_(teammate).get(there).status_code == 403
    assert as_(outsider).get(there).status_code == 404
    assert Member.objects.filter(user=approver).exists()


def test_the_links_of_a_project_say_who_made_them_and_has_left(
    as_: As, owner: User, approver: User, version: Version, links: dict[str, ReviewLink]
) -> None:
    listed = reverse("review_links", args=[version.clip.project_id])
    browser = as_(owner)
    assert "who has left" not in browser.get(listed).text
    membership.remove(Member.objects.get(user=approver))
    page = browser.get(listed).text
    assert page.count("Made by Mara, who has left.") == 4
    one = browser.get(reverse("review_link", args=[links["open"].pk])).text
    assert "Mara, who has left" in one


def test_the_list_takes_as_many_queries_however_many_have_left(
    as_: As, owner: User, version: Version, studio_org: Organisation, approver: User
) -> None:
    browser, listed = as_(owner), reverse("review_links", args=[version.clip.project_id])

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get(listed)
        return len(seen)

    make_link(version, approver)
    queries()
    few = queries()
    for number in range(3):
        left = person(studio_org, f"P{number}", Role.CREATOR)
        make_link(version, left)
        membership.remove(Member.objects.get(user=left))
    assert queries() == few
