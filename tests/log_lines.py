"""What was logged during a test, line by line, as a machine reads it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from structlog.contextvars import clear_contextvars

from studio import logs

type Lines = Callable[[], list[dict[str, Any]]]


@contextmanager
def caught(level: int = logging.INFO) -> Iterator[Lines]:
    """Inside the block: a function that gives the lines so far, each parsed."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.formatter(logs.JSON))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(level)
    clear_contextvars()
    try:
        yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    finally:
        clear_contextvars()
        root.removeHandler(handler)
        root.setLevel(before)
