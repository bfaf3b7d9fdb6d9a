"""Status words of all known engines, and what each means (engines.md 1.5).

An unknown word never ends a job: it counts as running and is logged once, because the video may
be finished, and paid for, under a name we have not met yet.
"""

import logging

from jobs.engines.base import Phase

logger = logging.getLogger(__name__)

_WORDS: dict[Phase, str] = {
    Phase.QUEUED: "queued queueing queuing in_queue pending waiting submitted not_start notstarted "
    "created starting preparing staged unknown",
    Phase.RUNNING: "processing in_progress running generating",
    # "99" is the numeric success of one Kling host
    Phase.SUCCEEDED: "completed complete succeeded succeed success finished done ok 99",
    Phase.FAILED: "failed failure fail error",
    Phase.CANCELLED: "cancelled canceled aborted",
    Phase.EXPIRED: "expired",
}
_PHASES: dict[str, Phase] = {word: phase for phase, text in _WORDS.items() for word in text.split()}

_LOGGED_AT_MOST = 100
_LOGGED_CHARACTERS = 60
_logged: set[str] = set()


def normal_form(word: str) -> str:
    """The word trimmed and in lower case, with spaces and hyphens as underscores."""
    return word.strip().lower().replace(" ", "_").replace("-", "_")


def known_words() -> dict[str, Phase]:
    """Every word in its normal form with its phase."""
    return dict(_PHASES)


def is_known(word: str) -> bool:
    """True when the table holds the word."""
    return normal_form(word) in _PHASES


def phase_of(word: str) -> Phase:
    """The phase a status word stands for; an unknown word is RUNNING, logged once per process."""
    normal = normal_form(word)
    phase = _PHASES.get(normal)
    if phase is None:
        _log_once(normal)
        return Phase.RUNNING
    return phase


def _log_once(normal: str) -> None:
    shown = normal[:_LOGGED_CHARACTERS]
    if shown in _logged or len(_logged) >= _LOGGED_AT_MOST:
        return
    _logged.add(shown)
    logger.warning("An engine used the unknown status word %r; it counts as running.", shown)
