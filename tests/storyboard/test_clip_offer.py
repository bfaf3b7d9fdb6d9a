"""The offer of the clip editor follows what is typed and writes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from assets.models import Look
from jobs.models import AvatarJob, LedgerEntry
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from tests.storyboard.editor_pages import PRO, button, inputs, offer, page

type As = Callable[[User], Client]


def test_the_offer_follows_what_is_typed_and_writes_nothing(
    as_: As, teammate: User, clip: Clip
) -> None:
    before = Clip.objects.values().get(pk=clip.pk)
    text = offer(as_(teammate), clip, engine_model=PRO, motion="claps", title="Other")
    assert button(text) == "Generate v1, pro, 3.0 s $0.34"
    assert 'name="price" value="0.3360"' in text
    assert "claps" in text
    assert Clip.objects.values().get(pk=clip.pk) == before
    assert not AvatarJob.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_the_offer_tells_the_findings_of_each_input(as_: As, teammate: User, clip: Clip) -> None:
    text = offer(as_(teammate), clip, take="", style="", motion="", camera="", atmosphere="")
    audio = text.partition('id="findings-audio"')[2].partition("</ul>")[0]
    prompt = text.partition('id="findings-prompt"')[2].partition("</ul>")[0]
    assert "No audio take is chosen." in audio
    assert "blank" in prompt
    assert re.search(r'id="generate"[^>]* disabled', text)


def test_what_nobody_measured_is_measured_when_the_editor_opens(
    as_: As, teammate: User, clip: Clip
) -> None:
    """Brought in before the studio measured pictures, or when it did so in another way."""
    Look.objects.update(facts={"version": 1})
    assert 'data-finding="image.no_face"' in page(as_(teammate), clip), "a few plain pixels"
    Look.objects.update(facts={})
    for stored in Look.objects.all():
        stored.image.delete(save=False)
    assert 'data-finding="image.no_face"' not in page(as_(teammate), clip), "but it opens"


def test_why_a_missing_input_stops_is_explained_where_the_finding_leads(
    as_: As, teammate: User, clip: Clip
) -> None:
    browser = as_(teammate)
    text = offer(browser, clip, look="", take="")
    leads = set(re.findall(r'href="([^"]*/checks/)#((?:image|audio)\.missing)"', text))
    assert {check for _, check in leads} == {"image.missing", "audio.missing"}
    for address, check in leads:
        assert f'id="{check}"' in browser.get(address).text


def test_all_findings_stand_beside_the_price_too(as_: As, teammate: User, clip: Clip) -> None:
    text = offer(as_(teammate), clip, take="", motion="nods in a red dress")
    beside = text.partition('id="found-all-list"')[2].partition("</ul>")[0]
    shown = re.findall(r'data-finding="([^"]+)"', text)
    assert len(shown) >= 2
    assert beside.count("<li") == len(shown)
    assert f"{len(shown)} findings</button>" in text


def test_a_part_that_is_too_long_is_said_to_be_and_checked_and_never_cut_off(
    as_: As, teammate: User, clip: Clip
) -> None:
    browser = as_(teammate)
    assert "maxlength" not in page(browser, clip).partition('name="motion"')[2].partition(">")[0]
    text = offer(browser, clip, motion="nods and smiles, " * 6000)
    assert "Motion takes at most 600 characters, and this has 101999: shorten it" in text
    assert 'data-finding="prompt.limit"' in text
    assert 'data-finding="prompt.blank"' not in text
    assert re.search(r'id="generate"[^>]* disabled', text)
    assert f"{text.count('data-finding=') + 1} findings</button>" in text
    assert "Motion takes" in text.partition('id="found-all-list"')[2].partition("</ul>")[0]
    sent = inputs(clip, motion="nods and smiles, " * 40)
    answer = browser.post(reverse("clip", args=[clip.pk]), sent)
    assert answer.status_code == 422
    assert "Motion takes at most 600 characters" in answer.text
    assert "nods and smiles, " * 39 in answer.text


def test_the_offer_brings_a_preview_only_for_what_the_page_does_not_show(
    as_: As, teammate: User, clip: Clip
) -> None:
    assert "audio-preview" not in offer(as_(teammate), clip)
    text = offer(as_(teammate), clip, shown_take="")
    assert 'id="audio-preview"' in text
    assert 'id="image-preview"' not in text


def test_the_offer_says_that_the_budget_is_too_small(as_: As, teammate: User, clip: Clip) -> None:
    Project.objects.filter(pk=clip.project_id).update(budget_amount=Decimal("0.20"))
    assert "disabled" not in offer(as_(teammate), clip).partition('id="generate"')[2][:200]
    text = offer(as_(teammate), clip, engine_model=PRO)
    assert "the budget has $0.20 left" in text
    assert re.search(r'id="generate"[^>]* disabled', text)
