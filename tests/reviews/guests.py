"""Guests at their browsers: no account, only a link."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.models import ReviewLink, Rights

PASSPHRASE = "correct horse"


def make_link(to: Version | Clip | Project, by: User, **fields: Any) -> tuple[ReviewLink, str]:
    """A link open for a week and its token; guests may comment."""
    usual: dict[str, Any] = {
        "name": "Client",
        "rights": Rights.COMMENT,
        "expires_at": timezone.now() + timedelta(days=7),
    }
    return ReviewLink.make(to=to, by=by, **(usual | fields))


def door(token: str) -> str:
    return reverse("guest_door", args=[token])


def come_in(token: str, name: str = "Grete Gast", client: Client | None = None, **more: str) -> Any:
    """What the door answers to somebody who says who they are."""
    browser = client or Client()
    said = {"name": name, "email": "grete@client.example"} | more
    return browser.post(door(token), said)


def guest_at(token: str, name: str = "Grete Gast", **more: str) -> Client:
    """A browser in which a guest has come in."""
    browser = Client()
    answer = come_in(token, name, browser, **more)
    assert answer.status_code == 302, answer.text
    return browser


def page_of(browser: Client, token: str, version: Version) -> Any:
    """The guest's page of a version."""
    return browser.get(reverse("guest_version", args=[token, version.pk]))


def say(browser: Client, token: str, version: Version, **said: Any) -> Any:
    """A guest's comment."""
    return browser.post(reverse("guest_comment_new", args=[token, version.pk]), said)


def decide(browser: Client, token: str, version: Version, verdict: str, reason: str = "") -> Any:
    """A guest's decision on the video that is stored."""
    said = {"verdict": verdict, "reason": reason, "sha256": version.sha256}
    return browser.post(reverse("guest_decide", args=[token, version.pk]), said)


def media_on(page: str) -> list[str]:
    """Where the films and pictures of a guest's page are."""
    return re.findall(r'"(/guest/[^"]*/media/[^"]*)"', page)
