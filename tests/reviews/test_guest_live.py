"""A guest's open page: it follows what the team says and decides, and ends with its link."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment, GuestDecision, Rights
from studio.reviews.standing import status_of
from tests.conftest import make_job, make_version
from tests.reviews.guests import decide, guest_at, make_link, page_of, say

type As = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


class OpenPage:
    """A guest's page that was opened, and asks what is new as its browser would."""

    def __init__(self, to: Version, by: User, **fields: Any) -> None:
        self.link, self.token = make_link(to.clip, by, **fields)
        self.browser = guest_at(self.token)
        self.version = to
        self.asks = self._asked(page_of(self.browser, self.token, to).text)

    def _asked(self, page: str) -> str:
        found = re.search(r'hx-get="([^"]+)"', page)
        assert found
        return found[1].replace("&amp;", "&")

    def news(self) -> Any:
        """The answer to the page's next question."""
        answer = self.browser.get(self.asks, headers=HTMX)
        if answer.status_code == 200:
            self.asks = self._asked(answer.text)
        return answer


def approve(as_: As, user: User, version: Version) -> None:
    stage = status_of([version])[version.pk].current.stage
    said = {"verdict": "approve", "sha256": version.sha256, "stage": str(stage.pk), "rule": ""}
    answer = as_(user).post(reverse("decide", args=[version.pk]), said)
    assert answer.status_code == 302, answer.text


def test_nothing_new_is_an_answer_of_nothing(version: Version, approver: User) -> None:
    open_page = OpenPage(version, approver)
    assert [open_page.news().status_code for _ in range(2)] == [204, 204]


def test_what_a_member_shares_resolves_and_takes_back_shows_by_itself(
    version: Version, approver: User
) -> None:
    open_page = OpenPage(version, approver)
    comment = Comment.objects.create(version=version, author=approver, frame=5, text="Internal")
    assert open_page.news().status_code == 204
    Comment.objects.filter(pk=comment.pk).update(is_shared=True)
    assert "Internal" in open_page.news().text
    comment.resolve(by=approver)
    assert "resolved" in open_page.news().text
    comment.take_back()
    assert "Internal" not in open_page.news().text
    assert open_page.news().status_code == 204


def test_what_the_team_decides_shows_without_names_and_reasons(
    as_: As, version: Version, approver: User
) -> None:
    open_page = OpenPage(version, approver, rights=Rights.LOOK)
    assert "The team has not decided yet." in page_of(
        open_page.browser, open_page.token, version
    ).text  # fmt: skip
    approve(as_, approver, version)
    news = open_page.news().text
    assert "The team has approved this version." in news
    assert "Mara" not in news


def test_a_newer_version_shows_once_it_can_be_watched(
    version: Version, approver: User, teammate: User
) -> None:
    open_page = OpenPage(version, approver, rights=Rights.APPROVE)
    second = make_version(
        make_job(version.clip, teammate, number=2), review_copy="", video_plays=False
    )
    assert open_page.news().status_code == 204
    assert page_of(open_page.browser, open_page.token, version).status_code == 200
    assert (
        page_of(guest_at(open_page.token, "Nina Neu"), open_page.token, version).status_code == 200
    )
    assert decide(open_page.browser, open_page.token, version, "approve").status_code == 302
    Version.objects.filter(pk=second.pk).update(video_plays=True)
    news = open_page.news().text
    assert "v2 has replaced this version" in news
    assert reverse("guest_version", args=[open_page.token, second.pk]) in news


def test_a_colleagues_words_show_and_those_of_another_link_do_not(
    version: Version, approver: User
) -> None:
    open_page = OpenPage(version, approver)
    _, other = make_link(version.clip, approver)
    say(guest_at(other, "Berta Zwei"), other, version, frame=3, text="Of another link")
    assert open_page.news().status_code == 204
    say(guest_at(open_page.token, "Cora"), open_page.token, version, frame=3, text="Hers")
    news = open_page.news().text
    assert "Hers" in news
    assert "another link" not in news


def test_a_guest_by_a_members_name_is_known_as_a_guest_by_the_other_guests(
    version: Version, approver: User
) -> None:
    _, token = make_link(version, approver)
    eve = guest_at(token, str(approver))
    say(eve, token, version, frame=3, text="Publish it")
    thread = Comment.objects.get()
    say(eve, token, version, parent=thread.pk, text="Now")
    Comment.objects.create(version=version, author=approver, frame=9, text="No", is_shared=True)
    page = page_of(guest_at(token, "Grete"), token, version).text
    heads = re.findall(r'<div class="comment__head">.*?</div>', page)
    assert [("Mara" in head, ">guest<" in head) for head in heads] == [
        (True, True), (True, True), (True, False),
    ]  # fmt: skip


def test_an_open_page_of_a_revoked_link_is_told_to_load_itself_anew(
    as_: As, version: Version, approver: User
) -> None:
    open_page = OpenPage(version, approver)
    as_(approver).post(reverse("review_link_revoke", args=[open_page.link.pk]))
    answer = open_page.news()
    assert (answer.status_code, answer["HX-Refresh"]) == (404, "true")
    assert answer.content == b""


def test_an_open_page_of_a_project_at_rest_asks_on_and_hears_how_that_ends(
    version: Version, approver: User
) -> None:
    open_page = OpenPage(version, approver)
    project = version.clip.project
    project.archive()
    rests = open_page.news()
    assert (rests.status_code, "every 30s" in rests.text) == (200, True)
    assert open_page.news().status_code == 204, "its sentence is not read out anew"
    project.reopen()
    goes_on = open_page.news()
    assert (goes_on.status_code, 'id="comments-head"' in goes_on.text) == (200, True)
    project.archive()
    assert open_page.news().status_code == 200
    open_page.link.revoke(by=approver)
    ends = open_page.news()
    assert (ends.status_code, ends["HX-Refresh"]) == (404, "true")


def test_an_open_page_whose_cookie_is_gone_is_told_to_load_itself_anew(
    version: Version, approver: User
) -> None:
    open_page = OpenPage(version, approver)
    answer = Client().get(open_page.asks, headers=HTMX)
    assert (answer.status_code, answer["HX-Refresh"]) == (404, "true")


def test_a_preview_does_not_ask_for_news(as_: As, version: Version, approver: User) -> None:
    link, _ = make_link(version, approver)
    page = as_(approver).get(reverse("review_link_preview", args=[link.pk])).text
    assert "hx-get" not in page.split('id="room-live"')[1].split(">")[0]


def test_asking_for_news_takes_the_same_few_queries_however_much_was_said(
    version: Version, approver: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    open_page = OpenPage(version, approver)
    for n in range(60):
        Comment.objects.create(version=version, author=approver, frame=n, text="x", is_shared=True)
    open_page.news()
    with django_assert_max_num_queries(9):
        assert open_page.news().status_code == 204


def test_a_withdrawn_decision_stays_visible_to_the_team(
    as_: As, version: Version, approver: User
) -> None:
    open_page = OpenPage(version, approver, rights=Rights.APPROVE)
    decide(open_page.browser, open_page.token, version, "approve")
    open_page.news()
    withdraw = reverse("guest_withdraw", args=[open_page.token, version.pk])
    open_page.browser.post(withdraw)
    open_page.browser.post(withdraw)
    assert GuestDecision.objects.exclude(withdrawn_at=None).count() == 1
    assert "You decided" not in open_page.news().text
    page = as_(approver).get(reverse("review", args=[version.pk])).text
    assert "<s>Approve</s> withdrawn" in page
    details = open_page.link.events.filter(what="decided").values_list("detail", flat=True)
    assert sorted(details) == ["Approve", "Withdrawn"]


def test_a_guests_decision_stands_in_lineage_and_on_the_desk_as_not_counted(
    as_: As, version: Version, approver: User
) -> None:
    _, token = make_link(version, approver, rights=Rights.APPROVE)
    decide(guest_at(token), token, version, "request_changes", "Too dark")
    browser = as_(approver)
    for address in (
        reverse("clip_lineage", args=[version.clip_id]),
        reverse("desk", args=[version.organisation.slug]),
    ):
        assert "Guests, not counted: Grete Gast requests changes" in browser.get(address).text


def test_a_returning_guest_is_led_to_what_is_new_and_from_one_to_the_next(
    version: Version, approver: User, teammate: User
) -> None:
    from tests.storyboard.boards import add

    other = make_version(
        make_job(add(version.clip.project, teammate, "Second", like=version.clip), teammate)
    )
    _, token = make_link(version.clip.project, approver)
    browser = guest_at(token)
    first, second = (reverse("guest_version", args=[token, one.pk]) for one in (version, other))
    assert browser.get(reverse("guest_door", args=[token]))["Location"] == first
    page = browser.get(first).text
    assert "1 new to you" in page
    assert re.search(rf'id="guest-after" href="{second}" data-shortcut="\]"', page)
    assert 'id="guest-before"' not in page
    assert browser.get(reverse("guest_door", args=[token]))["Location"] == second
    page = browser.get(second).text
    assert "new to you" not in page
    assert re.search(rf'id="guest-before" href="{first}" data-shortcut="\["', page)
    assert browser.get(reverse("guest_door", args=[token]))["Location"] == first
