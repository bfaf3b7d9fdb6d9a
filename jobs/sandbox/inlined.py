"""Inputs that travel inside an order: kept as files until their task has ended."""

import base64
import binascii
import secrets
from pathlib import Path

from jobs.sandbox.tasks import Task

_SCHEME = "inline:"


class NotBase64(Exception):
    """A text that is neither an address nor a file in base64."""


class InlinedInputs:
    """The folder of these files. A task refers to one by an address of its own scheme."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, text: str) -> str:
        """Keep the file in ``text`` (raw base64); returns its address. Raises NotBase64."""
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise NotBase64 from error
        if not content:
            raise NotBase64
        name = secrets.token_urlsafe(16)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(content)
        return f"{_SCHEME}{name}"

    def find(self, url: str) -> Path | None:
        """The file behind this address; None for an address on the network."""
        return self._folder / url.removeprefix(_SCHEME) if url.startswith(_SCHEME) else None

    def forget(self, task: Task) -> None:
        """The task has ended, or was never kept."""
        self.drop(task.image_url, task.audio_url)

    def drop(self, *urls: str) -> None:
        """These are not needed any more."""
        for url in urls:
            if path := self.find(url):
                path.unlink(missing_ok=True)

    def keep_only(self, tasks: list[Task]) -> None:
        """Remove what no unfinished task refers to: its server was killed at the wrong moment."""
        wanted = {self.find(url) for task in tasks for url in (task.image_url, task.audio_url)}
        for path in self._folder.glob("*"):
            if path not in wanted:
                path.unlink()
