"""Room and rights on the disks that this process writes to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from studio.operations.doctor.check import Check, ok, problem, warning


def examine() -> Iterator[Check]:
    """Each disk once, however many of our folders are on it."""
    seen: set[int] = set()
    for setting, folder in folders().items():
        there = _existing(folder)
        if refusal := _refusal(there):
            yield problem(
                f"disk: {setting}",
                f"Nothing can be written in {there}: {refusal}.",
                "Make room, mount it for writing, or give it to the user of the studio (chown).",
            )
        elif (device := there.stat().st_dev) not in seen:
            seen.add(device)
            yield _room(setting, there)


def folders() -> dict[str, Path]:
    """What is written to on this host. With a bucket, no stored file is."""
    found = {"data": Path(settings.DATA_DIR), "temporary": Path(settings.FILE_UPLOAD_TEMP_DIR)}
    return found if settings.S3_BUCKET else found | {"files": Path(settings.MEDIA_ROOT)}


def _refusal(folder: Path) -> str:
    """Why no file can be made there, or nothing."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"doctor")
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _room(setting: str, folder: Path) -> Check:
    """A video lies there while it is fetched, and its review copy beside it."""
    free = shutil.disk_usage(folder).free
    one = 2 * settings.RESULT_MAX_BYTES
    name, found = f"disk: {setting}", f"{_size(free)} free in {folder}"
    if free < one:
        return problem(
            name,
            f"Only {found}: not enough to fetch one video of the largest size.",
            f"Make room: {_size(one)} at least ({_size(one * settings.FETCHES_AT_ONCE)} for "
            f"{settings.FETCHES_AT_ONCE} at once). What is finished waits at the engine, not for "
            "ever.",
        )
    if free < one * settings.FETCHES_AT_ONCE:
        return warning(
            name,
            f"{found}; {settings.FETCHES_AT_ONCE} videos of the largest size at once need "
            f"{_size(one * settings.FETCHES_AT_ONCE)}.",
            "Make room, or lower FETCHES_AT_ONCE or RESULT_MAX_BYTES.",
        )
    return ok(name, f"{found}.")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def _size(number: int) -> str:
    return filesizeformat(number).replace("\xa0", " ")
