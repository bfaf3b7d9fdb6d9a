"""The clip editor: choosing, saving, the offer, the order, and what two people do at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assets.models import AudioTake, Character, Look, Preset
from jobs.models import AvatarJob, LedgerEntry, State, Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.models import Comment, Decision, Verdict
from tests import media
from tests.conftest import STANDARD, make_job, make_version

type As = Callable[[User], Client]

PRO = "kling-avatar-v2-pro"


def inputs(clip: Clip, **other: Any) -> dict[str, Any]:
    """What the editor's form sends for `clip` as it is saved, with `other` typed over it."""
    clip.refresh_from_db()
    parts = {name: getattr(clip, name) for name in ("style", "motion", "camera", "atmosphere")}
    sent = {
        "title": clip.title,
        "look": clip.look_id or "",
        "take": clip.take_id or "",
        "preset": clip.preset_id or "",
        "engine_model": clip.engine_model,
        "free_text": clip.free_text,
        "revision": clip.revision,
        **parts,
    }
    return sent | other


def page(client: Client, clip: Clip, query: str = "") -> str:
    return client.get(reverse("clip", args=[clip.pk]) + query).text


def generate(client: Client, clip: Clip, **other: Any) -> Any:
    sent = inputs(clip, number=1, price="0.1680") | other
    return client.post(reverse("clip_generate", args=[clip.pk]), sent, follow=True)


def offer(client: Client, clip: Clip, **other: Any) -> str:
    sent = {"shown_look": clip.look_id or "", "shown_take": clip.take_id or ""}
    address = reverse("clip_offer", args=[clip.pk])
    answer = client.post(address, inputs(clip, **(sent | other)), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.text


def button(text: str) -> str:
    """The words of the primary button."""
    found = re.search(r'<button[^>]*id="generate"[^>]*>(.*?)</button>', text, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


# -- The page and saving -----------------------------------------------------------------------


def test_the_button_says_number_model_length_and_price(as_: As, teammate: User, clip: Clip) -> None:
    assert button(page(as_(teammate), clip)) == "Generate v1, standard, 3.0 s $0.17"


def test_the_sandbox_says_that_no_real_money_is_spent(as_: As, teammate: User, clip: Clip) -> None:
    assert "no real money is spent" in page(as_(teammate), clip)


def test_a_clip_without_inputs_says_what_to_choose(
    as_: As, teammate: User, project: Project
) -> None:
    clip = add_clip(project, title="New", engine_model=STANDARD, by=teammate)
    text = page(as_(teammate), clip)
    for sentence in ("No look is chosen.", "No audio take is chosen.", "prompt is blank"):
        assert sentence in text
    assert button(text) == "Generate v1"
    assert re.search(r'id="generate"[^>]* disabled', text)


def test_saving_keeps_all_inputs(as_: As, teammate: User, clip: Clip) -> None:
    sent = inputs(clip, title="Willkommen 欢迎", motion="waves", engine_model=PRO)
    answer = as_(teammate).post(reverse("clip", args=[clip.pk]), sent)
    assert answer.status_code == 302
    clip.refresh_from_db()
    assert (clip.title, clip.motion, clip.engine_model) == ("Willkommen 欢迎", "waves", PRO)
    assert (clip.revision, clip.changed_by) == (2, teammate)


def test_what_was_typed_survives_an_error(as_: As, teammate: User, clip: Clip) -> None:
    sent = inputs(clip, title="", motion="waves with both hands")
    answer = as_(teammate).post(reverse("clip", args=[clip.pk]), sent)
    assert answer.status_code == 422
    assert "Give the clip a title." in answer.text
    assert "waves with both hands" in answer.text
    clip.refresh_from_db()
    assert (clip.motion, clip.revision) == ("nods and opens one hand", 1)


def test_two_people_editing_one_clip_do_not_overwrite_each_other(
    as_: As, teammate: User, owner: User, clip: Clip
) -> None:
    mine, hers = inputs(clip, motion="waves"), inputs(clip, motion="claps")
    as_(owner).post(reverse("clip", args=[clip.pk]), hers)
    answer = as_(teammate).post(reverse("clip", args=[clip.pk]), mine)
    assert answer.status_code == 422
    assert "Olga changed this clip" in answer.text
    assert "waves" in answer.text  # still in the form
    clip.refresh_from_db()
    assert clip.motion == "claps"
    again = mine | {"revision": re.findall(r'name="revision" value="(\d+)"', answer.text)[0]}
    assert as_(teammate).post(reverse("clip", args=[clip.pk]), again).status_code == 302
    clip.refresh_from_db()
    assert clip.motion == "waves"


def test_inputs_of_another_organisation_cannot_be_chosen(
    as_: As, teammate: User, outsider: User, clip: Clip, look: Look
) -> None:
    elsewhere = Character.objects.create(
        organisation=outsider.memberships.get().organisation, name="Spy", created_by=outsider
    )
    foreign = Look.objects.create(
        character=elsewhere, number=1, image="x.png", thumbnail="x.webp", width=720, height=720,
        content_type="image/png", size_bytes=1, sha256="9" * 64, created_by=outsider,
    )  # fmt: skip
    sent = inputs(clip, look=foreign.pk)
    answer = as_(teammate).post(reverse("clip", args=[clip.pk]), sent)
    assert answer.status_code == 422
    assert "Choose another" in answer.text
    clip.refresh_from_db()
    assert clip.look == look


def test_a_preset_chosen_over_an_empty_prompt_fills_it_without_scripts(
    as_: As, teammate: User, project: Project
) -> None:
    clip = add_clip(project, title="New", engine_model=STANDARD, by=teammate)
    preset = Preset.objects.create(
        organisation=project.organisation, name="Calm", motion="nods", camera="close-up"
    )
    sent = inputs(clip, preset=preset.pk)
    as_(teammate).post(reverse("clip", args=[clip.pk]), sent)
    clip.refresh_from_db()
    assert clip.prompt_text == "nods, close-up"


def test_an_archived_look_stays_in_the_picker_of_the_clip_that_has_it(
    as_: As, teammate: User, clip: Clip, character: Character
) -> None:
    character.archive()
    assert f'id="look-{clip.look_id}" checked' in page(as_(teammate), clip)
    other = add_clip(clip.project, title="Other", engine_model=STANDARD, by=teammate)
    assert f'id="look-{clip.look_id}"' not in page(as_(teammate), other)


# -- The offer ---------------------------------------------------------------------------------


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


# -- The order ---------------------------------------------------------------------------------


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


# -- Going on from a version -------------------------------------------------------------------


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


# -- The attempts ------------------------------------------------------------------------------


def test_the_attempts_are_followed_only_while_one_is_active(
    as_: As, teammate: User, clip: Clip
) -> None:
    client, address = as_(teammate), reverse("clip_live", args=[clip.pk])
    assert "hx-trigger" not in client.get(address).text
    job = make_job(clip, teammate)
    text = client.get(address).text
    assert 'hx-trigger="every 2s"' in text
    assert reverse("job_cancel", args=[job.pk]) in text
    version = make_version(job)
    text = client.get(address).text
    assert "hx-trigger" not in text
    assert reverse("review", args=[version.pk]) in text
    assert f"?from={version.pk}" in text


def test_twenty_attempts_cost_as_many_queries_as_two(
    as_: As,
    teammate: User,
    clip: Clip,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client, address = as_(teammate), reverse("clip", args=[clip.pk])

    def grow(numbers: range) -> None:
        for number in numbers:
            make_version(make_job(clip, teammate, number=number))

    grow(range(1, 3))
    client.get(address)
    with django_assert_max_num_queries(45) as few:
        client.get(address)
    grow(range(3, 21))
    with django_assert_num_queries(len(few)):
        client.get(address)


# -- New pictures and takes, right here --------------------------------------------------------


def upload(client: Client, clip: Clip, what: str, **sent: Any) -> Any:
    address = reverse(f"clip_{what}_new", args=[clip.pk])
    return client.post(address, sent, headers={"HX-Request": "true"})


def test_a_picture_of_a_new_character_is_chosen_at_once(
    as_: As, teammate: User, clip: Clip
) -> None:
    picture = SimpleUploadedFile("new.png", media.make_png(640, 640))
    answer = upload(as_(teammate), clip, "look", **{"look-picture": picture, "look-name": "Tomas"})
    look = Look.objects.get(character__name="Tomas")
    assert f'id="look-{look.pk}" checked' in answer.text
    assert "input-added" in answer.headers["HX-Trigger-After-Swap"]
    clip.refresh_from_db()
    assert clip.look != look  # chosen on the page; saved by the person


def test_a_file_that_is_no_picture_leaves_no_character_behind(
    as_: As, teammate: User, clip: Clip
) -> None:
    text = SimpleUploadedFile("photo.png", b"not a picture at all")
    answer = upload(as_(teammate), clip, "look", **{"look-picture": text, "look-name": "Tomas"})
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#new-look-form"
    assert "field__error" in answer.text
    assert not Character.objects.filter(name="Tomas").exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "Choose a character, or name the new one."), ("ines", "is there already")],
)
def test_a_picture_needs_a_character(
    as_: As, teammate: User, clip: Clip, name: str, sentence: str
) -> None:
    picture = SimpleUploadedFile("new.png", media.make_png(640, 640))
    answer = upload(as_(teammate), clip, "look", **{"look-picture": picture, "look-name": name})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert Look.objects.count() == 1


def test_a_new_take_is_chosen_at_once(as_: As, teammate: User, clip: Clip) -> None:
    sound = SimpleUploadedFile("Second.mp3", media.make_mp3(4))
    answer = upload(as_(teammate), clip, "take", **{"take-file": sound, "take-script": "Hello."})
    take = AudioTake.objects.get(title="Second")
    assert (take.script, take.project) == ("Hello.", clip.project)
    assert f'id="take-{take.pk}" checked' in answer.text
    assert "input-added" in answer.headers["HX-Trigger-After-Swap"]


def test_a_file_that_is_no_recording_is_refused_beside_the_field(
    as_: As, teammate: User, clip: Clip
) -> None:
    text = SimpleUploadedFile("voice.mp3", b"not a sound at all")
    answer = upload(as_(teammate), clip, "take", **{"take-file": text})
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#new-take-form"
    assert "field__error" in answer.text
    assert AudioTake.objects.count() == 1
