"""The report as PDF: words in any writing, the very frames, and what was drawn on them."""

from __future__ import annotations

import base64
import errno
import io
import re
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from django.test import Client
from django.urls import reverse
from PIL import Image
from reportlab.platypus import Paragraph

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.exports import pictures
from studio.reviews.exports import report as report_module
from studio.reviews.exports.material import of_version
from studio.reviews.exports.report import _BODY, _body, _marked, _register, _section
from studio.reviews.models import Comment
from tests.reviews.counting_video import RATE, STEP, write_counting_video

type As = Callable[[User], Client]
BOX = {"tool": "box", "colour": "red", "points": [[0.25, 0.25], [0.75, 0.75]]}


def report(client: Client, version: Version) -> bytes:
    answer = client.get(reverse("export_version", args=[version.pk, "pdf"]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return bytes(answer.content)


def streams(document: bytes) -> list[tuple[bytes, bytes]]:
    """The dictionaries and contents of a PDF's streams, unpacked as far as they are packed."""
    found = []
    for head, packed in re.findall(rb"<<((?:(?!>>\s*stream).)*)>>\s*stream\r?\n(.*?)endstream",
                                   document, re.DOTALL):  # fmt: skip
        length = re.search(rb"/Length (\d+)", head)
        # Packed bytes may themselves end like a line.
        content = packed[: int(length[1])] if length else packed
        if b"ASCII85Decode" in head:
            content = base64.a85decode(content.strip().removesuffix(b"~>"))
        if b"FlateDecode" in head:
            content = zlib.decompress(content)
        found.append((head, content))
    return found


def images(document: bytes) -> list[Image.Image]:
    """The JPEGs inside."""
    return [
        Image.open(io.BytesIO(content))
        for head, content in streams(document)
        if b"/Image" in head and b"DCTDecode" in head
    ]


def test_each_comment_stands_beside_its_very_frame_with_its_drawing(
    as_: As, counting: Version, approver: User
) -> None:
    Comment.objects.create(version=counting, author=approver, frame=20, text="Lips")
    Comment.objects.create(version=counting, author=approver, frame=61, drawing=[BOX])
    document = report(as_(approver), counting)
    assert document.startswith(b"%PDF-")
    shown = images(document)
    assert len(shown) == 2
    greys = [np.asarray(one.convert("RGB"))[2, 2].mean() for one in shown]
    assert sorted(round(grey / STEP) for grey in greys) == [20, 61]
    drawn = np.asarray(max(zip(greys, shown, strict=True), key=lambda pair: pair[0])[1])
    edge = drawn[drawn.shape[0] // 4, drawn.shape[1] // 2].astype(int)
    assert edge[0] - edge[1] > 30  # red, where the upper side of the box is


@pytest.mark.parametrize("number", [0, 1, 11, 12, 13, 37, 73, 74])
def test_a_frame_is_found_exactly_by_its_number(tmp_path: Path, number: int) -> None:
    path = tmp_path / "counting.mp4"
    write_counting_video(path)
    ((found, picture),) = pictures.frames_of(path, Fraction(RATE), [number])
    assert found == number
    assert round(np.asarray(picture).mean() / STEP) == number


def test_frames_near_each_other_and_far_apart_are_each_found_exactly(tmp_path: Path) -> None:
    path = tmp_path / "counting.mp4"
    write_counting_video(path)
    wanted = [0, 1, 2, 11, 12, 25, 26, 40, 73, 74]
    found = list(pictures.frames_of(path, Fraction(RATE), wanted))
    assert [number for number, _ in found] == wanted
    assert [round(np.asarray(picture).mean() / STEP) for _, picture in found] == wanted


def test_where_the_copy_ends_a_frame_early_neighbours_show_its_last_frame_too(
    tmp_path: Path,
) -> None:
    path = tmp_path / "counting.mp4"
    write_counting_video(path)
    for wanted in ([75], [74, 75], [70, 73, 75]):
        found = list(pictures.frames_of(path, Fraction(RATE), wanted))
        assert [number for number, _ in found] == wanted
        assert round(np.asarray(found[-1][1]).mean() / STEP) == 74


def test_a_report_without_a_readable_film_has_the_words_all_the_same(
    as_: As, version: Version, approver: User
) -> None:
    Comment.objects.create(version=version, author=approver, frame=20, text="Lips")
    document = report(as_(approver), version)
    assert document.startswith(b"%PDF-")
    assert not images(document)


@pytest.mark.parametrize(
    "trouble",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        EndpointConnectionError(endpoint_url="https://bucket.example"),
        ClientError({"Error": {"Code": "SlowDown"}, "ResponseMetadata": {}}, "GetObject"),
    ],
    ids=["disk full", "bucket out of reach", "bucket refuses"],
)
def test_trouble_with_the_film_costs_the_frames_and_not_the_words(
    as_: As, counting: Version, approver: User, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def fails(*_: object) -> Path:
        raise trouble

    monkeypatch.setattr(report_module, "at_hand", fails)
    Comment.objects.create(version=counting, author=approver, frame=20, text="Lips")
    document = report(as_(approver), counting)
    assert not images(document)
    _register()
    said = of_version(counting).reviewed[0]
    words = [
        one.getPlainText() for one in _section(said, 9, title="") if isinstance(one, Paragraph)
    ]
    assert "Its frames could not be read, so the words stand alone." in words


def test_a_report_says_from_where_on_comments_stand_without_their_frame(
    counting: Version, approver: User
) -> None:
    for frame in (3, 9):
        Comment.objects.create(version=counting, author=approver, frame=frame, text="Lips")
    _register()
    (said,) = of_version(counting).reviewed

    def words(pictures_left: int) -> list[str]:
        parts = _section(said, pictures_left, title="")
        return [one.getPlainText() for one in parts if isinstance(one, Paragraph)]

    limit = "A report holds 200 frames: the comments from here on stand without theirs."
    assert words(2).count(limit) == 0
    assert words(1).count(limit) == 1
    assert words(0).count(limit) == 1


def test_every_writing_gets_a_font_that_has_it_and_markup_stays_words() -> None:
    _register()
    assert _marked("Grüße <b>Łš</b>") == "Grüße &lt;b&gt;Łš&lt;/b&gt;"
    assert _marked("ręka 😀") == 'reka <font name="STSong-Light">□</font>'
    assert _marked("看 ok") == '<font name="STSong-Light">看</font> ok'
    assert _marked("안녕") == '<font name="HYSMyeongJo-Medium">안녕</font>'


def test_words_drawn_on_the_picture_have_their_letters_and_are_said_once_more() -> None:
    def written(words: str) -> bytes:
        shape = {"tool": "text", "colour": "white", "points": [[0.1, 0.1]], "words": words}
        return pictures.drawn_on(Image.new("RGB", (320, 180)), [shape]).tobytes()

    boxes = written("\ue000")  # what a font shows for a letter that it has not
    assert boxes not in {written(letter) for letter in "öäüßÉł"}
    _register()
    shape = {"tool": "text", "colour": "white", "points": [[0.1, 0.1]], "words": "Größe 看"}
    said = _body(Comment(frame=1, text="Here", drawing=[shape]), _BODY)
    assert [one.getPlainText() for one in said] == ["Here", "On the picture: “Größe 看”"]


def test_words_longer_than_a_page_are_set(as_: As, counting: Version, approver: User) -> None:
    Comment.objects.create(version=counting, author=approver, frame=1, text="Wort " * 790)
    Comment.objects.create(version=counting, author=approver, frame=2, text="Zeile\n" * 160)
    document = report(as_(approver), counting)
    assert len(re.findall(rb"/Type /Page\b(?!s)", document)) > 2
