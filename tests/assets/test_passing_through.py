"""Files handed to people who hold nothing but a link: from a bucket too, and kept by nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404
from django.test import RequestFactory

from assets import hosting
from assets.models import Look
from tests.assets.test_bucket import bucket, stored

__all__ = ["bucket", "stored"]


def passed(look: Look, **headers: str) -> tuple[Any, bytes]:
    answer = hosting.pass_through(RequestFactory().get("/", headers=headers), look.image)
    return answer, b"".join(answer)


def test_a_file_in_a_bucket_is_passed_through_without_its_address(stored: Look) -> None:
    whole = stored.image.read()
    answer, body = passed(stored)
    assert (answer.status_code, body) == (200, whole)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Type"] == "image/png"
    assert "Location" not in answer


@pytest.mark.parametrize(("asked", "first", "last"), [("bytes=2-9", 2, 9), ("bytes=-5", -5, None)])
def test_a_range_of_it_too(stored: Look, asked: str, first: int, last: int | None) -> None:
    whole = stored.image.read()
    answer, body = passed(stored, Range=asked)
    assert answer.status_code == 206
    assert body == whole[first : None if last is None else last + 1]
    assert answer["Content-Range"].endswith(f"/{len(whole)}")
    outside, nothing = passed(stored, Range=f"bytes={len(whole)}-")
    assert (outside.status_code, nothing) == (416, b"")


def test_a_file_that_the_bucket_has_not_is_not_found(stored: Look) -> None:
    stored.image.name = "look/gone/look.png"
    with pytest.raises(Http404):
        passed(stored)
