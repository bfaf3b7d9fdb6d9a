"""Receiving files: what is larger than anything the studio takes is counted, not kept."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from assets.pictures import MAX_SOURCE_BYTES as PICTURE_MAX_BYTES
from assets.sound_kinds import MAX_SOURCE_BYTES as SOUND_MAX_BYTES

MAX_BYTES = max(PICTURE_MAX_BYTES, SOUND_MAX_BYTES)


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Writes an upload to the folder for temporary files, but never more than `MAX_BYTES` of it.

    Somebody who sends 50 GB costs 100 MB of disk for a moment. The form still gets the file with
    the size that was sent, so that it can refuse it with a sentence; the content is dropped.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """The next file of the form begins."""
        super().new_file(*args, **kwargs)
        self.received_bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the piece as long as the file is not too large."""
        self.received_bytes += len(raw_data)
        if self.received_bytes <= MAX_BYTES:
            super().receive_data_chunk(raw_data, start)
        elif self.file.tell():
            self.file.seek(0)
            self.file.truncate()
