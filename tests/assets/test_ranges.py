"""Serving a file: whole, head only, one range, and what is outside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import Http404, HttpResponseBase
from django.test import RequestFactory

from assets.ranges import BLOCK_BYTES, ranged_response

BYTES = bytes(range(256)) * 4


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.mp4"
    path.write_bytes(BYTES)
    return path


def ask(path: Path, method: str = "GET", **headers: str) -> HttpResponseBase:
    request = RequestFactory().generic(method, "/", headers=headers)
    return ranged_response(request, path, content_type="video/mp4", cache_control="private")


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]


def test_the_whole_file_comes_with_its_length_and_type(file: Path) -> None:
    answer = ask(file)
    assert (answer.status_code, body(answer)) == (200, BYTES)
    assert answer["Content-Length"] == str(len(BYTES))
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Accept-Ranges"] == "bytes"


def test_a_head_request_gets_the_length_and_no_body(file: Path) -> None:
    answer = ask(file, "HEAD")
    assert (answer["Content-Length"], body(answer)) == (str(len(BYTES)), b"")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=1000-", 1000, 1023), ("bytes=-24", 1000, 1023),
     ("bytes=1000-9999", 1000, 1023), ("bytes=-9999", 0, 1023)],
)  # fmt: skip
def test_a_range_comes_as_asked(file: Path, asked: str, first: int, last: int) -> None:
    answer = ask(file, Range=asked)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(BYTES)}"
    assert body(answer) == BYTES[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=50-10", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(file: Path, asked: str) -> None:
    answer = ask(file, Range=asked)
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(BYTES)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-9", "pages=1-2", "bytes=-", "bytes=a-b"])
def test_a_range_that_makes_no_sense_gets_the_whole_file(file: Path, asked: str) -> None:
    assert body(ask(file, Range=asked)) == BYTES


def test_a_large_file_comes_in_blocks(tmp_path: Path) -> None:
    path = tmp_path / "large.mp4"
    path.write_bytes(b"x" * (BLOCK_BYTES * 2 + 1))
    assert [len(block) for block in ask(path)] == [BLOCK_BYTES, BLOCK_BYTES, 1]


def test_a_file_that_is_gone_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(Http404):
        ask(tmp_path / "gone.mp4")
