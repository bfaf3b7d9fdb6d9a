"""The rows against storage: every file a row names is there, every file there has a row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from django.apps import apps
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from assets import hosting
from assets.models import AudioTake, Look
from jobs import deriving
from jobs.models import AvatarJob, State, Version
from studio.operations.reconciling import deriving as anew
from studio.operations.reconciling.discrepancy import Discrepancy, name_of, page_of

#: What is fetched is stored before its row is committed; so a young file may still get one.
ORPHAN_AFTER = timedelta(days=1)
CHUNK = 500
#: field: (column of its size, column of its hash), where the row keeps them
FACTS = {
    (Version, "video"): ("video_bytes", "sha256"),
    (Look, "image"): ("size_bytes", "sha256"),
    (AudioTake, "master"): ("master_bytes", "master_sha256"),
    (AudioTake, "send_copy"): ("send_bytes", "send_sha256"),
}


class Named(NamedTuple):
    """A file that a row names."""

    row: models.Model
    field: str

    @property
    def file(self) -> FieldFile:
        """The field's value."""
        file: FieldFile = getattr(self.row, self.field)
        return file

    @property
    def subject(self) -> str:
        """The row, for reading."""
        return f"{self.row._meta.verbose_name} {self.row.pk}"  # noqa: SLF001 - documented


def missing_files() -> Iterator[Discrepancy]:
    """Files that a row names and storage has not, or has in another size."""
    sizes = {file.name: file.bytes for file in hosting.stored_files()}
    for named in named_files():
        name = str(named.file.name)
        if name not in sizes and not default_storage.exists(name):  # just put there?
            yield _missing(named)
        elif (wanted := _wanted_bytes(named)) and sizes.get(name, wanted) != wanted:
            found = f"{name} has {sizes[name]} bytes, {wanted} were put there."
            yield _damaged(named, found)


def changed_files() -> Iterator[Discrepancy]:
    """The same for content: reads every file whose hash was kept."""
    for named in named_files():
        columns = FACTS.get((type(named.row), named.field))
        if columns is None:
            continue
        with suppress(FileNotFoundError):  # said by `missing_files`
            if _sha256(named.file) != getattr(named.row, columns[1]):
                yield _damaged(named, f"{named.file.name} is not the file that was put there.")


def lone_jobs_and_versions() -> Iterator[Discrepancy]:
    """Finished jobs without a version, versions of unfinished jobs."""
    for job in AvatarJob.objects.filter(state=State.SUCCEEDED, version=None):
        yield Discrepancy(
            "version missing", name_of(job), "It succeeded, and its version is gone.",
            f"Restore it from the backup, or generate again: {page_of(job)}",
        )  # fmt: skip
    for version in Version.objects.exclude(job__state=State.SUCCEEDED).select_related("job"):
        yield Discrepancy(
            "version too early", name_of(version.job),
            f"It has the version {version.pk}, but is {version.job.state}.",
            f"Nobody may have approved it: look at {page_of(version.job)}",
        )  # fmt: skip


def orphans() -> Iterator[Discrepancy]:
    """Files older than a day that no row names, in the folders that are the studio's."""
    ours = {model._meta.model_name for model, _ in _file_fields()}  # noqa: SLF001 - documented
    known = {str(named.file.name) for named in named_files()}
    before = timezone.now() - ORPHAN_AFTER
    for file in hosting.stored_files():
        folder = file.name.partition("/")[0]
        if folder in ours and file.name not in known and file.put_at < before:
            yield Discrepancy(
                "orphan", f"file {file.name}", f"No row names it ({file.bytes} bytes).",
                "It is deleted by --delete-orphans.", repair=_delete(file.name), deletes=True,
            )  # fmt: skip


def renditions_given_up() -> Iterator[Discrepancy]:
    """Versions whose review copy or film strip nobody tries to make any more."""
    given_up = Version.objects.filter(renditions_at=None)
    for version in given_up.filter(review_copy="") | given_up.filter(film_strip=""):
        yield Discrepancy(
            "renditions missing", f"version {version.pk}",
            version.renditions_problem or "They were never made.",
            "They are tried anew.", repair=partial(deriving.again, version),
        )  # fmt: skip


COMPARISONS = (missing_files, lone_jobs_and_versions, renditions_given_up, orphans)


def named_files() -> Iterator[Named]:
    """Every file that any row names."""
    for model, fields in _file_fields():
        for row in model._default_manager.order_by().iterator(chunk_size=CHUNK):  # noqa: SLF001
            yield from (Named(row, field) for field in fields if getattr(row, field))


def _file_fields() -> Iterator[tuple[type[models.Model], list[str]]]:
    for model in apps.get_models():
        names = [
            field.name
            for field in model._meta.concrete_fields  # noqa: SLF001 - documented
            if isinstance(field, models.FileField)
        ]
        if names:
            yield model, names


def _missing(named: Named) -> Discrepancy:
    found = f"Its {named.field.replace('_', ' ')} is not in storage: {named.file.name}"
    if isinstance(named.row, Version) and named.field in anew.DERIVED:
        return Discrepancy(
            "file missing", named.subject, found, "It is made anew from the video.",
            repair=anew.making(named.row, named.field),
        )  # fmt: skip
    return Discrepancy("file missing", named.subject, found, "Restore it from the backup.")


def _damaged(named: Named, found: str) -> Discrepancy:
    return Discrepancy("file changed", named.subject, found, "Restore it from the backup.")


def _wanted_bytes(named: Named) -> int | None:
    columns = FACTS.get((type(named.row), named.field))
    return getattr(named.row, columns[0]) if columns else None


def _sha256(file: FieldFile) -> str:
    with hosting.workspace() as folder, hosting.at_hand(file, folder).open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _delete(name: str) -> Callable[[], bool]:
    def delete() -> bool:
        if any(named.file.name == name for named in _rows_naming(name)):
            return False
        default_storage.delete(name)
        if isinstance(default_storage, FileSystemStorage):
            with suppress(OSError):  # something else is in its folder
                default_storage.delete(name.rpartition("/")[0])
        return True

    return delete


def _rows_naming(name: str) -> Iterator[Named]:
    for model, fields in _file_fields():
        for field in fields:
            for row in model._default_manager.filter(**{field: name}):  # noqa: SLF001
                yield Named(row, field)
