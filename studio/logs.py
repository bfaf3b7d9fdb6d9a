"""How every process writes its log: web, workers, beat and commands alike, one line per event.

`LOG_FORMAT=json` is one JSON object per line, for machines; `text` is for a person at a terminal.
Our modules use `logging` or structlog, whichever is nearer: both end in the same formatter, which
adds what is bound to the work at hand (`request_id`, `user_id`, `organisation`, `task_id`,
`job_id`, `account`) and strikes out every secret.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from structlog.typing import Processor

from studio.redaction import struck_out

JSON: Final[str] = "json"
TEXT: Final[str] = "text"
FORMATS: Final[tuple[str, ...]] = (JSON, TEXT)

#: Those that say too much, or what another line says with more about it.
LEVELS: Mapping[str, str] = {
    "httpx": "WARNING",
    "axes": "WARNING",
    "botocore": "WARNING",
    # Four ticks a second; the jobs say themselves what became of them.
    "celery.beat": "WARNING",
    "celery.worker.strategy": "WARNING",
    # A task that fails is said, with its context, by django_structlog.
    "celery.app.trace": "CRITICAL",
    # Refused and missing pages are in the line of their request.
    "django.request": "ERROR",
}

#: What a record of any library gets before it is written.
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
)


def configuration(*, form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING. `form`: one of FORMATS; `level`: the least that is written."""
    configure_structlog()
    logging.captureWarnings(True)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "form": form}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Without Django's own handlers, which would write everything twice.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            **{name: {"level": least} for name, least in LEVELS.items()},
        },
    }


def formatter(form: str = "") -> logging.Formatter:
    """Makes lines of records. Without `form`, what LOG_FORMAT says (for the web server's own)."""
    form = form or os.environ.get("LOG_FORMAT", "").strip() or TEXT
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=list(_SHARED),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            struck_out,
            _renderer(form),
        ],
    )


def configure_structlog() -> None:
    """Hand structlog's events to `logging`, with the same fields."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def keep_ours(**_: object) -> None:
    """For Celery's signal `setup_logging`: it would put its own handlers and level over these."""


def _renderer(form: str) -> Processor:
    if form == JSON:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    plain: Callable[..., Any] = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(
        colors=False, pad_event_to=0, timestamp_key="at", exception_formatter=plain
    )
