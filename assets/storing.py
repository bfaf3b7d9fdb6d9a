"""Putting files into storage together with their row: all of them or none."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import Model

from assets.naming import secret_path

type Store = Callable[[Model, File[bytes], str], str]


@contextmanager
def all_or_nothing() -> Iterator[Store]:
    """Give a function that stores a file for a row and returns its name.

    Whatever fails inside, the storing itself included, all of its files are deleted again.
    """
    names: list[str] = []

    def store(row: Model, content: File[bytes], extension: str) -> str:
        names.append(secret_path(row, f"file{extension}"))
        return default_storage.save(names[-1], content)

    try:
        yield store
    except BaseException:
        for name in names:
            discard(name)
        raise


def discard(name: str) -> None:
    """Delete a stored file and the random folder that was made for it alone."""
    with contextlib.suppress(OSError):
        default_storage.delete(name)
        if isinstance(default_storage, FileSystemStorage):
            default_storage.delete(str(PurePosixPath(name).parent))
