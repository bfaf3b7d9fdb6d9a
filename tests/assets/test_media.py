"""The files themselves: for people who may see them, and for engines with a signed address."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from assets import hosting
from assets.intake import add_look, add_take
from assets.models import AudioTake, Character, Look
from studio.organisations.models import User
from studio.projects.models import Project, Visibility
from tests import media
from tests.assets.uploads import upload

type As = Callable[[User], Client]


@pytest.fixture
def real_look(character: Character, teammate: User) -> Look:
    return add_look(character=character, file=upload("a", media.make_png(500, 400)), by=teammate)


@pytest.fixture
def real_take(project: Project, teammate: User) -> AudioTake:
    return add_take(
        project=project, title="Größe ¾", file=upload("a", media.make_wav(2)), by=teammate
    )


def body(answer: object) -> bytes:
    return b"".join(getattr(answer, "streaming_content"))  # noqa: B009


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("look_image", "image/png"), ("look_thumbnail", "image/webp")],
)
def test_a_member_sees_the_pictures_of_a_look(
    as_: As, viewer: User, real_look: Look, name: str, content_type: str
) -> None:
    answer = as_(viewer).get(reverse(name, args=[real_look.pk]))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(body(answer)) == int(answer.headers["Content-Length"])


def test_a_take_is_heard_in_parts(as_: As, viewer: User, real_take: AudioTake) -> None:
    address = reverse("take_sound", args=[real_take.pk])
    answer = as_(viewer).get(address, headers={"Range": "bytes=10-19"})
    assert (answer.status_code, len(body(answer))) == (206, 10)
    assert answer.headers["Content-Type"] == "audio/mpeg"


def test_the_master_is_a_download_under_the_title_of_the_take(
    as_: As, viewer: User, real_take: AudioTake
) -> None:
    answer = as_(viewer).get(reverse("take_master", args=[real_take.pk]))
    assert body(answer) == media.make_wav(2)
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%C2%BE.wav"
    )


@pytest.mark.parametrize("name", ["take_sound", "take_master"])
def test_takes_of_a_private_project_are_for_its_members(
    as_: As, viewer: User, teammate: User, real_take: AudioTake, name: str
) -> None:
    Project.objects.update(visibility=Visibility.MEMBERS)
    real_take.project.people.add(teammate)
    address = reverse(name, args=[real_take.pk])
    assert as_(viewer).get(address).status_code == 404
    assert body(as_(teammate).get(address))


@pytest.mark.parametrize("name", ["look_image", "look_thumbnail", "take_sound", "take_master"])
def test_nobody_gets_a_file_without_signing_in(
    client: Client, real_look: Look, real_take: AudioTake, name: str
) -> None:
    thing = real_look if name.startswith("look") else real_take
    assert client.get(reverse(name, args=[thing.pk])).status_code == 404


def test_an_engine_gets_the_exact_bytes_by_the_signed_address(
    client: Client, real_take: AudioTake
) -> None:
    path = urlsplit(hosting.input_url(real_take.send_copy)).path
    answer = client.get(path)
    with real_take.send_copy.open() as sent:
        assert body(answer) == sent.read()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "audio/mpeg")
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(real_take.send_bytes)
    part = client.get(path, headers={"Range": "bytes=0-3"})
    assert (part.status_code, len(body(part))) == (206, 4)


def test_a_signed_address_expires(client: Client, real_look: Look) -> None:
    path = urlsplit(hosting.input_url(real_look.image, seconds=-1)).path
    assert client.get(path).status_code == 404


def test_a_forged_address_gets_nothing(client: Client, real_look: Look) -> None:
    path = urlsplit(hosting.input_url(real_look.image)).path
    token = path.split("/")[2]
    forged = signing.dumps([real_look.image.name, 60], key="guess", salt=hosting.SALT)
    wrong = (
        reverse("input", args=[forged, "look.png"]),
        reverse("input", args=[token[:-1] + ("a" if token[-1] != "a" else "b"), "look.png"]),
        reverse("input", args=[token, "other.png"]),
        reverse("input", args=["nothing", "look.png"]),
    )
    assert [client.get(address).status_code for address in wrong] == [404] * 4


def test_an_address_of_a_file_that_is_gone_says_so(client: Client, real_look: Look) -> None:
    path = urlsplit(hosting.input_url(real_look.image)).path
    real_look.image.storage.delete(str(real_look.image.name))
    assert client.get(path).status_code == 404


def test_nothing_is_sent_to_an_input_address(client: Client, real_look: Look) -> None:
    path = urlsplit(hosting.input_url(real_look.image)).path
    assert client.post(path).status_code == 405
