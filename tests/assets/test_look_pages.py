"""A look from the browser's side: its findings, its crop, that it is a mascot, its art style."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from assets.intake import add_look
from assets.looking import cropping
from assets.models import Character, Look
from studio.clips.models import Clip
from studio.organisations.models import User
from tests import media
from tests.assets import pictures_of_people as people
from tests.assets.uploads import upload

type As = Callable[[User], Client]


@pytest.fixture
def distant(character: Character, teammate: User) -> Look:
    """A look in which the face is tiny: 90 of 1,200 px."""
    small, room = people.scaled(people.portrait(), 0.2), people.wall(1800, 1200)
    picture = people.encoded(people.placed(small, room, left=700, top=400))
    return add_look(character=character, file=upload("far.png", picture), by=teammate)


@pytest.fixture
def faceless(look: Look) -> Look:
    """A look in which no face is found."""
    look.image.save("look.png", ContentFile(media.make_png(1200, 1200)), save=False)
    look.width = look.height = 1200
    look.facts = {}
    look.save()
    return look


def crop_page(look: Look, clip: Clip | None = None) -> str:
    if clip:
        return reverse("clip_crop", args=[clip.pk, look.pk])
    return reverse("look_crop", args=[look.pk])


def proposed(browser: Client, look: Look) -> dict[str, Any]:
    form = browser.get(crop_page(look)).context["form"]
    return dict(form.initial)


# -- Cropping ------------------------------------------------------------------------------------


def test_the_proposed_crop_cures_a_tiny_face(as_: As, teammate: User, distant: Look) -> None:
    browser = as_(teammate)
    page = browser.get(crop_page(distant))
    before = [finding.id for finding in page.context["found_before"]]
    after = [finding.id for finding in page.context["found"]]
    assert before == ["image.small_face"]
    assert after == ["image.small"]  # said before it is done: a crop has fewer pixels


def test_what_no_crop_can_be_made_of_is_said_with_the_side_it_is_about(
    as_: As, teammate: User, distant: Look
) -> None:
    browser = as_(teammate)
    sent = proposed(browser, distant) | {"left": -5, "height": ""}
    told = browser.post(crop_page(distant), sent | {"do": "check"}, headers={"HX-Request": "true"})
    assert "From the left: Ensure this value is greater than or equal to 0." in told.text
    assert "Height: This field is required." in told.text


def test_a_crop_is_a_new_look_and_the_old_one_stays(as_: As, teammate: User, distant: Look) -> None:
    browser = as_(teammate)
    sha256, framing = distant.sha256, proposed(browser, distant)
    answer = browser.post(crop_page(distant), framing)
    distant.refresh_from_db()
    made = Look.objects.exclude(pk=distant.pk).get()
    page = reverse("character", args=[distant.character_id])
    assert answer.headers["Location"] == f"{page}#look-{made.number}"
    assert (distant.sha256, made.number) == (sha256, distant.number + 1)
    assert (made.width, made.height) == (framing["width"], framing["height"])
    assert made.facts["faces"]
    with made.image.open() as file:
        pixels = Image.open(file).getpixel((0, 0))
    assert pixels == (190, 190, 190)


def test_a_look_whose_file_is_gone_is_said_to_be(as_: As, teammate: User, distant: Look) -> None:
    distant.image.delete(save=False)
    answer = as_(teammate).get(crop_page(distant), follow=True)
    assert answer.redirect_chain[-1][0].startswith(
        reverse("character", args=[distant.character_id])
    )
    assert "The stored file of the look" in answer.text


def test_what_was_said_of_a_look_holds_for_its_crop(
    as_: As, teammate: User, faceless: Look
) -> None:
    faceless.art_style = "cartoon"
    faceless.call_mascot(by=teammate)
    faceless.save()
    as_(teammate).post(crop_page(faceless), {"left": 9, "top": 9, "width": 900, "height": 900})
    made = Look.objects.exclude(pk=faceless.pk).get()
    assert (made.is_mascot, made.mascot_by, made.art_style) == (True, teammate, "cartoon")


def test_a_crop_for_a_clip_is_chosen_in_it(
    as_: As, teammate: User, clip: Clip, distant: Look
) -> None:
    browser = as_(teammate)
    page = browser.get(crop_page(distant, clip))
    sent = {**page.context["form"].initial, "revision": page.context["revision"]}
    answer = browser.post(crop_page(distant, clip), sent, follow=True)
    made = Look.objects.exclude(pk__in=[distant.pk, clip.look_id]).get()
    assert answer.redirect_chain == [(reverse("clip", args=[clip.pk]), 302)]
    assert f"The crop, {made}, is chosen in this clip." in answer.text
    clip.refresh_from_db()
    assert clip.look == made


@pytest.mark.parametrize("by_whom", ["owner", "teammate"])
def test_no_crop_is_made_where_the_clip_was_changed_until_that_was_read(
    as_: As, teammate: User, clip: Clip, distant: Look, by_whom: str,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    browser, looks = as_(teammate), Look.objects.count()
    page = browser.get(crop_page(distant, clip))
    by: User = request.getfixturevalue(by_whom)
    clip.choose({"motion": "waves"}, by=by, seen_revision=clip.revision)
    sent = {**page.context["form"].initial, "revision": page.context["revision"]}
    checked = browser.post(crop_page(distant, clip), sent | {"do": "check"})
    assert (checked.status_code, str(checked.context["revision"])) == (200, str(sent["revision"]))
    told = browser.post(crop_page(distant, clip), sent)
    assert told.status_code == 422
    who = "You, elsewhere," if by == teammate else "Olga"
    assert f"{who} changed this clip at " in told.text
    assert told.context["framing"] == page.context["framing"]
    assert Look.objects.count() == looks
    browser.post(crop_page(distant, clip), sent | {"revision": told.context["revision"]})
    clip.refresh_from_db()
    assert clip.look == Look.objects.exclude(pk=distant.pk).order_by("-created_at").first()
    assert (Look.objects.count(), clip.motion) == (looks + 1, "waves")


def test_a_crop_is_kept_and_not_chosen_where_somebody_changed_the_clip_while_it_was_made(
    as_: As, teammate: User, owner: User, clip: Clip, distant: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    browser, before, crop = as_(teammate), clip.look, cropping.crop

    def meanwhile(*args: Any, **kwargs: Any) -> Look:
        clip.choose({"motion": "waves"}, by=owner, seen_revision=clip.revision)
        return crop(*args, **kwargs)

    page = browser.get(crop_page(distant, clip))
    monkeypatch.setattr(cropping, "crop", meanwhile)
    sent = {**page.context["form"].initial, "revision": page.context["revision"]}
    answer = browser.post(crop_page(distant, clip), sent, follow=True)
    made = Look.objects.exclude(pk__in=[distant.pk, clip.look_id]).get()
    assert "Olga changed this clip at " in answer.text
    assert f"{made} is kept: look again and choose it there." in answer.text
    clip.refresh_from_db()
    assert (clip.look, clip.motion) == (before, "waves")


def test_only_who_may_change_the_clip_crops_for_it(
    as_: As, outsider: User, viewer: User, clip: Clip, distant: Look
) -> None:
    for person, status in ((outsider, 404), (viewer, 403)):
        assert as_(person).get(crop_page(distant, clip)).status_code == status


@pytest.mark.parametrize("revision", ["", "-1", "x", "9" * 10])
def test_a_crop_without_the_revision_that_was_seen_is_none(
    as_: As, teammate: User, clip: Clip, distant: Look, revision: str
) -> None:
    sent = proposed(as_(teammate), distant) | {"revision": revision}
    assert as_(teammate).post(crop_page(distant, clip), sent).status_code == 404
    assert not Look.objects.exclude(pk__in=[distant.pk, clip.look_id]).exists()


def test_a_look_of_another_organisation_is_not_chosen_by_its_address(
    as_: As, teammate: User, outsider: User, clip: Clip
) -> None:
    elsewhere = outsider.memberships.get().organisation
    theirs = Character.objects.create(organisation=elsewhere, name="X", created_by=outsider)
    foreign = add_look(
        character=theirs, file=upload("x.png", media.make_png(400, 400)), by=outsider
    )
    for query in (f"?look={foreign.pk}", "?look=nonsense"):
        page = as_(teammate).get(reverse("clip", args=[clip.pk]) + query)
        assert page.context["chosen"].look == clip.look


@pytest.mark.parametrize(
    ("framing", "sentence"),
    [
        ({"left": 0, "top": 0, "width": 1800, "height": 1200}, "nothing to cut off"),
        ({"left": 1500, "top": 0, "width": 600, "height": 600}, "reaches over the border"),
        ({"left": 0, "top": 0, "width": 200, "height": 600}, "300 px or more"),
        ({"left": 0, "top": 0, "width": "wide", "height": 600}, "Enter a whole number"),
        ({}, "This field is required"),
    ],
)
@pytest.mark.parametrize("is_htmx", [True, False])
def test_a_crop_that_cannot_be_is_refused_with_a_sentence(
    as_: As, teammate: User, distant: Look, framing: dict[str, Any], sentence: str, is_htmx: bool
) -> None:
    headers = {"HX-Request": "true"} if is_htmx else {}
    answer = as_(teammate).post(crop_page(distant), framing, headers=headers)
    assert answer.status_code == (200 if is_htmx else 422)
    assert sentence in answer.text
    assert Look.objects.count() == 1


def test_asking_what_a_crop_gives_makes_none(as_: As, teammate: User, distant: Look) -> None:
    browser = as_(teammate)
    framing = {"left": 600, "top": 350, "width": 500, "height": 700}
    live = browser.post(crop_page(distant), framing, headers={"HX-Request": "true"})
    plain = browser.post(crop_page(distant), framing | {"do": "check"})
    for answer in (live, plain):
        assert "500 × 700 px" in answer.text
        assert [finding.id for finding in answer.context["found"]] == ["image.small"]
    assert Look.objects.count() == 1


# -- Saying what it is ---------------------------------------------------------------------------


def test_a_look_is_called_a_mascot_and_a_person_again(
    as_: As, teammate: User, faceless: Look
) -> None:
    browser, page = as_(teammate), reverse("look_mascot", args=[faceless.pk])
    browser.post(page, {"is_mascot": "1"})
    faceless.refresh_from_db()
    assert (faceless.mascot_by, faceless.is_mascot) == (teammate, True)
    browser.post(page, {"is_mascot": "0"})
    faceless.refresh_from_db()
    assert (faceless.mascot_by, faceless.is_mascot) == (None, False)


def test_in_the_editor_the_findings_are_asked_for_again(
    as_: As, teammate: User, clip: Clip, faceless: Look
) -> None:
    address = reverse("look_mascot", args=[faceless.pk]) + f"?clip={clip.pk}"
    live = as_(teammate).post(address, {"is_mascot": "1"}, headers={"HX-Request": "true"})
    assert "input-added" in live.headers["HX-Trigger-After-Settle"]
    plain = as_(teammate).post(address, {"is_mascot": "1"})
    assert plain.headers["Location"].startswith(reverse("clip", args=[clip.pk]))


def test_the_art_style_is_noted_and_an_unknown_one_refused(
    as_: As, teammate: User, look: Look
) -> None:
    browser, page = as_(teammate), reverse("look_art_style", args=[look.pk])
    for sent, noted in (("anime", "anime"), ("baroque", "anime"), ("", "")):
        browser.post(page, {"art_style": sent})
        look.refresh_from_db()
        assert look.art_style == noted


def test_the_library_says_what_is_found_in_each_look(
    as_: As, teammate: User, viewer: User, distant: Look
) -> None:
    page = reverse("character", args=[distant.character_id])
    text = as_(teammate).get(page).text
    assert "px wide, 8% of the short side" in text
    assert crop_page(distant) in text
    seen = as_(viewer).get(page).text
    assert "px wide, 8% of the short side" in seen
    assert crop_page(distant) not in seen


@pytest.mark.parametrize("name", ["look_crop", "look_mascot", "look_art_style"])
def test_a_viewer_changes_no_look(as_: As, viewer: User, look: Look, name: str) -> None:
    sent = {"is_mascot": "1", "art_style": "anime", "left": 9, "top": 9, "width": 400}
    answer = as_(viewer).post(reverse(name, args=[look.pk]), sent | {"height": 400})
    assert answer.status_code == 403
    look.refresh_from_db()
    assert (look.is_mascot, look.art_style, Look.objects.count()) == (False, "", 1)
