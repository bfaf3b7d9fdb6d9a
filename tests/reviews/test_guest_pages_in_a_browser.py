"""The pages of links, of guests and of ends are sound at both widths and in both themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from jobs.models import Version
from studio.clips.models import add_clip
from studio.organisations.models import User
from studio.reviews.models import Comment, Rights
from tests.conftest import STANDARD, make_job, make_version
from tests.notifications.conftest import told  # noqa: F401 - a fixture
from tests.reviews.guest_browser import come_in, sound
from tests.reviews.guests import PASSPHRASE, make_link
from tests.services.chromium import ready

type As = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_pages_of_a_playlist_with_long_names_and_of_ends_are_sound(
    page: Page, live_server: Any, as_: As, counting: Version, approver: User, teammate: User
) -> None:
    clip = counting.clip
    for title in ("Überschwänglichkeitsbekundungen der Führungskräfteentwicklungsmaßnahme, Teil 2",
                  "欢迎加入我们的团队：新员工入职培训视频第一部分"):  # fmt: skip
        other = add_clip(
            clip.project, title=title, engine_model=STANDARD, by=teammate, look=clip.look,
            take=clip.take,
        )  # fmt: skip
        make_version(make_job(other, teammate))
    thread = Comment.objects.create(
        version=counting, author=approver, frame=3, last_frame=9, text="x" * 300, is_shared=True
    )
    Comment.objects.create(
        version=counting, author=approver, frame=3, text="Antwort", parent=thread, is_shared=True
    )
    link, token = make_link(clip.project, approver, rights=Rights.APPROVE, may_download=True)
    come_in(page, live_server, token)
    page.get_by_label("Approve with changes").check()
    page.get_by_role("button", name="Send the decision").click()
    expect(page.locator("#guest-decision")).to_contain_text("Say why")
    expect(page.locator("#id_reason")).to_be_focused()
    sound(page, "refused")
    page.locator("#id_reason").fill("Die Lippen")
    page.get_by_role("button", name="Send the decision").click()
    page.get_by_role("link", name="Reply").click()
    page.locator("#id_text").fill("Ja")
    videos = page.locator("#guest-list")
    page.evaluate(
        "document.styleSheets[0].insertRule('.guest__list { max-height: 60px !important }')"
    )
    videos.evaluate("one => { one.scrollTop = 20; }")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".reply", has_text="Ja")).to_be_visible()
    assert videos.evaluate("one => one.scrollTop") == 20
    for _ in range(2):
        page.locator("#guest-videos > summary").click()
    page.wait_for_function("() => !document.getElementById('guest-list').scrollTop")
    page.evaluate("document.styleSheets[0].deleteRule(0)")
    expect(page.get_by_text("2 new to you")).to_be_visible()
    sound(page, "playlist")
    page.set_viewport_size({"width": 1440, "height": 844})
    assert page.evaluate("document.documentElement.scrollHeight") == 844
    page.keyboard.press("]")
    page.wait_for_url(lambda address: str(counting.pk) not in address)
    link.revoke(by=approver)
    page.reload()
    ready(page)
    sound(page, "closed")
    clip.project.clips.update(removed_at=timezone.now())
    _, token = make_link(clip.project, approver)
    come_in(page, live_server, token)
    sound(page, "nothing")
    cookie = as_(approver).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(live_server.url + reverse("review_links", args=[clip.project_id]))
    page.get_by_label("For whom").fill("Kunde Süd, Rechtsabteilung")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("heading", name="The link is ready")).to_be_visible()
    sound(page, "fresh")
    page.goto(live_server.url + reverse("review_link", args=[link.pk]))
    sound(page, "revoked")


def test_the_members_pages_are_sound(
    page: Page, live_server: Any, as_: As, counting: Version, owner: User, approver: User,
    told: Callable[..., Any],  # noqa: F811
) -> None:  # fmt: skip
    link, _ = make_link(counting.clip, approver, passphrase=PASSPHRASE, name="Kunde Süd")
    guest = link.guests.create(name="Grete Gast", email="grete@client.example")
    for what in ("opened", "shown", "viewed", "commented"):
        link.events.create(guest=guest, version=counting, what=what)
    told(owner)
    told(owner, read_at=counting.created_at)
    cookie = as_(owner).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    slug, project = counting.organisation.slug, counting.clip.project_id
    for name, arguments in (
        ("review_links", [project]), ("review_link", [link.pk]),
        ("review_link_preview", [link.pk]), ("notifications", []), ("notification_settings", []),
        ("webhooks", [slug]), ("playthrough", [project]), ("review", [counting.pk]),
    ):  # fmt: skip
        page.goto(live_server.url + reverse(name, args=arguments))
        ready(page)
        sound(page, name)
