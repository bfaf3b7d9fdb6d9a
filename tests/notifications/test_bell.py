"""The bell, the list behind it, and what each person chooses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from studio.notifications.models import Kind, Mail, Notification, Preference
from studio.organisations.models import Member, User
from studio.projects.models import Project, Visibility

type As = Callable[[User], Client]
type Told = Callable[..., Notification]


def count_on(page: str) -> str:
    found = re.search(r'class="bell__count"[^>]*>(\d+)<', page)
    return found[1] if found else ""


def test_the_bell_counts_what_is_unread_on_every_page(
    as_: As, told: Told, teammate: User, approver: User
) -> None:
    browser = as_(teammate)
    assert count_on(browser.get(reverse("profile")).text) == ""
    told(teammate)
    told(teammate)
    told(approver)
    page = browser.get(reverse("profile")).text
    assert count_on(page) == "2"
    assert "Notifications, 2 unread" in page


def test_asking_again_is_answered_with_nothing_while_nothing_has_changed(
    as_: As, told: Told, teammate: User
) -> None:
    browser = as_(teammate)
    told(teammate)
    assert browser.get(reverse("bell"), {"seen": "1"}).status_code == 204
    told(teammate)
    answer = browser.get(reverse("bell"), {"seen": "1"})
    assert count_on(answer.text) == "2"
    assert 'data-seen="2"' in answer.text


def test_asking_is_cheap(
    as_: As, told: Told, teammate: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    browser = as_(teammate)
    for _ in range(20):
        told(teammate)
    with django_assert_max_num_queries(3):  # session, person, count
        browser.get(reverse("bell"), {"seen": "20"})


def test_opening_one_marks_it_read_and_goes_where_it_happened(
    as_: As, told: Told, teammate: User
) -> None:
    one = told(teammate, path="/versions/x/?frame=42#comment-y")
    answer = as_(teammate).get(reverse("notification", args=[one.pk]))
    assert answer["Location"] == "/versions/x/?frame=42#comment-y"
    one.refresh_from_db()
    assert one.read_at is not None


def test_all_are_marked_read_at_once_and_only_ones_own(
    as_: As, told: Told, teammate: User, approver: User
) -> None:
    for person in (teammate, teammate, approver):
        told(person)
    as_(teammate).post(reverse("notifications_read"))
    unread = Notification.objects.unread()
    assert [one.user for one in unread] == [approver]


def test_what_came_after_the_page_was_made_stays_unread(
    as_: As, told: Told, teammate: User
) -> None:
    browser = as_(teammate)
    told(teammate)
    shown = re.search(r'name="until" value="([^"]+)"', browser.get(reverse("notifications")).text)
    assert shown
    newer = told(teammate)
    browser.post(reverse("notifications_read"), {"until": shown[1]})
    assert list(Notification.objects.unread()) == [newer]


def test_more_than_ninety_nine_are_not_counted(as_: As, told: Told, teammate: User) -> None:
    for _ in range(101):
        told(teammate)
    page = as_(teammate).get(reverse("profile")).text
    assert ">99+<" in page
    assert "100 or more unread" in page


def test_somebody_elses_notification_does_not_exist(
    as_: As, told: Told, teammate: User, outsider: User, approver: User
) -> None:
    one = told(teammate)
    for somebody in (outsider, approver):
        assert as_(somebody).get(reverse("notification", args=[one.pk])).status_code == 404
        assert one.sentence not in as_(somebody).get(reverse("notifications")).text
    one.refresh_from_db()
    assert one.read_at is None


@pytest.mark.parametrize("gone", ["the project is closed", "the person has left"])
def test_what_is_told_of_a_project_goes_with_the_right_to_see_it(
    as_: As, told: Told, viewer: User, project: Project, gone: str
) -> None:
    one = told(viewer)
    browser = as_(viewer)
    assert one.sentence in browser.get(reverse("notifications")).text
    if gone == "the project is closed":
        Project.objects.filter(pk=project.pk).update(visibility=Visibility.MEMBERS)
    else:
        Member.objects.filter(user=viewer).delete()
    assert one.sentence not in browser.get(reverse("notifications")).text
    assert browser.get(reverse("notification", args=[one.pk])).status_code == 404
    assert count_on(browser.get(reverse("profile")).text) == ""


@pytest.mark.parametrize("name", ["notifications", "bell", "notification_settings"])
def test_a_stranger_is_asked_to_sign_in(client: Client, name: str) -> None:
    assert client.get(reverse(name))["Location"].startswith("/login/")


def test_what_a_person_chooses_for_each_kind_is_kept(as_: As, teammate: User) -> None:
    browser = as_(teammate)
    address = reverse("notification_settings")
    said = {kind.value: Mail.DIGEST.value for kind in Kind} | {"reply": "none"}
    browser.post(address, said)
    browser.post(address, said)
    kept = dict(Preference.objects.filter(user=teammate).values_list("kind", "mail"))
    assert kept == said
    assert re.search(r'name="reply" value="none"[^>]*checked', browser.get(address).text)


@pytest.mark.parametrize(
    ("backend", "is_said"), [("FileMail", True), ("ConsoleMail", True), ("", False)]
)
def test_the_page_says_where_a_studio_sends_no_mail(
    as_: As, teammate: User, settings: Any, backend: str, is_said: bool
) -> None:
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAILERS = {"default": {"BACKEND": f"studio.mail.{backend}" if backend else smtp}}
    page = as_(teammate).get(reverse("notification_settings")).text
    assert ("This studio sends no mail" in page) is is_said


def test_the_choices_are_in_the_menu_of_the_person(as_: As, teammate: User) -> None:
    assert (
        f'href="{reverse("notification_settings")}"'
        in as_(teammate).get(reverse("notifications")).text
    )


def test_a_choice_that_does_not_exist_is_refused(as_: As, teammate: User) -> None:
    said = {kind.value: "hourly" for kind in Kind}
    assert as_(teammate).post(reverse("notification_settings"), said).status_code == 422
    assert not Preference.objects.exists()
