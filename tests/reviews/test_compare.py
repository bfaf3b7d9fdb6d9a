"""What the page that compares two versions says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import AvatarJob, Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.compare import comparison_of
from tests.conftest import make_job, make_version

type As = Callable[[User], Client]

WARM = {"id": "image.light", "level": "warn", "owner": "image", "message": "Dark.", "fix": "x"}
LOUD = {"id": "audio.peak", "level": "note", "owner": "audio", "message": "Loud.", "fix": "x"}


def finished(clip: Clip, by: User, number: int, **fields: Any) -> Version:
    return make_version(make_job(clip, by, number=number, **fields))


def test_the_newest_stands_beside_the_one_it_was_made_from(clip: Clip, teammate: User) -> None:
    first = finished(clip, teammate, 1)
    finished(clip, teammate, 2)
    finished(clip, teammate, 3, based_on=first)
    both = comparison_of(clip)
    assert both is not None
    assert (both.a.version.number, both.b.version.number) == (1, 3)


@pytest.mark.parametrize(
    ("asked", "found"),
    [({"a": "1", "b": "2"}, (1, 2)), ({"a": "3", "b": "1"}, (3, 1)), ({"b": "2"}, (1, 2)),
     ({"a": "3"}, (3, 2)), ({"a": "9", "b": "x"}, (2, 3))],
)  # fmt: skip
def test_an_address_names_both(
    clip: Clip, teammate: User, asked: dict[str, str], found: tuple[int, int]
) -> None:
    for number in (1, 2, 3):
        finished(clip, teammate, number)
    both = comparison_of(clip, **asked)
    assert both is not None
    assert (both.a.version.number, both.b.version.number) == found


def test_what_differs_is_marked_word_by_word_and_finding_by_finding(
    as_: As, clip: Clip, teammate: User, viewer: User
) -> None:
    finished(clip, teammate, 1, prompt_text="She nods slowly.", findings=[WARM, LOUD])
    finished(clip, teammate, 2, prompt_text="She waves slowly.",
             findings=[LOUD | {"message": "Very loud."}])  # fmt: skip
    html = as_(viewer).get(reverse("compare", args=[clip.pk])).text
    assert "She <del>nods</del><ins>waves</ins> slowly." in html
    assert "only v1" in html
    assert "v1: Loud." in html
    assert "v2: Very loud." in html
    both = comparison_of(clip)
    assert both is not None
    assert [row.name for row in both.rows if row.differs] == []
    assert [row.level for row in both.findings] == ["warn", "note"]


def test_one_version_has_nothing_beside_it(as_: As, version: Version, approver: User) -> None:
    html = as_(approver).get(reverse("compare", args=[version.clip_id])).text
    assert "Nothing to compare yet" in html
    assert "data-compare " not in html


def test_a_version_that_no_browser_plays_is_not_offered(clip: Clip, teammate: User) -> None:
    for number in (1, 2):
        finished(clip, teammate, number)
    Version.objects.filter(number=2).update(review_copy="", video_plays=False)
    assert comparison_of(clip) is None


def test_an_outsider_gets_404(as_: As, version: Version, outsider: User) -> None:
    assert as_(outsider).get(reverse("compare", args=[version.clip_id])).status_code == 404


def test_the_room_leads_to_it_once_there_are_two(
    as_: As, version: Version, teammate: User, approver: User
) -> None:
    address = reverse("compare", args=[version.clip_id])
    page = reverse("review", args=[version.pk])
    assert address not in as_(approver).get(page).text
    finished(version.clip, teammate, 2)
    assert f"{address}?b=1" in as_(approver).get(page).text


def test_twenty_versions_cost_no_more_queries(
    as_: As, clip: Clip, teammate: User, approver: User, django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    client, address = as_(approver), reverse("compare", args=[clip.pk])
    for number in (1, 2):
        finished(clip, teammate, number)
    client.get(address)
    with django_assert_max_num_queries(35) as few:
        client.get(address)
    for number in range(3, 21):
        finished(clip, teammate, number)
    assert AvatarJob.objects.count() == 20
    with django_assert_num_queries(len(few)):
        client.get(address)
