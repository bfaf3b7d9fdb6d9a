"""Uploads for tests: small ones with bytes, and a huge one without."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile


def upload(
    name: str, data: bytes, content_type: str = "application/octet-stream"
) -> UploadedFile[bytes]:
    """A file as a browser sends it; name and type are only what the sender claims."""
    return SimpleUploadedFile(name, data, content_type)


class HugeUpload(UploadedFile):  # type: ignore[type-arg]
    """200 MB that exist nowhere; whoever reads them fails the test."""

    def __init__(self, name: str, size: int = 200_000_000) -> None:
        super().__init__(BytesIO(), name, "application/octet-stream", size)

    def read(self, *_: int) -> bytes:
        raise AssertionError("a file that is too large was read")

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        raise AssertionError("a file that is too large was read")
