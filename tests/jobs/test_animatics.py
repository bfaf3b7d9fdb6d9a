"""Asking for an animatic: one of the same inputs, whoever asks how often, and nothing is paid."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.models import AudioTake, Look
from jobs import animatics
from jobs.models import Animatic, Drawing, ImpossibleMove, LedgerEntry
from studio.celery import app
from studio.clips.models import Clip
from studio.operations.processes import PROGRAMS
from studio.organisations.models import User
from tests.conftest import make_animatic

type As = Callable[[User], Client]

pytestmark = pytest.mark.django_db


def post(client: Client, name: str, pk: object, **data: str) -> str:
    answer = client.post(reverse(name, args=[pk]), data, follow=True)
    assert answer.status_code == 200
    return answer.text


def test_an_animatic_keeps_the_inputs_of_the_click(clip: Clip, teammate: User) -> None:
    asked, is_new = animatics.draft(clip, by=teammate)
    assert is_new
    assert (asked.number, asked.state, asked.requested_by) == (1, Drawing.QUEUED, teammate)
    assert (asked.look, asked.take) == (clip.look, clip.take)
    assert asked.prompt_text == clip.prompt_text
    clip.motion = "waves with both hands"
    clip.save()
    asked.refresh_from_db()
    assert "waves" not in asked.prompt_text
    assert not asked.is_of(clip)


def test_it_costs_nothing_and_needs_no_engine(
    clip: Clip, teammate: User, no_nudges: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        animatics.draft(clip, by=teammate)
    assert no_nudges == ["jobs.tasks.draw_due"]
    assert not LedgerEntry.objects.exists()
    assert not clip.jobs.exists()


def test_a_double_click_is_one_animatic(as_: As, clip: Clip, teammate: User) -> None:
    client = as_(teammate)
    assert "is being drawn. It is free" in post(client, "animatic_new", clip.pk)
    assert "is being drawn already" in post(client, "animatic_new", clip.pk)
    assert Animatic.objects.count() == 1


def test_the_same_inputs_again_are_the_animatic_that_is_there(
    as_: As, clip: Clip, teammate: User
) -> None:
    make_animatic(clip, teammate)
    assert "Nothing has changed" in post(as_(teammate), "animatic_new", clip.pk)
    assert Animatic.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_people_at_once_get_one_animatic(clip: Clip, teammate: User) -> None:
    got: list[tuple[Animatic, bool]] = []
    together = threading.Barrier(10)

    def click() -> None:
        together.wait()
        try:
            got.append(animatics.draft(Clip.objects.get(pk=clip.pk), by=teammate))
        finally:
            connection.close()

    people = [threading.Thread(target=click) for _ in range(10)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len(got) == 10
    assert len({animatic.pk for animatic, _ in got}) == 1
    assert sum(is_new for _, is_new in got) == 1


def test_the_database_refuses_a_second_one_of_the_same_inputs(clip: Clip, teammate: User) -> None:
    asked, _ = animatics.draft(clip, by=teammate)
    asked.pk, asked.number, asked._state.adding = None, 2, True
    asked.id = type(asked)._meta.get_field("id").get_default()
    with pytest.raises(IntegrityError, match="inputs"), transaction.atomic():
        asked.save(force_insert=True)


@pytest.mark.parametrize("state", [Drawing.FAILED, Drawing.CANCELLED])
def test_what_failed_or_was_cancelled_is_asked_for_anew(
    clip: Clip, teammate: User, state: Drawing
) -> None:
    first, _ = animatics.draft(clip, by=teammate)
    Animatic.objects.filter(pk=first.pk).update(state=state, problem="The disk was full.")
    second, is_new = animatics.draft(clip, by=teammate)
    assert (is_new, second.number) == (True, 2)


def test_going_back_to_earlier_inputs_finds_the_earlier_animatic(
    clip: Clip, teammate: User
) -> None:
    first = make_animatic(clip, teammate)
    motion, clip.motion = clip.motion, "waves"
    clip.save()
    second = make_animatic(clip, teammate)
    clip.motion = motion
    clip.save()
    assert animatics.draft(clip, by=teammate) == (first, False)
    assert second.number == 2


def test_without_look_or_take_nothing_is_drawn_and_the_page_says_why(
    as_: As, clip: Clip, teammate: User
) -> None:
    clip.look = clip.take = None
    clip.save()
    page = post(as_(teammate), "animatic_new", clip.pk)
    assert "An animatic needs a look and a take" in page
    assert not Animatic.objects.exists()


def test_a_prompt_is_not_needed(clip: Clip, teammate: User) -> None:
    clip.style = clip.motion = clip.camera = clip.atmosphere = ""
    clip.save()
    asked, _ = animatics.draft(clip, by=teammate)
    assert asked.prompt_text == ""


def test_removed_clips_and_archived_projects_are_left_alone(clip: Clip, teammate: User) -> None:
    clip.remove(by=teammate)
    with pytest.raises(animatics.NotDrafted, match="was removed"):
        animatics.draft(clip, by=teammate)
    clip.put_back(by=teammate)
    clip.project.archived_at = timezone.now()
    with pytest.raises(animatics.NotDrafted, match="in the archive"):
        animatics.draft(clip, by=teammate)


def test_another_look_or_take_or_prompt_makes_it_out_of_date(
    clip: Clip, teammate: User, look: Look, take: AudioTake
) -> None:
    drawn = make_animatic(clip, teammate)
    assert drawn.is_of(clip)
    other_look = Look.objects.get(pk=look.pk)
    other_look.pk, other_look.number, other_look.sha256 = None, 2, "a" * 64
    other_take = AudioTake.objects.get(pk=take.pk)
    other_take.send_sha256 = "b" * 64
    for field, other in (("look", other_look), ("take", other_take), ("camera", "wide shot")):
        before = getattr(clip, field)
        setattr(clip, field, other)
        assert not drawn.is_of(clip), field
        setattr(clip, field, before)
        assert drawn.is_of(clip), field


def test_a_waiting_animatic_is_cancelled(as_: As, clip: Clip, teammate: User) -> None:
    asked, _ = animatics.draft(clip, by=teammate)
    assert "is cancelled" in post(as_(teammate), "animatic_cancel", asked.pk)
    asked.refresh_from_db()
    assert asked.state == Drawing.CANCELLED
    assert "Too late to cancel" in post(as_(teammate), "animatic_cancel", asked.pk)


def test_a_move_that_the_table_does_not_have_is_a_mistake(clip: Clip, teammate: User) -> None:
    drawn = make_animatic(clip, teammate)
    with pytest.raises(ImpossibleMove):
        drawn.advance(Drawing.QUEUED)


def test_of_two_moves_from_one_state_the_first_wins(clip: Clip, teammate: User) -> None:
    asked, _ = animatics.draft(clip, by=teammate)
    same = Animatic.objects.get(pk=asked.pk)
    assert asked.advance(Drawing.CANCELLED)
    now = timezone.now()
    assert not same.advance(Drawing.DRAWING, lease="x", leased_until=now, started_at=now)
    same.refresh_from_db()
    assert same.state == Drawing.CANCELLED


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("animatic_new", "clip"), ("animatic_cancel", "animatic"), ("animatic_video", "animatic"),
        ("animatic_poster", "animatic"), ("animatic_film_strip", "animatic"),
        ("animatic", "animatic"), ("animatic_live", "animatic"),
        ("animatic_comment_new", "animatic"), ("clip_draft", "clip"), ("clip_draft_live", "clip"),
        ("playthrough", "project"), ("playthrough_live", "project"), ("draft_all", "project"),
    ],
)  # fmt: skip
def test_an_outsider_gets_404(
    as_: As, outsider: User, clip: Clip, teammate: User, name: str, kind: str
) -> None:
    things = {"clip": clip, "animatic": make_animatic(clip, teammate), "project": clip.project}
    address = reverse(name, args=[things[kind].pk])
    browser = as_(outsider)
    answers = {browser.get(address).status_code, browser.post(address).status_code}
    assert answers <= {404, 405}
    assert 404 in answers


def test_who_only_watches_asks_for_nothing_and_cancels_nothing(
    as_: As, viewer: User, clip: Clip, teammate: User
) -> None:
    asked, _ = animatics.draft(clip, by=teammate)
    addresses = [
        reverse("animatic_new", args=[clip.pk]), reverse("animatic_cancel", args=[asked.pk]),
        reverse("draft_all", args=[clip.project_id]), reverse("clip_draft", args=[clip.pk]),
    ]  # fmt: skip
    assert [as_(viewer).post(address).status_code for address in addresses] == [403] * 4


def test_drawing_has_a_queue_of_its_own_that_no_sender_serves() -> None:
    def queue(task: str) -> str:
        return str(app.amqp.router.route({}, f"jobs.tasks.{task}")["queue"].name)

    assert queue("draw_due") == "animatics"
    for paid in ("submit_due", "look_due", "fetch_due", "derive_due", "sweep"):
        assert queue(paid) != "animatics"

    def served_by(program: str) -> list[str]:
        command = list(PROGRAMS[program].command)
        return command[command.index("--queues") + 1].split(",")

    assert "animatics" not in served_by("worker")
    assert "animatics" in served_by("fetcher")
