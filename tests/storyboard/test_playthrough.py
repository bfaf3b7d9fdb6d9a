"""A project played through in its running order, with what there is of each clip."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs import animatics
from jobs.models import Animatic, Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.storyboard.playthrough import draft_wanting, scenes_of
from tests.conftest import STANDARD, make_animatic, make_job, make_version
from tests.storyboard.boards import add

type As = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def production(clip: Clip, teammate: User) -> list[Clip]:
    """Four clips: a version beside an animatic, an old animatic, nothing, and not even a look."""
    second = add(clip.project, teammate, "Second", like=clip)
    third = add(clip.project, teammate, "Third", like=clip)
    fourth = add_clip(clip.project, title="Fourth", engine_model=STANDARD, by=teammate)
    make_animatic(clip, teammate)
    make_version(make_job(clip, teammate))
    make_animatic(second, teammate)
    second.motion = "bows"
    second.save()
    return [clip, second, third, fourth]


def page(client: Client, project: Project, name: str = "playthrough", query: str = "") -> str:
    answer = client.get(reverse(name, args=[project.pk]) + query)
    assert answer.status_code == 200
    return answer.text


def sources(html: str) -> list[str]:
    return re.findall(r'data-scene="[^"]+" data-src="([^"]*)"', html)


def test_it_plays_in_running_order_the_version_else_the_animatic(
    as_: As, production: list[Clip], viewer: User
) -> None:
    version, animatic = Version.objects.get(), Animatic.objects.get(clip=production[1])
    project = production[0].project
    html = page(as_(viewer), project)
    copy = reverse("version_review_copy", args=[version.pk])
    video = reverse("animatic_video", args=[animatic.pk])
    assert sources(html) == [copy, video, "", ""]
    names = [scene.name for scene in scenes_of(project)]
    assert names == ["v1", "animatic 1, out of date", "nothing yet", "nothing yet"]
    production[1].move_to(0)
    assert sources(page(as_(viewer), project)) == [video, copy, "", ""]
    production[1].remove(by=viewer)
    assert sources(page(as_(viewer), project)) == [copy, "", ""]


def test_animatics_alone_can_be_played(as_: As, production: list[Clip], viewer: User) -> None:
    own = reverse("animatic_video", args=[Animatic.objects.get(clip=production[0]).pk])
    html = page(as_(viewer), production[0].project, query="?show=animatics")
    assert sources(html)[0] == own


def test_a_version_that_browsers_cannot_play_yet_leaves_the_place_to_the_animatic(
    production: list[Clip],
) -> None:
    Version.objects.update(review_copy="", video_plays=False)
    assert scenes_of(production[0].project)[0].name == "animatic 1"
    Version.objects.update(video_plays=True)
    (scene, *_) = scenes_of(production[0].project)
    assert scene.source_url == reverse("version_stand_in", args=[Version.objects.get().pk])


def test_gaps_are_named_and_the_length_is_that_of_what_can_be_watched(
    as_: As, production: list[Clip], teammate: User
) -> None:
    html = page(as_(teammate), production[0].project)
    assert "Nothing to show yet: “Third”, “Fourth”." in html
    assert "6.0 s in 4 clips" in html
    assert "An animatic needs a look and a take" in html


def test_one_button_drafts_what_is_missing_or_out_of_date(
    as_: As, production: list[Clip], teammate: User
) -> None:
    client, project = as_(teammate), production[0].project
    assert "Draft all missing or out of date (2), free" in page(client, project)
    address = reverse("draft_all", args=[project.pk])
    told = client.post(address, follow=True).text
    assert "2 animatics asked for. They are free." in told
    waiting = Animatic.objects.unfinished()
    assert {one.clip.title for one in waiting} == {"Second", "Third"}
    assert "Draft all missing" not in told
    assert "Everything that can be drafted" in client.post(address, follow=True).text
    assert waiting.count() == 2, "pressed twice, asked for once"


def test_only_animatics_drafts_what_has_a_version_too(
    as_: As, production: list[Clip], teammate: User
) -> None:
    clip = production[0]
    clip.motion = "waves"
    clip.save()
    as_(teammate).post(reverse("draft_all", args=[clip.project_id]), {"show": "animatics"})
    assert Animatic.objects.unfinished().count() == 3


def test_who_only_watches_gets_no_button(as_: As, production: list[Clip], viewer: User) -> None:
    assert "Draft all missing" not in page(as_(viewer), production[0].project)


def test_the_list_follows_the_drawing_and_stops_asking(
    as_: As, production: list[Clip], teammate: User
) -> None:
    client, project = as_(teammate), production[0].project
    assert "every 2s" not in page(client, project)
    asked, _ = animatics.draft(production[2], by=teammate)
    part = page(client, project, "playthrough_live")
    assert "every 2s" in part
    assert "Animatic: next to be drawn" in part
    make_animatic(production[2], teammate)
    part = page(client, project, "playthrough_live")
    assert "every 2s" not in part
    assert sources(part)[2] == reverse("animatic_video", args=[asked.pk])


def test_a_clip_that_cannot_be_drafted_at_this_moment_keeps_no_other_waiting(
    production: list[Clip], teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanting = [scene for scene in scenes_of(production[0].project) if scene.is_wanting]
    draft = animatics.draft

    def busy(clip: Clip, *, by: User) -> tuple[Animatic, bool]:
        if clip == wanting[0].clip:
            raise animatics.NotDrafted("Others are drafting this clip.")
        return draft(clip, by=by)

    monkeypatch.setattr(animatics, "draft", busy)
    assert len(wanting) == 2
    assert draft_wanting(wanting, by=teammate) == 1


def test_an_archived_project_is_watched_and_not_drafted(
    as_: As, production: list[Clip], teammate: User
) -> None:
    project = production[0].project
    Project.objects.filter(pk=project.pk).update(archived_at=timezone.now())
    assert "Draft all missing" not in page(as_(teammate), project)
    assert as_(teammate).post(reverse("draft_all", args=[project.pk])).status_code == 403


def test_a_project_without_clips_teaches_the_first_step(
    as_: As, project: Project, teammate: User
) -> None:
    assert "No clips yet" in page(as_(teammate), project)


def test_forty_clips_cost_as_many_queries_as_four(
    as_: As, production: list[Clip], teammate: User,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    clip = production[0]
    animatics.draft(production[2], by=teammate)
    client, address = as_(teammate), reverse("playthrough", args=[clip.project_id])
    client.get(address)
    with django_assert_max_num_queries(22) as few:
        client.get(address)
    for at in range(36):
        one = add(clip.project, teammate, f"Clip {at}", like=clip)
        make_animatic(one, teammate)
        if at % 2:
            make_version(make_job(one, teammate))
        else:
            one.motion = "bows"
            one.save()
            animatics.draft(one, by=teammate)
    with django_assert_num_queries(len(few)):
        client.get(address)
