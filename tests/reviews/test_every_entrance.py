"""A clip under review stays as it is, whichever way somebody comes to change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from assets.models import AudioTake, Look, Preset
from assets.presets import ship_presets
from jobs import ordering, paying_again
from jobs.models import Animatic, AvatarJob, State, Version
from studio.clips.models import Clip, ReviewHold, hold_for_review
from studio.organisations.models import User
from studio.projects.models import Project
from studio.storyboard import crop_views
from tests import media
from tests.conftest import make_job, make_version
from tests.jobs.settling import lost, pay_again
from tests.storyboard.editor_pages import inputs

type As = Callable[[User], Client]
SENTENCE = "v1 is under review, so “Welcome” stays as it is until it is decided."


@pytest.fixture
def held(version: Version) -> Clip:
    """The clip, its v1 under review."""
    hold_for_review(version.clip, version.number)
    return version.clip


@pytest.fixture
def unchanged(held: Clip) -> Callable[[], None]:
    """`unchanged()`: nothing of the clip's inputs is different, and nothing was ordered."""
    before = Clip.objects.values().get(pk=held.pk)

    def check() -> None:
        assert Clip.objects.values().get(pk=held.pk) == before
        assert AvatarJob.objects.count() == 1
        assert not Animatic.objects.exists()

    return check


@pytest.mark.parametrize("entrance", ["clip", "clip_generate", "clip_draft"])
def test_the_editor_s_buttons_refuse_and_keep_what_was_typed(
    as_: As, held: Clip, teammate: User, unchanged: Callable[[], None], entrance: str
) -> None:
    sent = inputs(held, motion="waves once", number=2, price="0.1680")
    answer = as_(teammate).post(reverse(entrance, args=[held.pk]), sent)
    assert answer.status_code == 422
    assert SENTENCE in answer.text
    assert "waves once" in answer.text
    unchanged()


def test_what_leads_from_a_finding_to_its_cure_saves_nothing_either(
    as_: As, held: Clip, teammate: User, unchanged: Callable[[], None]
) -> None:
    for then in ("crop", "mend"):
        sent = inputs(held, motion="waves once", then=then)
        answer = as_(teammate).post(reverse("clip", args=[held.pk]), sent)
        assert answer.status_code == 422
        assert SENTENCE in answer.text
    unchanged()


@pytest.mark.parametrize("action", ["lever", "fix", "preset", "voice", "view", "rewrite", "revert"])
def test_the_prompt_desk_only_proposes(
    as_: As, held: Clip, teammate: User, unchanged: Callable[[], None], action: str
) -> None:
    sent = inputs(held, lever="gesture.wave", to="text")
    answer = as_(teammate).post(reverse("clip_prompt", args=[held.pk, action]), sent)
    assert answer.status_code in (200, 404)
    unchanged()


def test_a_mended_take_is_kept_and_not_chosen(
    as_: As, held: Clip, take: AudioTake, project: Project, teammate: User,
    unchanged: Callable[[], None],
) -> None:  # fmt: skip
    mended = AudioTake.objects.get(pk=take.pk)
    mended.pk, mended.original, mended.is_draft, mended.title = None, take, True, "Mended"
    mended._state.adding = True
    mended.save()
    sent = {"clip": str(held.pk), "revision": str(held.revision)}
    answer = as_(teammate).post(reverse("take_use", args=[mended.pk]), sent, follow=True)
    assert (
        f"{SENTENCE} To change it now, withdraw v1 from review. “Mended” is among its takes; "
        in (answer.text.replace("&#x27;", "'"))
    )
    unchanged()


@pytest.fixture
def framing(held: Clip, look: Look) -> dict[str, str]:
    """What the crop page of the clip's look sends."""
    Look.objects.filter(pk=look.pk).update(width=720, height=720)
    picture = media.make_png(720, 720)
    look.refresh_from_db()
    look.image.save("look.png", ContentFile(picture))
    sides = {"left": "0", "top": "0", "width": "640", "height": "640"}
    return sides | {"revision": str(held.revision)}


def test_no_crop_is_made_for_it_and_the_framing_stays(
    as_: As, held: Clip, look: Look, framing: dict[str, str], teammate: User,
    unchanged: Callable[[], None],
) -> None:  # fmt: skip
    browser, address = as_(teammate), reverse("clip_crop", args=[held.pk, look.pk])
    answer = browser.post(address, framing)
    assert answer.status_code == 422
    assert f"{SENTENCE} To change it now, withdraw v1 from review. Nothing was cropped" in (
        answer.text.replace("&#x27;", "'")
    )
    assert answer.text.count('value="640"') == 2
    assert browser.post(address, framing | {"do": "check"}).status_code == 200
    assert Look.objects.get() == look
    unchanged()


def test_a_look_that_was_cropped_meanwhile_is_kept_and_not_chosen(
    as_: As, held: Clip, look: Look, framing: dict[str, str], teammate: User,
    unchanged: Callable[[], None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # As if it came under review between the question and the crop.
    monkeypatch.setattr(crop_views, "_refused", lambda *_: None)
    address = reverse("clip_crop", args=[held.pk, look.pk])
    answer = as_(teammate).post(address, framing, follow=True)
    made = Look.objects.exclude(pk=look.pk).get()
    assert answer.redirect_chain[-1][0] == reverse("clip", args=[held.pk])
    assert f"{made} is kept; nothing was chosen." in answer.text
    assert SENTENCE in answer.text
    assert 'id="clip-form"' not in answer.text
    unchanged()


def test_a_changed_preset_changes_no_clip(
    as_: As, held: Clip, teammate: User, project: Project
) -> None:
    ship_presets(project.organisation)
    preset = Preset.objects.filter(organisation=project.organisation).first()
    assert preset
    Clip.objects.filter(pk=held.pk).update(preset=preset, preset_number=preset.number)
    before = Clip.objects.values().get(pk=held.pk)
    sent = {"name": preset.name, "motion": "claps", "style": "", "camera": "", "atmosphere": ""}
    as_(teammate).post(reverse("preset", args=[preset.pk]), sent)
    preset.refresh_from_db()
    assert preset.motion == "claps"
    assert Clip.objects.values().get(pk=held.pk) == before


def test_the_storyboard_does_not_remove_it_but_moves_it(
    as_: As, held: Clip, teammate: User, unchanged: Callable[[], None]
) -> None:
    answer = as_(teammate).post(reverse("clip_remove", args=[held.pk]), follow=True)
    assert SENTENCE in answer.text
    unchanged()
    moved = as_(teammate).post(reverse("clip_move", args=[held.pk]), {"position": 0})
    assert moved.status_code == 302, "its place is none of its inputs"


def test_nothing_is_ordered_behind_the_editor(
    held: Clip, teammate: User, unchanged: Callable[[], None]
) -> None:
    with pytest.raises(ordering.NotOrdered, match="v1 is under review"):
        ordering.order(held, by=teammate)
    unchanged()


def test_an_order_whose_answer_was_lost_is_not_paid_again_meanwhile(
    as_: As, version: Version, teammate: User, approver: User
) -> None:
    """v1 was withdrawn, v2 ordered and lost, and then v1 was put back under review."""
    second = lost(make_job(version.clip, teammate, number=2, state=State.UNKNOWN))
    hold_for_review(version.clip, version.number, by=teammate)
    with pytest.raises(ordering.NotOrdered, match="v1 is under review"):
        paying_again.order_again(second, by=approver)
    assert SENTENCE in pay_again(as_(approver), second).text
    assert AvatarJob.objects.count() == 2
    ReviewHold.objects.update(released_at=version.created_at, release="decided")
    paying_again.order_again(second, by=approver)
    assert AvatarJob.objects.count() == 3


def test_operators_change_none_of_its_inputs(
    as_: As, held: Clip, unchanged: Callable[[], None]
) -> None:
    root = User.objects.create_superuser("root@studio.example", "Root", "a password")
    address = reverse("admin:clips_clip_change", args=[held.pk])
    sent: dict[str, Any] = inputs(held, motion="waves once", project=held.project_id)
    sent |= {"created_by": held.created_by_id, "changed_by": held.changed_by_id}
    assert as_(root).get(address).status_code == 200
    as_(root).post(address, sent)
    unchanged()
    ReviewHold.objects.update(released_at=held.changed_at, release="decided")
    assert 'name="motion"' in as_(root).get(address).text


def test_the_version_that_replaces_it_takes_the_lock_with_it(
    held: Clip, teammate: User, as_: As
) -> None:
    make_version(make_job(held, teammate, number=2))
    hold_for_review(held, 2)
    answer = as_(teammate).post(reverse("clip", args=[held.pk]), inputs(held, motion="waves"))
    assert "v2 is under review" in answer.text
