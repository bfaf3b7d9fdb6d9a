"""Answers, mentions, other words, what is shared and what it is about."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from jobs.models import Animatic, Version
from studio.clips.models import Clip
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project, Visibility
from studio.reviews.mentions import mentioned_in, offered, people_of, pieces_of
from studio.reviews.models import Comment
from studio.reviews.room import room_of
from studio.reviews.saying import Place, Words, change, say
from tests.conftest import make_animatic, person

type As = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def comment(version: Version, teammate: User) -> Comment:
    return Comment.objects.create(version=version, author=teammate, frame=30, text="Lips are late")


def post(client: Client, version: Version, **said: Any) -> Any:
    return client.post(reverse("comment_new", args=[version.pk]), said)


def page(client: Client, version: Version, query: str = "") -> str:
    return str(client.get(reverse("review", args=[version.pk]) + query).text)


def test_an_answer_stands_in_its_thread_at_the_frame_of_the_thread(
    as_: As, version: Version, comment: Comment, approver: User
) -> None:
    client = as_(approver)
    html = page(client, version, f"?reply={comment.pk}")
    assert "Answer to Theo" in html
    parent = re.search(r'name="parent" value="([^"]+)"', html)
    assert parent
    post(client, version, parent=parent[1], frame=3, text="By how much?", category="audio")
    answer = Comment.objects.get(text="By how much?")
    assert (answer.parent, answer.frame, answer.category) == (comment, 30, "")
    html = page(client, version)
    assert html.count("data-seek=") == 1, "one thread"
    assert html.count("data-mark=") == 1, "and one mark"
    assert "1 open of 1" in html
    room = room_of(version, approver.memberships.get())
    assert [one.body for one in room.remarks[0].replies] == ["By how much?"]


def test_an_answer_to_what_was_taken_back_comes_back_with_its_words(
    as_: As, version: Version, comment: Comment, approver: User
) -> None:
    comment.take_back()
    answer = post(as_(approver), version, parent=comment.pk, text="By how much?")
    assert answer.status_code == 422
    assert "was taken back" in answer.text
    assert "By how much?</textarea>" in answer.text


def test_an_answer_stays_when_its_thread_is_taken_back(
    as_: As, version: Version, comment: Comment, approver: User
) -> None:
    say(footage=version, by=approver, place=Place(frame=30, answers=comment),
        words=Words(text="By how much?"))  # fmt: skip
    comment.take_back()
    html = page(as_(approver), version)
    assert "Taken back." in html
    assert "By how much?" in html
    assert "Lips are late" not in html
    assert "0 open of 1" in html


def test_a_thread_of_another_version_cannot_be_answered_here(
    as_: As, clip: Clip, version: Version, teammate: User
) -> None:
    elsewhere = make_animatic(clip, teammate)
    theirs = Comment.objects.create(animatic=elsewhere, author=teammate, frame=1, text="x")
    assert post(as_(teammate), version, parent=theirs.pk, text="y").status_code == 422


def test_only_threads_are_resolved(
    as_: As, version: Version, comment: Comment, approver: User
) -> None:
    answer = say(footage=version, by=approver, place=Place(frame=30, answers=comment),
                 words=Words(text="ok"))  # fmt: skip
    response = as_(approver).post(reverse("comment_resolve", args=[answer.pk]))
    assert response.status_code == 403
    with pytest.raises(IntegrityError, match="comment_reply_is_not_resolved"), transaction.atomic():
        answer.resolve(by=approver)


def test_other_words_keep_the_earlier_ones_readable(
    as_: As, version: Version, comment: Comment, teammate: User, approver: User
) -> None:
    client = as_(teammate)
    assert "Lips are late</textarea>" in page(client, version, f"?edit={comment.pk}")
    answer = client.post(reverse("comment_edit", args=[comment.pk]), {"text": "Lips 3 frames late"})
    assert answer.status_code == 302
    comment.refresh_from_db()
    assert (comment.text, comment.frame) == ("Lips 3 frames late", 30)
    html = page(as_(approver), version)
    assert "edited" in html
    assert "<q>Lips are late</q>" in html


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_edit_without_words_comes_back_and_changes_nothing(
    as_: As, comment: Comment, teammate: User, headers: Any
) -> None:
    address = reverse("comment_edit", args=[comment.pk])
    answer = as_(teammate).post(address, {"text": " "}, headers=headers)
    assert answer.status_code == 422
    assert "Say what to change" in answer.text
    assert f'action="{address}"' in answer.text
    comment.refresh_from_db()
    assert comment.text == "Lips are late"


def test_the_same_words_again_are_no_edit(comment: Comment) -> None:
    change(comment, Words(text="Lips are late", category="audio"))
    comment.refresh_from_db()
    assert (comment.category, comment.edited_at) == ("audio", None)
    assert not comment.earlier_wordings.exists()


def test_only_its_author_puts_a_comment_in_other_words(
    as_: As, version: Version, comment: Comment, approver: User, viewer: User, outsider: User
) -> None:
    address = reverse("comment_edit", args=[comment.pk])
    for somebody, status in ((approver, 403), (viewer, 403), (outsider, 404)):
        assert as_(somebody).post(address, {"text": "x"}).status_code == status
    assert "in other words" not in page(as_(approver), version, f"?edit={comment.pk}")
    comment.refresh_from_db()
    assert comment.text == "Lips are late"


def test_an_edit_changes_the_live_part(
    as_: As, version: Version, comment: Comment, approver: User
) -> None:
    client = as_(approver)
    seen = re.search(r'hx-get="([^"]+/live/\?seen=[0-9a-f]+)"', page(client, version))
    assert seen
    assert client.get(seen[1]).status_code == 204
    change(comment, Words(text="Lips are late", point="lip_sync"))
    assert "Lip-sync" in client.get(seen[1]).text


def test_guests_see_shared_threads_and_the_shared_answers_in_them(
    version: Version, comment: Comment, teammate: User
) -> None:
    shared = say(footage=version, by=teammate, place=Place(frame=1),
                 words=Words(text="For all", is_shared=True))  # fmt: skip
    for words in (Words(text="also", is_shared=True), Words(text="between us")):
        say(footage=version, by=teammate, place=Place(frame=1, answers=shared), words=words)
    hidden = say(footage=version, by=teammate, place=Place(frame=30, answers=comment),
                 words=Words(text="answer", is_shared=True))  # fmt: skip
    assert not hidden.is_shared, "guests would see an answer to nothing"
    assert {one.text for one in Comment.objects.on(version).shared()} == {"For all", "also"}
    change(shared, Words(text="For all"))
    assert not Comment.objects.on(version).shared().exists()


def test_a_comment_is_internal_unless_somebody_shares_it(
    as_: As, version: Version, approver: User
) -> None:
    post(as_(approver), version, frame=1, text="x")
    post(as_(approver), version, frame=2, text="y", is_shared="1")
    assert [one.is_shared for one in Comment.objects.order_by("frame")] == [False, True]
    assert page(as_(approver), version).count("guests see it</span>") == 1


def test_a_comment_says_which_input_cures_it_and_which_point_it_is_about(
    as_: As, version: Version, approver: User
) -> None:
    post(as_(approver), version, frame=1, text="x", category="engine", point="lip_sync")
    html = page(as_(approver), version)
    assert "Engine</span>" in html
    assert "Lip-sync</span>" in html
    refused = post(as_(approver), version, frame=1, text="y", category="weather")
    assert refused.status_code == 422
    with pytest.raises(IntegrityError, match="comment_is_about"), transaction.atomic():
        Comment.objects.create(version=version, author=approver, frame=1, text="z", point="hat")


def test_what_is_sent_twice_is_kept_once(as_: As, version: Version, approver: User) -> None:
    client, key = as_(approver), str(uuid4())
    for _ in range(2):
        assert post(client, version, frame=1, text="x", key=key).status_code == 302
    assert Comment.objects.count() == 1
    post(client, version, frame=1, text="x", key=str(uuid4()))
    assert Comment.objects.count() == 2


def test_keys_are_each_persons_own(
    as_: As, version: Version, approver: User, teammate: User
) -> None:
    key = str(uuid4())
    for somebody in (approver, teammate):
        post(as_(somebody), version, frame=1, text="x", key=key)
    assert Comment.objects.count() == 2


def test_an_animatic_has_answers_and_drawings_too(
    as_: As, clip: Clip, teammate: User, approver: User
) -> None:
    animatic: Animatic = make_animatic(clip, teammate)
    address = reverse("animatic_comment_new", args=[animatic.pk])
    shape = [{"tool": "arrow", "colour": "red", "points": [[0, 0], [1, 1]]}]
    as_(teammate).post(address, {"frame": 4, "drawing": json.dumps(shape)})
    thread = Comment.objects.get()
    as_(approver).post(address, {"parent": thread.pk, "text": "I see"})
    html = as_(approver).get(reverse("animatic", args=[animatic.pk])).text
    assert "I see" in html
    assert "data-drawn=" in html


@pytest.fixture
def people(
    studio_org: Organisation, project: Project, teammate: User, approver: User, viewer: User
) -> dict[str, User]:
    """Mara twice: an approver, and Mara Lind, a creator."""
    lind = person(studio_org, "MaraLind", Role.CREATOR)
    lind.name = "Mara Lind"
    lind.save()
    return {"mara": approver, "lind": lind, "theo": teammate, "vik": viewer}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Mara Lind, look", ["lind"]),
        ("@Mara look", ["mara"]),
        ("(@theo) and @Vik!", ["theo", "vik"]),
        ("@Theo's lips", ["theo"]),
        ("@mara@nordlicht.example: look", ["mara"]),
        ("@Marathon", []),
        ("write to theo@vik.example", []),
        ("@Nobody", []),
        ("@Theo @Theo", ["theo"]),
    ],
)
def test_a_name_behind_an_at_sign_means_that_person(
    project: Project, people: dict[str, User], text: str, meant: list[str]
) -> None:
    everybody = list(people_of(project))
    found = mentioned_in(text, everybody)
    assert found == [people[name] for name in meant]
    assert "".join(piece.text for piece in pieces_of(text, everybody)) == text


def test_only_people_who_see_the_project_can_be_meant(
    as_: As, version: Version, project: Project, people: dict[str, User], owner: User,
    outsider: User,
) -> None:  # fmt: skip
    project.visibility = Visibility.MEMBERS
    project.save()
    project.people.add(people["mara"])
    assert set(people_of(project)) == {people["mara"], owner}
    post(as_(people["mara"]), version, frame=1, text="@Theo @Olga @Uwe look")
    assert list(Comment.objects.get().mentions.all()) == [owner]
    asked = as_(people["mara"]).get(reverse("version_people", args=[version.pk]) + "?q=")
    assert [one["name"] for one in asked.json()["people"]] == ["Mara", "Olga"]
    assert as_(people["theo"]).get(asked.wsgi_request.path).status_code == 404


def test_two_people_of_one_name_are_offered_by_their_addresses(
    project: Project, studio_org: Organisation, approver: User
) -> None:
    other = person(studio_org, "Other", Role.CREATOR)
    other.name = "Mara"
    other.save()
    found = offered(project, "mar")
    assert {one["mention"] for one in found} == {approver.email, other.email}


def test_an_edit_means_whom_it_names_now(
    version: Version, teammate: User, approver: User, owner: User
) -> None:
    comment = say(footage=version, by=teammate, place=Place(frame=1), words=Words(text="@Mara"))
    assert list(comment.mentions.all()) == [approver]
    change(comment, Words(text="@Olga"))
    assert list(comment.mentions.all()) == [owner]
    change(comment, Words(text="nobody"))
    assert not comment.mentions.exists()
