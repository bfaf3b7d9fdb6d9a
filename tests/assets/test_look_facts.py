"""What is measured in a look is kept with it, measured anew when outdated, and never guessed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from numpy.typing import NDArray

from assets import measuring
from assets.intake import add_look
from assets.limits import STRICT
from assets.looking import faces
from assets.looking.compression import jpeg_quality
from assets.looking.faces.network import face_of
from assets.looking.facts import LookFacts, measure_picture, measure_pixels
from assets.models import Character, CharacterKind, Look
from assets.probing import Refused
from studio.clips.checks import look_findings
from studio.clips.models import Clip
from studio.organisations.models import User
from tests import media
from tests.assets import pictures_of_people as people
from tests.assets.uploads import upload

type As = Callable[[User], Client]


def kept(look: Look) -> LookFacts | None:
    look.refresh_from_db()
    return LookFacts.from_json(look.facts)


def test_a_look_is_measured_when_it_comes_in(character: Character, teammate: User) -> None:
    picture = people.encoded(people.portrait(), "JPEG", quality=92)
    look = add_look(character=character, file=upload("ines.jpg", picture), by=teammate)
    facts = kept(look)
    assert facts
    assert (facts.width, facts.height, len(facts.faces)) == (1080, 1350, 1)
    assert look_findings(look, STRICT) == []


def test_no_page_measures_in_a_transaction(
    as_: As, clip: Clip, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    depths: list[int] = []

    def watched(data: bytes) -> LookFacts:
        depths.append(len(connection.savepoint_ids))
        return measure_picture(data)

    monkeypatch.setattr("assets.intake.measure_picture", watched)
    outside = len(connection.savepoint_ids)
    browser = as_(teammate)
    sent = {"name": "Fox", "kind": "person", "picture": upload("x.png", media.make_png(400, 400))}
    browser.post(reverse("character_new", args=[clip.organisation.slug]), sent)
    picture = upload("y.png", media.make_png(500, 500))
    sent = {"look-picture": picture, "look-name": "Owl", "look-character": ""}
    browser.post(reverse("clip_look_new", args=[clip.pk]), sent)
    assert Look.objects.filter(character__name__in=["Fox", "Owl"]).count() == 2
    assert depths == [outside, outside]


def test_facts_survive_being_kept_as_json() -> None:
    facts = measure_pixels(people.portrait())
    assert LookFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


@pytest.mark.parametrize(
    "damaged",
    [
        {},
        None,
        [],
        "facts",
        {"version": 0},
        {"version": LookFacts.VERSION},
        {"version": LookFacts.VERSION, "width": 1, "height": 1, "faces": [{"x": 1}]},
    ],
)
def test_facts_that_are_missing_old_or_damaged_count_as_none(damaged: object) -> None:
    assert LookFacts.from_json(damaged) is None


@pytest.fixture
def unmeasured(look: Look) -> Look:
    """A look that came in before pictures were measured; nobody is in it."""
    look.image.save("look.png", ContentFile(media.make_png(720, 720)), save=False)
    look.facts = {}
    look.save()
    return look


def test_a_look_without_facts_is_measured_when_they_are_needed(unmeasured: Look) -> None:
    assert measuring.look_facts(unmeasured).faces == ()
    assert kept(unmeasured) == measure_picture(media.make_png(720, 720))


def test_facts_of_an_older_way_of_measuring_are_measured_anew(look: Look) -> None:
    Look.objects.filter(pk=look.pk).update(facts={"version": 0, "faces": []})
    look.refresh_from_db()
    measuring.measured(look, None)
    assert kept(look)


def test_what_was_measured_is_not_measured_again(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = measuring.look_facts(look)
    monkeypatch.setattr("assets.measuring.measure_picture", lambda data: pytest.fail("again"))
    assert measuring.look_facts(look) == first


def test_measuring_undoes_nothing_that_a_person_says_meanwhile(
    unmeasured: Look, teammate: User
) -> None:
    stale = Look.objects.get(pk=unmeasured.pk)
    look = unmeasured
    look.call_mascot(by=teammate)
    measuring.look_facts(stale)
    look.refresh_from_db()
    assert look.is_mascot


def test_no_face_stops_a_person_but_no_mascot(unmeasured: Look, teammate: User) -> None:
    look = unmeasured
    measuring.look_facts(look)
    assert "image.no_face" in [finding.id for finding in look_findings(look, STRICT)]
    look.call_mascot(by=teammate)
    assert "image.no_face" not in [finding.id for finding in look_findings(look, STRICT)]
    look.call_person()
    look.character.kind = CharacterKind.MASCOT
    assert "image.no_face" not in [finding.id for finding in look_findings(look, STRICT)]


# -- Hostile and odd pictures --------------------------------------------------------------------

ODD: dict[str, Callable[[], bytes]] = {
    "one pixel": lambda: media.make_png(1, 1),
    "one line": lambda: media.make_png(4000, 2),
    "grey": lambda: media.saved(media.picture(700, 500, "L"), "PNG"),
    "palette": lambda: media.saved(media.picture(300, 300, "P"), "PNG"),
    "white": lambda: people.encoded(people.wall(800, 800, 255)),
    "black": lambda: people.encoded(people.wall(800, 800, 0)),
    "noise": lambda: people.encoded(people.noisy(people.wall(900, 700), 90)),
    "16 megapixels": lambda: people.encoded(people.wall(4096, 4096), "JPEG"),
}


@pytest.mark.parametrize("kind", ODD)
def test_a_picture_without_anybody_has_no_face_and_no_light(kind: str) -> None:
    facts = measure_picture(ODD[kind]())
    assert (facts.faces, facts.light, facts.blur, facts.behind) == ((), None, None, None)
    assert json.dumps(facts.to_json())


def test_a_grey_portrait_has_a_face() -> None:
    grey = people.portrait().mean(axis=2).astype(np.uint8)
    assert len(measure_pixels(np.repeat(grey[..., None], 3, axis=2)).faces) == 1


@pytest.mark.parametrize(
    "broken",
    [b"", b"no picture", media.huge_png_bomb(), media.make_jpeg(900, 900)[:4000], media.make_gif()],
    ids=["empty", "text", "bomb", "cut off", "gif"],
)
def test_what_is_no_picture_is_refused_with_a_sentence(broken: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        measure_picture(broken)
    assert refusal.value.sentence.endswith(".")


# -- Compression ---------------------------------------------------------------------------------


@pytest.mark.parametrize("quality", [10, 20, 30, 40, 50, 60])
def test_the_quality_of_an_earlier_jpeg_is_told_from_the_pixels(quality: int) -> None:
    grey = people.as_jpeg(people.portrait(), quality).mean(axis=2).round().astype(np.uint8)
    found = jpeg_quality(grey)
    assert found is not None
    assert abs(found - quality) <= 2


def test_a_picture_that_was_scaled_down_after_compression_shows_none() -> None:
    small = people.scaled(people.as_jpeg(people.portrait(), 30), 0.61)
    assert jpeg_quality(np.ascontiguousarray(small[..., 1])) is None


# -- The operator's network ----------------------------------------------------------------------


def row(nose_x: float, right_eye: tuple[float, float] = (140, 100)) -> NDArray[np.float32]:
    """A row of YuNet: a face 100 px wide with eyes at 100 px and 140 px."""
    return np.array(
        [70, 60, 100, 140, 100, 100, *right_eye, nose_x, 130, 105, 160, 135, 160, 0.93], np.float32
    )


def test_a_face_of_the_network_is_as_one_of_the_cascades() -> None:
    face = face_of(row(120), 400, 800)
    assert (face.kind, round(face.certainty, 2)) == ("frontal", 0.93)
    assert face.width * 400 == pytest.approx(120)
    assert face.height * 800 == pytest.approx(120)
    assert (face.x + face.width / 2) * 400 == pytest.approx(120)
    assert face.yaw_degrees == pytest.approx(0)


def test_the_network_tells_turned_and_tilted_heads() -> None:
    assert face_of(row(150), 400, 800).kind == "profile"
    assert face_of(row(150), 400, 800).yaw_degrees == pytest.approx(51, abs=1)
    assert face_of(row(118, right_eye=(135, 125)), 400, 800).kind == "tilted"


def test_a_file_that_is_no_network_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "faces.onnx").write_bytes(b"not a network")
    with override_settings(FACE_MODEL=str(tmp_path / "faces.onnx")), pytest.raises(cv2.error):
        faces.find_faces(people.wall(100, 100))


def test_a_stored_picture_that_is_gone_is_not_passed_over(unmeasured: Look) -> None:
    look = unmeasured
    look.image.storage.delete(str(look.image.name))
    with pytest.raises(OSError, match="No such file"):
        measuring.look_facts(look)
    look.image.save("x.png", ContentFile(b"damaged"), save=False)
    with pytest.raises(Refused):
        measuring.look_facts(look)
