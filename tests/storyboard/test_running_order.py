"""The running order: adding, moving, removing and putting back."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from jobs.models import AvatarJob
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.storyboard.boards import add, board, order

type As = Callable[[User], Client]


def test_a_new_clip_goes_to_the_end_and_opens_in_the_editor(
    as_: As, teammate: User, clip: Clip, project: Project
) -> None:
    answer = as_(teammate).post(reverse("clip_new", args=[project.pk]), {"title": "Second"})
    assert order(project) == ["Welcome", "Second"]
    assert answer.headers["Location"] == reverse(
        "clip", args=[project.clips.get(title="Second").pk]
    )


def test_a_clip_without_a_title_is_refused_beside_the_field(
    as_: As, teammate: User, project: Project
) -> None:
    answer = as_(teammate).post(reverse("clip_new", args=[project.pk]), {"title": " "})
    assert answer.status_code == 422
    assert "Give the clip a title" in answer.text
    assert "data-dialog-now" in answer.text
    assert not project.clips.exists()


def test_a_clip_is_moved_and_the_others_close_up(as_: As, teammate: User, project: Project) -> None:
    clips = [add(project, teammate, title) for title in "abcd"]
    address = reverse("clip_move", args=[clips[3].pk])
    htmx = {"HX-Request": "true"}
    assert as_(teammate).post(address, {"position": 1}, headers=htmx).status_code == 204
    assert order(project) == ["a", "d", "b", "c"]
    assert as_(teammate).post(address, {"position": 99}).status_code == 302
    assert order(project) == ["a", "b", "c", "d"]
    assert as_(teammate).post(address, {"position": "top"}).status_code == 422


def test_a_removed_clip_can_be_put_back_where_it_was(
    as_: As, teammate: User, project: Project
) -> None:
    clips = [add(project, teammate, title) for title in "abc"]
    client = as_(teammate)
    page = client.post(reverse("clip_remove", args=[clips[1].pk]), follow=True).text
    assert order(project) == ["a", "c"]
    assert "“b” is out of the running order" in page
    assert reverse("clip_put_back", args=[clips[1].pk]) in page
    client.post(reverse("clip_put_back", args=[clips[1].pk]))
    assert order(project) == ["a", "b", "c"]
    assert "out of the running order" not in board(client, project, removed=str(clips[1].pk))


def test_a_removed_clip_can_be_looked_at_but_not_changed(
    as_: As, teammate: User, clip: Clip
) -> None:
    clip.remove(by=teammate)
    client = as_(teammate)
    page = client.get(reverse("clip", args=[clip.pk])).text
    assert "was removed from the running order" in page
    assert "Generate v" not in page
    answer = client.post(reverse("clip_generate", args=[clip.pk]), {"number": 1, "price": "0.168"})
    assert answer.status_code == 403
    assert not AvatarJob.objects.exists()
