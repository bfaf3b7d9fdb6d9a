"""Ordering in the clip editor: what was shown is paid once, also when going on from a version."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import AvatarJob, LedgerEntry, State, Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.models import Comment, Decision, Verdict
from tests.conftest import STANDARD, make_version
from tests.storyboard.editor_pages import PRO, button, generate, inputs, offer, page

type As = Callable[[User], Client]


def test_generating_saves_orders_and_holds_the_price(as_: As, teammate: User, clip: Clip) -> None:
    answer = generate(as_(teammate), clip, motion="waves")
    assert "v1 is ordered; $0.17 is held for it." in answer.text
    job = AvatarJob.objects.get()
    assert (job.number, job.state, job.requested_by) == (1, State.QUEUED, teammate)
    assert job.prompt_slots["motion"] == "waves"
    assert LedgerEntry.objects.totals().held == Decimal("0.1680")
    clip.refresh_from_db()
    assert clip.motion == "waves"


def test_the_same_form_sent_twice_makes_one_job(as_: As, teammate: User, clip: Clip) -> None:
    client, sent = as_(teammate), inputs(clip, number=1, price="0.1680")
    address = reverse("clip_generate", args=[clip.pk])
    assert client.post(address, sent).status_code == 302
    answer = client.post(address, sent, follow=True)
    assert "You ordered v1 already; it is paid once." in answer.text
    assert AvatarJob.objects.count() == 1
    assert LedgerEntry.objects.totals().held == Decimal("0.1680")


@pytest.mark.parametrize("page_name", ["clip", "clip_generate"])
def test_the_second_of_two_clicks_at_once_is_no_conflict_with_oneself(
    as_: As, teammate: User, clip: Clip, page_name: str
) -> None:
    """The first click has saved and not yet ordered when the second one arrives."""
    sent = inputs(clip, number=1, price="0.1680", camera="wide shot, slow pan")
    client = as_(teammate)
    assert client.post(reverse("clip", args=[clip.pk]), sent).status_code == 302
    answer = client.post(reverse(page_name, args=[clip.pk]), sent)
    assert answer.status_code == 302, "nobody else has changed anything"
    clip.refresh_from_db()
    assert clip.camera == "wide shot, slow pan"
    assert AvatarJob.objects.count() == (1 if page_name == "clip_generate" else 0)


def test_the_same_inputs_are_ordered_again_only_after_a_question(
    as_: As, teammate: User, clip: Clip
) -> None:
    client = as_(teammate)
    answer = generate(client, clip)
    assert 'data-confirm="Generate v2 as well?"' in answer.text
    assert "v1 is being made from these inputs." in answer.text
    assert 'data-confirm="' not in offer(client, clip, motion="waves")
    make_version(AvatarJob.objects.get())
    assert 'data-confirm="' not in page(client, clip)


def test_a_number_that_somebody_else_took_keeps_what_was_typed(
    as_: As, teammate: User, owner: User, clip: Clip
) -> None:
    mine = inputs(clip, number=1, price="0.1680", motion="waves slowly")
    generate(as_(owner), clip, motion="claps")
    answer = as_(teammate).post(reverse("clip_generate", args=[clip.pk]), mine)
    assert answer.status_code == 422
    assert "Olga ordered v1 meanwhile" in answer.text
    assert "waves slowly" in answer.text
    assert button(answer.text).startswith("Generate v2")
    assert AvatarJob.objects.count() == 1


def test_an_outdated_page_orders_nothing_and_keeps_what_was_typed(
    as_: As, teammate: User, owner: User, clip: Clip
) -> None:
    mine = inputs(clip, number=1, price="0.1680", motion="waves slowly")
    as_(owner).post(reverse("clip", args=[clip.pk]), inputs(clip, motion="claps"))
    answer = as_(teammate).post(reverse("clip_generate", args=[clip.pk]), mine)
    assert answer.status_code == 422
    assert "Olga changed this clip" in answer.text
    assert "waves slowly" in answer.text
    assert not AvatarJob.objects.exists()


def test_nobody_pays_another_price_than_the_button_said(
    as_: As, teammate: User, clip: Clip
) -> None:
    answer = generate(as_(teammate), clip, engine_model=PRO)  # sends the price of Standard
    assert answer.status_code == 422
    assert "costs $0.34 now, not $0.17" in answer.text
    assert not AvatarJob.objects.exists()
    assert generate(as_(teammate), clip, price="0.3360").status_code == 200
    assert AvatarJob.objects.get().engine_model == PRO


def test_over_budget_is_said_and_nothing_is_ordered(as_: As, teammate: User, clip: Clip) -> None:
    Project.objects.filter(pk=clip.project_id).update(budget_amount=Decimal("0.10"))
    answer = generate(as_(teammate), clip)
    assert answer.status_code == 422
    assert "the budget has $0.10 left" in answer.text
    assert "nothing was ordered" in answer.text
    assert not AvatarJob.objects.exists()
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("wrong", [{"number": ""}, {"number": "0"}, {"price": ""}])
def test_a_click_without_number_or_price_orders_nothing(
    as_: As, teammate: User, clip: Clip, wrong: dict[str, str]
) -> None:
    assert generate(as_(teammate), clip, **wrong).status_code == 422
    assert not AvatarJob.objects.exists()


@pytest.fixture
def sent_back(clip: Clip, version: Version, approver: User, teammate: User) -> Version:
    """v1, sent back with a comment; the clip has been changed since."""
    Decision.objects.create(
        version=version, version_sha256=version.sha256, stage=version.clip.project.stages.get(),
        by=approver,
        verdict=Verdict.REQUEST_CHANGES, reason="lips at 00:02",
    )  # fmt: skip
    Comment.objects.create(version=version, author=approver, frame=50, text="Lips are late here")
    clip.choose({"motion": "claps"}, by=teammate, seen_revision=1)
    return version


def test_inputs_of_a_version_are_filled_in_beside_what_the_review_asks(
    as_: As, teammate: User, clip: Clip, sent_back: Version
) -> None:
    text = page(as_(teammate), clip, f"?from={sent_back.pk}")
    assert "Inputs of v1 are filled in" in text
    for said in ("lips at 00:02", "Lips are late here", "00:02:00"):
        assert said in text
    field = re.search(r'<textarea name="motion"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    assert field
    assert field[1].strip() == "nods and opens one hand"
    clip.refresh_from_db()
    assert clip.motion == "claps"  # looking writes nothing


def test_the_next_version_is_labelled_with_what_changed(
    as_: As, teammate: User, clip: Clip, sent_back: Version
) -> None:
    sent = {"number": 2, "based_on": sent_back.pk, "motion": "nods", "camera": "close-up"}
    answer = generate(as_(teammate), clip, **sent)
    job = AvatarJob.objects.get(number=2)
    assert job.based_on == sent_back
    assert job.changes == ["motion", "camera"]
    assert "changed: motion, camera" in answer.text


def test_a_version_of_another_clip_cannot_be_gone_on_from(
    as_: As, teammate: User, clip: Clip, version: Version
) -> None:
    other = add_clip(clip.project, title="Other", engine_model=STANDARD, by=teammate)
    for given in (str(version.pk), "nonsense"):
        address = f"{reverse('clip', args=[other.pk])}?from={given}"
        assert as_(teammate).get(address).status_code == 404
