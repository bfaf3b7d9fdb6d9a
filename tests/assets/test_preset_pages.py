"""Presets: the shipped ones, and those that people keep."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from assets.limits import STRICT
from assets.models import Preset
from assets.preflight.prompt import check_prompt
from assets.presets import SHIPPED, ship_presets
from studio.organisations.models import Organisation, User

type As = Callable[[User], Client]
FILLED = {"name": "Slow reveal", "motion": "turns the head slowly", "camera": "close-up, push-in"}
NAMES = {
    "virtual presenter", "product demo", "course lesson", "language lesson",
    "brand spokesperson", "social vlog", "virtual influencer", "news broadcast",
    "customer service", "onboarding", "film monologue", "storyboard",
}  # fmt: skip


def test_an_organisation_gets_the_twelve_presets_once(studio_org: Organisation) -> None:
    assert ship_presets(studio_org) == 12
    assert ship_presets(studio_org) == 0
    assert {name.lower() for name in studio_org.presets.values_list("name", flat=True)} == NAMES


def test_shipping_again_leaves_alone_what_people_changed(studio_org: Organisation) -> None:
    ship_presets(studio_org)
    changed = studio_org.presets.get(name="Storyboard")
    changed.motion = "stands still"
    changed.save()
    changed.archive()
    ship_presets(studio_org)
    assert studio_org.presets.get(name="Storyboard").motion == "stands still"


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.name)
def test_a_shipped_preset_fills_all_slots_and_the_checks_have_nothing_to_say(
    shipped: Preset,
) -> None:
    preset = Preset(
        style=shipped.style,
        motion=shipped.motion,
        camera=shipped.camera,
        atmosphere=shipped.atmosphere,
    )
    assert all([preset.style, preset.motion, preset.camera, preset.atmosphere])
    assert check_prompt(preset.prompt_text, STRICT) == []
    assert len(preset.prompt_text.split()) <= 60


def test_a_creator_keeps_a_preset(as_: As, teammate: User, studio_org: Organisation) -> None:
    page = reverse("preset_new", args=[studio_org.slug])
    assert "Anything else" in as_(teammate).get(page).text
    as_(teammate).post(page, FILLED)
    preset = Preset.objects.get()
    assert preset.prompt_text == "turns the head slowly, close-up, push-in"
    assert (preset.organisation, preset.created_by) == (studio_org, teammate)


def test_a_preset_that_says_nothing_is_refused(
    as_: As, teammate: User, studio_org: Organisation
) -> None:
    page = reverse("preset_new", args=[studio_org.slug])
    answer = as_(teammate).post(page, {"name": "Empty", "motion": "  "})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["motion"]


def test_a_preset_name_is_given_once(as_: As, teammate: User, studio_org: Organisation) -> None:
    browser, page = as_(teammate), reverse("preset_new", args=[studio_org.slug])
    browser.post(page, FILLED)
    answer = browser.post(page, FILLED | {"name": "slow REVEAL"})
    assert answer.status_code == 422
    assert "There is a preset “Slow reveal”" in answer.context["form"].errors["name"][0]


def test_a_preset_can_start_from_another_of_the_same_organisation_only(
    as_: As, teammate: User, outsider: User, studio_org: Organisation
) -> None:
    as_(teammate).post(reverse("preset_new", args=[studio_org.slug]), FILLED)
    start = f"?from={Preset.objects.get().pk}"
    ours = as_(teammate).get(reverse("preset_new", args=[studio_org.slug]) + start)
    theirs = as_(outsider).get(reverse("preset_new", args=["elsewhere"]) + start)
    assert "turns the head slowly" in ours.content.decode()
    assert "turns the head slowly" not in theirs.content.decode()


def test_a_preset_is_changed_archived_and_reopened(
    as_: As, teammate: User, studio_org: Organisation
) -> None:
    browser = as_(teammate)
    browser.post(reverse("preset_new", args=[studio_org.slug]), FILLED)
    preset = Preset.objects.get()
    browser.post(reverse("preset", args=[preset.pk]), FILLED | {"camera": "wide shot"})
    browser.post(reverse("preset_archive", args=[preset.pk]))
    listed = reverse("presets", args=[studio_org.slug])
    assert "Slow reveal" not in browser.get(listed).context["presets"].values_list("name", flat=1)
    assert "wide shot" in browser.get(f"{listed}?show=archive").content.decode()
    browser.post(reverse("preset_reopen", args=[preset.pk]))
    assert "wide shot" in browser.get(listed).content.decode()


def test_presets_are_found_by_name(as_: As, viewer: User, studio_org: Organisation) -> None:
    ship_presets(studio_org)
    page = as_(viewer).get(reverse("presets", args=[studio_org.slug]), {"find": "LESSON"})
    assert [preset.name for preset in page.context["presets"]] == [
        "Course lesson", "Language lesson"
    ]  # fmt: skip


def test_a_viewer_sees_presets_and_changes_none(
    as_: As, viewer: User, studio_org: Organisation
) -> None:
    ship_presets(studio_org)
    preset = studio_org.presets.get(name="Onboarding")
    browser = as_(viewer)
    page = browser.get(reverse("presets", args=[studio_org.slug])).content.decode()
    assert preset.prompt_text in page
    assert reverse("preset", args=[preset.pk]) not in page
    assert browser.get(reverse("preset", args=[preset.pk])).status_code == 403
