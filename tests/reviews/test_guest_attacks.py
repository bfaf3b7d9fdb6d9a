"""What somebody with ill will and a link, or with somebody else's, does not get."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews import guest_guessing, guest_media
from studio.reviews.models import Comment, Guest, GuestDecision, ReviewLink, Rights
from tests.reviews.guests import (
    PASSPHRASE,
    come_in,
    decide,
    door,
    guest_at,
    make_link,
    page_of,
    say,
)
from tests.reviews.test_guest_media import film_on

type As = Callable[[User], Client]


def answers_of(browser: Client, token: str, version: Version) -> list[Any]:
    """What every address of a guest answers."""
    film = reverse("guest_media", args=[token, "x"])
    return [
        browser.get(door(token)), page_of(browser, token, version), browser.get(film),
        say(browser, token, version, frame=1, text="x"),
        decide(browser, token, version, "approve"),
        browser.get(reverse("guest_live", args=[token, version.pk])),
        browser.post(reverse("guest_played", args=[token, version.pk])),
        browser.post(reverse("guest_withdraw", args=[token, version.pk])),
        browser.get(reverse("guest_download", args=[token, version.pk])),
    ]  # fmt: skip


def test_a_film_under_way_breaks_off_when_its_link_is_revoked(
    version: Version, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.ranges.BLOCK_BYTES", 100)
    monkeypatch.setattr(guest_media, "LOOK_AGAIN_SECONDS", 0)
    link, token = make_link(version, approver, may_download=True)
    browser = guest_at(token)
    film = film_on(browser, token, version)
    for address in (film, reverse("guest_download", args=[token, version.pk])):
        ReviewLink.objects.update(revoked_at=None)
        blocks: Iterator[bytes] = iter(browser.get(address))
        assert len(next(blocks)) == 100
        link.revoke(by=approver)
        assert list(blocks) == []


def test_links_into_an_archived_project_rest_until_it_is_reopened(
    as_: As, version: Version, approver: User
) -> None:
    link, token = make_link(version, approver, rights=Rights.APPROVE, may_download=True)
    browser = guest_at(token)
    film = film_on(browser, token, version)
    Project.objects.filter(pk=link.project_id).update(archived_at=timezone.now())
    answers = [*answers_of(browser, token, version), browser.get(film), come_in(token)]
    assert {answer.status_code for answer in answers} == {404}
    assert not Comment.objects.exists()
    assert not GuestDecision.objects.exists()
    page = as_(approver).get(reverse("review_link", args=[link.pk])).text
    assert "Rests while the project is archived" in page
    assert "Revoke this link" in page
    Project.objects.filter(pk=link.project_id).update(archived_at=None)
    assert browser.get(film).status_code == 200


def test_a_clip_that_was_removed_is_gone_for_its_guests(version: Version, approver: User) -> None:
    for to in (version, version.clip, version.clip.project):
        type(version.clip).objects.filter(pk=version.clip_id).update(removed_at=None)
        _, token = make_link(to, approver, rights=Rights.APPROVE, may_download=True)
        browser = guest_at(token)
        film = film_on(browser, token, version)
        type(version.clip).objects.filter(pk=version.clip_id).update(removed_at=timezone.now())
        answers = [browser.get(film), *answers_of(browser, token, version)[1:]]
        assert {answer.status_code for answer in answers} == {404}
        assert "Nothing to watch yet" in browser.get(door(token)).text


def test_an_address_that_a_guest_claims_does_not_win_new_tries(
    version: Version, approver: User, settings: Any
) -> None:
    _, token = make_link(version, approver, passphrase=PASSPHRASE)
    for behind_proxy in (False, True):
        caches["shared"].clear()
        settings.BEHIND_PROXY = behind_proxy
        for n in range(guest_guessing.GUESSES + 1):
            claimed = f"198.51.100.{n}, 203.0.113.7"  # the last is what our own proxy wrote
            browser = Client(
                headers={
                    "X-Forwarded-For": claimed, "X-Real-IP": f"198.51.100.{n}",
                    "Forwarded": f"for=198.51.100.{n}", "Client-IP": f"198.51.100.{n}",
                }
            )  # fmt: skip
            answer = come_in(token, client=browser, passphrase="wrong")
        assert answer.status_code == 429


def test_one_who_guesses_on_and_on_does_not_shut_the_door_for_everybody(
    version: Version, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_guessing, "GUESSES_FROM_EVERYWHERE", 8)
    _, token = make_link(version, approver, passphrase=PASSPHRASE)
    for _ in range(20):
        come_in(token, passphrase="a wrong one")
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert come_in(token, client=elsewhere, passphrase=PASSPHRASE).status_code == 302


def test_many_who_know_the_passphrase_come_in_at_the_same_time(
    version: Version, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_guessing, "GUESSES_FROM_EVERYWHERE", 2)
    _, token = make_link(version, approver, passphrase=PASSPHRASE)
    for number in range(4):
        browser = Client(REMOTE_ADDR=f"198.51.100.{number}")
        assert come_in(token, client=browser, passphrase=PASSPHRASE).status_code == 302


def test_asking_what_a_film_is_like_is_not_watching_it(version: Version, approver: User) -> None:
    link, token = make_link(version, approver, may_download=True)
    browser = guest_at(token)
    film = film_on(browser, token, version)
    happened = link.events.count()
    for address in (film, reverse("guest_download", args=[token, version.pk])):
        answer = browser.head(address)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer["Content-Length"] == "600" if address == film else "500"
    assert link.events.count() == happened


def test_the_address_of_a_link_is_told_to_no_other_site_and_no_search_engine(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver)
    browser = guest_at(token)
    film = film_on(browser, token, version)
    live = reverse("guest_live", args=[token, version.pk])
    answers: list[HttpResponseBase] = [
        Client().get(door(token)), page_of(browser, token, version), browser.get(film),
        browser.get(live), Client().get(door("no-such-link")),
    ]  # fmt: skip
    for answer in answers:
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer["Cache-Control"]


def test_every_act_of_a_guest_needs_the_pages_own_token(version: Version, approver: User) -> None:
    _, token = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(token)
    say(browser, token, version, frame=1, text="Mine")
    decide(browser, token, version, "approve")
    comment = Comment.objects.get()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    acts = [
        ("guest_comment_new", version), ("guest_decide", version), ("guest_played", version),
        ("guest_withdraw", version), ("guest_comment_edit", comment),
        ("guest_comment_take_back", comment),
    ]  # fmt: skip
    for name, thing in acts:
        address = reverse(name, args=[token, thing.pk])
        assert strict.post(address, {"frame": 1, "text": "x"}).status_code == 403, name
        assert strict.get(address).status_code == 405, name
    assert strict.post(door(token), {"name": "x", "email": "x@y.example"}).status_code == 403


def test_the_cookie_is_for_this_links_pages_and_no_script(
    version: Version, approver: User, settings: Any
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    link, token = make_link(version, approver)
    cookie = come_in(token).cookies["guest"]
    assert (cookie["path"], cookie["samesite"]) == (door(token), "Lax")
    assert cookie["httponly"]
    assert cookie["secure"]
    assert 0 < cookie["max-age"] <= (link.expires_at - timezone.now()).total_seconds() + 1
    assert token not in cookie.value


def test_a_cookie_of_one_link_does_not_open_another_of_the_same_version(
    version: Version, approver: User
) -> None:
    _, looking = make_link(version, approver, rights=Rights.LOOK)
    _, deciding = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(looking)
    browser.cookies["guest"]["path"] = "/"
    assert decide(browser, deciding, version, "approve")["Location"] == door(deciding)
    assert not GuestDecision.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Grete \u202etsaG", "Grete tsaG"),  # turns the direction of what follows
        ("Mara\u200b\u2066 Approver", "Mara Approver"),
        ("Two\r\nBcc: all@client.example", "Two Bcc: all@client.example"),
        ("A\x1b[2Jname", "A [2Jname"),
    ],
)
def test_a_name_is_one_line_of_signs_that_are_seen(
    version: Version, approver: User, typed: str, kept: str
) -> None:
    _, token = make_link(version, approver)
    come_in(token, typed)
    assert Guest.objects.get().name == kept


def test_a_name_of_nothing_that_is_seen_is_refused(version: Version, approver: User) -> None:
    _, token = make_link(version, approver)
    answer = come_in(token, "\u200b\u2063")
    assert answer.status_code == 422
    assert not Guest.objects.exists()


def test_markup_in_a_guests_words_stays_words_on_every_page(
    as_: As, version: Version, approver: User
) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    link, token = make_link(version, approver, rights=Rights.APPROVE)
    browser = guest_at(token, evil)
    say(browser, token, version, frame=1, text=evil)
    decide(browser, token, version, "reject", evil)
    member = as_(approver)
    pages = [page_of(browser, token, version).text] + [
        member.get(reverse(name, args=[pk])).text
        for name, pk in (
            ("review", version.pk), ("review_link", link.pk), ("review_links", link.project_id),
            ("clip_lineage", version.clip_id), ("desk", version.organisation.slug),
        )
    ]  # fmt: skip
    for page in pages:
        assert "<img src=x" not in page
