"""New pictures and takes, brought in right in the clip editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assets.models import AudioTake, Character, Look
from studio.clips.models import Clip
from studio.organisations.models import User
from tests import media

type As = Callable[[User], Client]


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
