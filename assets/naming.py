"""Where files are put. A path is never made from what a person typed, and cannot be guessed."""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath

from django.db import models


def secret_path(row: models.Model, filename: str) -> str:
    """`<model>/<192 random bits>/<model>.<extension>` for an upload of `row`.

    The random part keeps an object private even in a bucket whose objects are readable by URL.
    Only the extension of `filename` is used; callers choose it from the bytes' own type.
    """
    kind = type(row).__name__.lower()
    return f"{kind}/{secrets.token_urlsafe(24)}/{kind}{PurePosixPath(filename).suffix}"
