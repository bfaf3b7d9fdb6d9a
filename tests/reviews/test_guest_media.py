"""Films for guests: through the link's own addresses, in ranges, for a while, kept by nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews import guest_access
from studio.reviews.guest_access import SALT
from studio.reviews.models import Guest, Rights
from tests.conftest import make_job, make_version
from tests.reviews.guests import guest_at, make_link, page_of

FILM = b"review" * 100


def film_on(browser: Client, token: str, version: Version) -> str:
    found = re.search(r'<video src="([^"]+)"', page_of(browser, token, version).text)
    assert found
    return found[1]


def body(answer: Any) -> bytes:
    return b"".join(answer)


def test_the_film_comes_from_the_links_own_address_and_nobody_keeps_it(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver)
    browser = guest_at(token)
    film = film_on(browser, token, version)
    assert film.startswith(f"/guest/{token}/media/")
    answer = browser.get(film)
    assert body(answer) == FILM
    assert "no-store" in answer["Cache-Control"]
    assert answer["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "status", "got", "said"),
    [
        ("bytes=0-5", 206, FILM[:6], "bytes 0-5/600"),
        ("bytes=590-", 206, FILM[590:], "bytes 590-599/600"),
        ("bytes=-4", 206, FILM[-4:], "bytes 596-599/600"),
        ("bytes=600-", 416, b"", "bytes */600"),
    ],
)
def test_a_player_gets_the_range_that_it_asks_for(
    version: Version, approver: User, asked: str, status: int, got: bytes, said: str
) -> None:
    _, token = make_link(version, approver)
    browser = guest_at(token)
    answer = browser.get(film_on(browser, token, version), headers={"Range": asked})
    assert (answer.status_code, body(answer), answer["Content-Range"]) == (status, got, said)


def test_an_address_of_a_film_is_worth_nothing_to_anybody_else(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver)
    film = film_on(guest_at(token), token, version)
    colleague = guest_at(token, "Nina Neu")
    assert colleague.get(film).status_code == 404
    stranger = Client().get(film)
    assert stranger.status_code == 302
    assert stranger["Location"] == reverse("guest_door", args=[token])


def test_an_address_of_a_film_is_good_for_half_a_day(
    version: Version, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = make_link(version, approver)
    browser = guest_at(token)
    film = film_on(browser, token, version)
    monkeypatch.setattr(guest_access, "MEDIA_SECONDS", -1)
    assert browser.get(film).status_code == 404


def test_neither_a_forged_address_nor_one_of_another_version_leads_anywhere(
    version: Version, approver: User, teammate: User
) -> None:
    _, token = make_link(version, approver)
    browser = guest_at(token)
    second = make_version(make_job(version.clip, teammate, number=2))
    guest = str(Guest.objects.get().pk)
    of_another = signing.dumps([str(second.pk), "film", guest], salt=f"{SALT}.media")
    master = signing.dumps([str(version.pk), "master", guest], salt=f"{SALT}.media")
    for signed in ("forged", of_another, master):
        assert browser.get(reverse("guest_media", args=[token, signed])).status_code == 404


def test_the_members_addresses_of_a_film_ask_a_guest_to_sign_in(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver, may_download=True)
    browser = guest_at(token)
    for name in ("version_review_copy", "version_video", "version_poster", "review"):
        answer = browser.get(reverse(name, args=[version.pk]))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")


def test_the_master_is_downloaded_only_where_the_link_allows_it(
    version: Version, approver: User
) -> None:
    for may_download, status in ((True, 200), (False, 404)):
        _, token = make_link(version, approver, may_download=may_download, rights=Rights.LOOK)
        browser = guest_at(token)
        answer = browser.get(reverse("guest_download", args=[token, version.pk]))
        assert answer.status_code == status
        if may_download:
            assert body(answer) == b"video" * 100
            assert "attachment" in answer["Content-Disposition"]
