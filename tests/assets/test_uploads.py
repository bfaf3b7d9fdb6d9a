"""Receiving files that are too large: refused with a sentence, and the disk stays free."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets import sound_kinds, uploads
from assets.models import AudioTake
from assets.uploads import BoundedUploadHandler
from studio.organisations.models import User
from studio.projects.models import Project
from tests import media
from tests.assets.uploads import upload

PIECE = bytes(64 * 1024)


def received(pieces: int) -> tuple[Any, int]:
    """A file of so many pieces after its arrival, and the most it ever took of the disk."""
    handler = BoundedUploadHandler()
    handler.new_file("file", "take.wav", "audio/wav", None)
    path, most = Path(handler.file.temporary_file_path()), 0
    for number in range(pieces):
        handler.receive_data_chunk(PIECE, number * len(PIECE))
        most = max(most, path.stat().st_size)
    return handler.file_complete(pieces * len(PIECE)), most


def test_a_huge_upload_keeps_its_size_and_frees_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 1_000_000)
    file, most = received(3_100)
    with file:
        assert file.size == 3_100 * len(PIECE) > 200_000_000
        assert most <= 1_000_000
        assert file.read() == b""


def test_an_upload_that_is_not_too_large_arrives_whole() -> None:
    file, _ = received(50)
    with file:
        assert file.read() == PIECE * 50


def test_what_is_too_large_is_refused_beside_the_field(
    as_: Callable[[User], Client],
    teammate: User,
    project: Project,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 3_000_000)
    monkeypatch.setattr(sound_kinds, "MAX_SOURCE_BYTES", 3_000_000)
    recording = upload("long.wav", media.make_wav(40))
    answer = as_(teammate).post(reverse("take_new", args=[project.pk]), {"file": recording})
    assert answer.status_code == 422
    [sentence] = answer.context["take_form"].errors["file"]
    assert sentence.startswith("This file has 3.5 MB; the studio takes a recording of at most 3 MB")
    assert not AudioTake.objects.exists()
    for folder in (settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR):
        assert not [path for path in Path(folder).rglob("*") if path.is_file()]
