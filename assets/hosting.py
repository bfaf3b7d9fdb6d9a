"""How a file gets an address: the only module that knows where files are kept.

Engines get an *input address*: public, signed, expiring, without login. People get the address of
a page view that checks what they may see and then hands the file over.
"""

from __future__ import annotations

import mimetypes
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import NamedTuple, cast
from urllib.parse import quote

from botocore.exceptions import ClientError
from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from assets.ranges import ranged_response, relayed_response

SALT = "assets.hosting.input"
PAGE_URL_SECONDS = 3600
#: No work in a workspace takes so long, and no upload.
ABANDONED_AFTER = timedelta(days=1)

mimetypes.add_type("image/webp", ".webp")
mimetypes.add_type("audio/mp4", ".m4a")
mimetypes.add_type("audio/aac", ".aac")


def input_url(file: FieldFile, *, seconds: int | None = None) -> str:
    """An address from which an engine can get `file` for `seconds`.

    Local files: this site's own address with a signed token. A bucket: a presigned address, or,
    where `S3_PUBLIC_URL` is set, the object's address there (its path has 192 random bits).
    """
    life = settings.INPUT_URL_SECONDS if seconds is None else seconds
    if not isinstance(file.storage, FileSystemStorage):
        if settings.S3_PUBLIC_URL:
            return f"{settings.S3_PUBLIC_URL.rstrip('/')}/{quote(str(file.name))}"
        return file.storage.url(file.name, expire=life)  # type: ignore[call-arg]
    token = signing.dumps([file.name, life], salt=SALT, compress=True)
    path = reverse("input", args=[token, PurePosixPath(str(file.name)).name])
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def input_of(token: str) -> str | None:
    """The storage name that a token of `input_url` grants, or None if it is forged or expired."""
    try:
        name, life = signing.loads(token, salt=SALT)
        signing.loads(token, salt=SALT, max_age=timedelta(seconds=life))
    except signing.BadSignature:
        return None
    return cast(str, name)


def content_type_of(name: str) -> str:
    """The type by the extension, which was chosen from the bytes when the file was stored."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def hand_over(request: HttpRequest, file: FieldFile, *, download_as: str = "") -> HttpResponseBase:
    """The file as an answer to somebody who may see it: GET, HEAD and Range.

    A local file is streamed; from a bucket the browser gets it by a short-lived address.
    """
    if isinstance(file.storage, FileSystemStorage):
        return ranged_response(
            request,
            Path(file.path),
            content_type=content_type_of(str(file.name)),
            download_as=download_as,
            # Stored files never change: a new file has a new path.
            cache_control="private, max-age=86400, immutable",
        )
    parameters = {"ResponseContentType": content_type_of(str(file.name))}
    if download_as:
        disposition = f"attachment; filename*=UTF-8''{quote(download_as)}"
        parameters["ResponseContentDisposition"] = disposition
    url = file.storage.url(file.name, parameters=parameters, expire=PAGE_URL_SECONDS)  # type: ignore[call-arg]
    answer = HttpResponseRedirect(url)
    answer["Cache-Control"] = f"private, max-age={PAGE_URL_SECONDS // 2}"
    return answer


def pass_through(
    request: HttpRequest, file: FieldFile, *, download_as: str = ""
) -> HttpResponseBase:
    """The file as an answer that nobody keeps, also from a bucket: GET, HEAD and Range.

    For people who hold nothing but a link: an address of the bucket would outlive the link.
    """
    kept = {"cache_control": "private, no-store", "download_as": download_as}
    kind = content_type_of(str(file.name))
    if isinstance(file.storage, FileSystemStorage):
        return ranged_response(request, Path(file.path), content_type=kind, **kept)
    found = file.storage.bucket.Object(str(file.name))  # type: ignore[attr-defined]
    return relayed_response(request, found, content_type=kind, **kept)


@contextmanager
def workspace() -> Iterator[Path]:
    """A private folder on the data disk that is gone afterwards, whatever happens.

    What a killed process left behind goes when others begin, a day later.
    """
    _clear_up()
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        yield Path(folder)


def _clear_up() -> None:
    before = time.time() - ABANDONED_AFTER.total_seconds()
    for left in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir():
        with suppress(OSError):  # somebody else was faster
            if left.lstat().st_mtime >= before:
                continue
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()


class Finished(File):  # type: ignore[type-arg]
    """A complete file of a workspace, for storage to keep.

    Local storage moves it, so that even the largest is written to the disk only once; a bucket
    reads it.
    """

    def temporary_file_path(self) -> str:
        """Where it is: Django's sign that it may be moved."""
        return str(self.name)


def secure(file: FieldFile) -> None:
    """Wait until a power cut cannot take back a file that was just stored.

    The disk has it then, with the folders that name it; a bucket has what it has taken.
    """
    if not isinstance(file.storage, FileSystemStorage):
        return
    path = Path(file.path)
    for one in (path, path.parent, path.parent.parent):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def at_hand(file: FieldFile, folder: Path) -> Path:
    """A stored file as a file of this machine, to be read: where it is, or a copy in `folder`.

    Streamed from a bucket to the disk: storage's own `open` would keep it in memory. Raises
    FileNotFoundError, here or when it is opened, for a file that storage has not.
    """
    if isinstance(file.storage, FileSystemStorage):
        return Path(file.path)
    copy = folder / PurePosixPath(str(file.name)).name
    try:
        file.storage.bucket.download_file(str(file.name), str(copy))  # type: ignore[attr-defined]
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError(str(file.name)) from error
        raise
    return copy


class StoredFile(NamedTuple):
    """One file in storage: its name there, its size, and when it was put there."""

    name: str
    bytes: int
    put_at: datetime


def stored_files() -> Iterator[StoredFile]:
    """Everything in storage, in no order; from a bucket a thousand in one request."""
    if not isinstance(default_storage, FileSystemStorage):
        for item in default_storage.bucket.objects.all():  # type: ignore[attr-defined]
            yield StoredFile(item.key, item.size, item.last_modified)
        return
    base = Path(default_storage.base_location)
    for folder, _, names in os.walk(base):
        for name in names:
            file = Path(folder, name)
            with suppress(FileNotFoundError):  # taken away this moment
                facts = file.stat()
                put_at = datetime.fromtimestamp(facts.st_mtime, UTC)
                yield StoredFile(file.relative_to(base).as_posix(), facts.st_size, put_at)
