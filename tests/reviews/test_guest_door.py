"""The door of a guest's link: who comes in, who has to wait, and what an ended link shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews import guest_guessing
from studio.reviews.models import Comment, Guest, GuestDecision, Happening, ReviewLink, Rights
from tests.reviews.guests import (
    PASSPHRASE,
    come_in,
    decide,
    door,
    guest_at,
    make_link,
    media_on,
    page_of,
    say,
)

type As = Callable[[User], Client]


def test_a_guest_says_once_who_they_are_and_is_led_to_the_video(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver)
    browser = guest_at(token)
    answer = browser.get(door(token), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("guest_version", args=[token, version.pk])
    assert "Grete Gast" in answer.text
    assert Guest.objects.count() == 1
    assert browser.get(door(token)).status_code == 302
    assert Guest.objects.count() == 1


def test_only_hashes_of_token_and_passphrase_are_kept(version: Version, approver: User) -> None:
    link, token = make_link(version, approver, passphrase=PASSPHRASE)
    kept = " ".join(str(value) for value in ReviewLink.objects.values().get(pk=link.pk).values())
    assert token not in kept
    assert PASSPHRASE not in kept


def test_without_coming_in_there_is_only_the_door(version: Version, approver: User) -> None:
    _, token = make_link(version, approver, rights=Rights.APPROVE)
    stranger = Client()
    answers = [
        page_of(stranger, token, version),
        say(stranger, token, version, frame=1, text="x"),
        decide(stranger, token, version, "approve"),
        stranger.get(reverse("guest_download", args=[token, version.pk])),
    ]
    assert {answer["Location"] for answer in answers} == {door(token)}
    assert not Comment.objects.exists()
    assert not GuestDecision.objects.exists()


def without_csrf(page: str) -> str:
    """The page without what is different in every answer."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page)


@pytest.mark.parametrize("ending", ["expired", "revoked"])
def test_a_link_that_has_ended_leads_nowhere_also_for_those_inside(
    as_: As, version: Version, approver: User, ending: str
) -> None:
    link, token = make_link(version, approver, rights=Rights.APPROVE, may_download=True)
    browser = guest_at(token)
    film = media_on(page_of(browser, token, version).text)[0]
    assert browser.get(film).status_code == 200
    if ending == "revoked":
        as_(approver).post(reverse("review_link_revoke", args=[link.pk]))
    else:
        past = timezone.now() - timedelta(seconds=1)
        ReviewLink.objects.filter(pk=link.pk).update(expires_at=past)
    answers = [
        browser.get(door(token)), page_of(browser, token, version), browser.get(film),
        say(browser, token, version, frame=1, text="x"),
        decide(browser, token, version, "approve"),
        browser.get(reverse("guest_download", args=[token, version.pk])),
        come_in(token),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * 7
    unknown, ended = (Client().get(door(one)).text for one in ("no-such-link", token))
    assert without_csrf(unknown) == without_csrf(ended)


def test_a_wrong_passphrase_is_refused_and_the_right_one_lets_in(
    version: Version, approver: User
) -> None:
    link, token = make_link(version, approver, passphrase=PASSPHRASE)
    answer = come_in(token, passphrase="wrong horse")
    assert answer.status_code == 422
    assert "not the passphrase" in answer.text
    assert "wrong horse" not in answer.text
    assert link.events.get().what == Happening.REFUSED
    assert come_in(token, passphrase=PASSPHRASE).status_code == 302


def test_after_five_wrong_tries_even_the_right_passphrase_has_to_wait(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver, passphrase=PASSPHRASE)
    for _ in range(guest_guessing.GUESSES):
        assert come_in(token, passphrase="wrong").status_code == 422
    answer = come_in(token, passphrase=PASSPHRASE)
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    assert not Guest.objects.exists()


def test_the_tries_of_one_address_and_one_link_do_not_count_for_others(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver, passphrase=PASSPHRASE)
    _, other = make_link(version, approver, passphrase=PASSPHRASE)
    for _ in range(guest_guessing.GUESSES + 1):
        come_in(token, passphrase="wrong")
    assert come_in(other, passphrase=PASSPHRASE).status_code == 302
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert come_in(token, client=elsewhere, passphrase=PASSPHRASE).status_code == 302


def test_many_addresses_together_are_slowed_as_well(
    version: Version, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_guessing, "GUESSES_FROM_EVERYWHERE", 8)
    _, token = make_link(version, approver, passphrase=PASSPHRASE)
    answers = [
        come_in(token, client=Client(REMOTE_ADDR=f"203.0.113.{n}"), passphrase="w")
        for n in range(9)
    ]
    assert [answer.status_code for answer in answers] == [422] * 8 + [429]


def test_a_cookie_opens_only_its_own_link(
    version: Version, other_version: Version, approver: User
) -> None:
    _, mine = make_link(version, approver)
    _, other = make_link(other_version, approver)
    browser = guest_at(mine)
    cookie = browser.cookies["guest"]
    assert cookie["path"] == door(mine)
    assert cookie["httponly"]
    browser.cookies["guest"]["path"] = "/"  # as if a browser sent it everywhere
    assert page_of(browser, other, other_version).url == door(other)
