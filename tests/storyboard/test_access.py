"""Who may see and change what on the storyboard, in the editor and on the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import AvatarJob, State, Version
from studio.clips.models import Clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Project, Visibility

type As = Callable[[User], Client]

SEEN_BY_ALL = (
    ("storyboard", "project"),
    ("storyboard_live", "project"),
    ("clip", "clip"),
    ("clip_live", "clip"),
    ("desk", "slug"),
    ("desk_live", "slug"),
)
CHANGES = (
    ("clip_new", "project"),
    ("clip", "clip"),
    ("clip_offer", "clip"),
    ("clip_generate", "clip"),
    ("clip_move", "clip"),
    ("clip_remove", "clip"),
    ("clip_look_new", "clip"),
    ("clip_take_new", "clip"),
    ("job_put_aside", "failed"),
)


@pytest.fixture
def ids(studio_org: Organisation, clip: Clip, version: Version) -> dict[str, Any]:
    """What the addresses are made of."""
    failed = version.job
    AvatarJob.objects.filter(pk=failed.pk).update(state=State.FAILED)
    return {
        "project": clip.project_id,
        "clip": clip.pk,
        "slug": studio_org.slug,
        "failed": failed.pk,
    }


@pytest.mark.parametrize(("name", "what"), SEEN_BY_ALL)
def test_an_outsider_finds_no_page_of_another_organisation(
    as_: As, outsider: User, ids: dict[str, Any], name: str, what: str
) -> None:
    assert as_(outsider).get(reverse(name, args=[ids[what]])).status_code == 404


@pytest.mark.parametrize(("name", "what"), [*CHANGES, ("clip_put_back", "clip")])
def test_an_outsider_changes_nothing_of_another_organisation(
    as_: As, outsider: User, ids: dict[str, Any], name: str, what: str
) -> None:
    before = Clip.objects.values().get(pk=ids["clip"])
    assert as_(outsider).post(reverse(name, args=[ids[what]])).status_code == 404
    assert Clip.objects.values().get(pk=ids["clip"]) == before


@pytest.mark.parametrize(("name", "what"), SEEN_BY_ALL)
def test_a_viewer_sees_every_page(
    as_: As, viewer: User, ids: dict[str, Any], name: str, what: str
) -> None:
    assert as_(viewer).get(reverse(name, args=[ids[what]])).status_code == 200


@pytest.mark.parametrize(("name", "what"), CHANGES)
def test_a_viewer_changes_nothing(
    as_: As, viewer: User, ids: dict[str, Any], name: str, what: str
) -> None:
    before = Clip.objects.values().get(pk=ids["clip"])
    answer = as_(viewer).post(reverse(name, args=[ids[what]]))
    assert answer.status_code == 403
    assert "needs the role creator" in answer.text
    assert Clip.objects.values().get(pk=ids["clip"]) == before


@pytest.mark.parametrize(("name", "what"), [*SEEN_BY_ALL, *CHANGES])
def test_nobody_sees_a_page_without_logging_in(
    client: Client, ids: dict[str, Any], name: str, what: str
) -> None:
    address = reverse(name, args=[ids[what]])
    answer = client.post(address) if (name, what) in CHANGES else client.get(address)
    assert answer.status_code == 302
    assert reverse("login") in answer.headers["Location"]


def test_a_viewer_gets_pages_without_anything_to_press(
    as_: As, viewer: User, clip: Clip, version: Version
) -> None:
    for address in (
        reverse("storyboard", args=[clip.project_id]),
        f"{reverse('storyboard', args=[clip.project_id])}?view=list",
        reverse("clip", args=[clip.pk]),
        f"{reverse('clip', args=[clip.pk])}?from={version.pk}",
    ):
        page = as_(viewer).get(address).text
        assert clip.title in page
        for word in ("Generate v", "Add clip", "data-handle", "Remove the clip", "clip-form"):
            assert word not in page, (address, word)


def test_a_project_for_members_only_does_not_exist_for_other_people_of_the_organisation(
    as_: As, viewer: User, project: Project, clip: Clip
) -> None:
    Project.objects.filter(pk=project.pk).update(visibility=Visibility.MEMBERS)
    assert as_(viewer).get(reverse("storyboard", args=[project.pk])).status_code == 404
    assert as_(viewer).get(reverse("clip", args=[clip.pk])).status_code == 404


@pytest.mark.parametrize(("name", "what"), [one for one in CHANGES if one[1] != "failed"])
def test_an_archived_project_is_closed_for_everybody(
    as_: As, owner: User, project: Project, ids: dict[str, Any], name: str, what: str
) -> None:
    project.archive()
    answer = as_(owner).post(reverse(name, args=[ids[what]]), {"title": "New", "position": 0})
    assert answer.status_code == 403
    assert "in the archive" in answer.text
    assert "Generate v" not in as_(owner).get(reverse("clip", args=[ids["clip"]])).text
