"""The files of a version, for people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jobs.media import download_name
from jobs.models import Version
from studio.organisations.models import User

type As = Callable[[User], Client]


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("version_review_copy", "video/mp4"),
        ("version_poster", "image/jpeg"),
        ("version_film_strip", "image/jpeg"),
    ],
)
def test_a_viewer_watches_without_taking_the_master(
    as_: As, version: Version, viewer: User, name: str, content_type: str
) -> None:
    answer = as_(viewer).get(reverse(name, args=[version.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, content_type)
    assert answer.getvalue()
    assert as_(viewer).get(reverse("version_video", args=[version.pk])).status_code == 403


def test_the_player_gets_the_range_it_asks_for(as_: As, version: Version, viewer: User) -> None:
    address = reverse("version_review_copy", args=[version.pk])
    answer = as_(viewer).get(address, headers={"Range": "bytes=6-11"})
    assert (answer.status_code, answer.getvalue()) == (206, b"review")


def test_the_master_is_saved_under_a_name_that_says_what_it_is(
    as_: As, version: Version, teammate: User
) -> None:
    address = reverse("version_video", args=[version.pk])
    saved = as_(teammate).get(f"{address}?download=1")
    assert saved["Content-Disposition"].endswith("Onboarding%202027%20-%20Welcome%20v1.mp4")
    assert saved.getvalue() == b"video" * 100
    watched = as_(teammate).get(address)
    assert "Content-Disposition" not in watched
    assert watched.getvalue() == b"video" * 100


def test_a_name_holds_nothing_that_a_file_system_refuses(version: Version) -> None:
    version.clip.project.name = "Straße / 启动: \x07 «A»"
    version.clip.title = 'Say "hi"?\n'
    assert download_name(version) == "Straße 启动 «A» - Say hi v1.mp4"
