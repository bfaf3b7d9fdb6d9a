"""Asking a language model to rewrite a motion prompt, where one is set up.

Any server that speaks OpenAI's `/chat/completions` will do. It gets the rules and the prompt, and
nothing else: no names, no projects, no files. What comes back is a proposal; the checks and the
person decide. The rules are in `rules.txt`.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

from django.conf import settings

from assets.prompts.text import one_line
from jobs.engines import http
from jobs.engines.base import EngineError, Request, Response

log = logging.getLogger(__name__)

_RULES = Path(__file__).parent / "rules.txt"
#: What models put around an answer, although they are asked not to.
_FENCE = re.compile(r"^```[a-z]*\n|\n?```$")
_LABEL = re.compile(
    r"^(?:here is|here's|sure|rewritten|motion|prompt)[^:\n]{0,60}:\s*", re.IGNORECASE
)
_QUOTES = {'"': '"', "“": "”", "'": "'", "「": "」", "《": "》"}


class NotRewritten(Exception):
    """There is no proposal; the sentence says why, for the person who asked."""


def is_set_up() -> bool:
    """Whether this studio has a language model to ask."""
    return bool(settings.REWRITER_URL)


def rewritten(prompt: str, *, problems: list[str], limit: int) -> str:
    """The model's proposal for `prompt`: one line of at most `limit` characters.

    problems: sentences of findings that it should cure. Raises NotRewritten when the model cannot
    be reached, takes longer than REWRITER_SECONDS, or answers with something that is no prompt.
    """
    request = _request(prompt, problems)
    try:
        answer = http.send(request)
    except EngineError as error:
        log.warning("the language model did not answer: %s", error)
        raise NotRewritten(
            "The language model did not answer in time. Your prompt is as it was."
        ) from None
    return _read(answer, limit)


def _request(prompt: str, problems: list[str]) -> Request:
    key = settings.REWRITER_KEY
    return Request(
        method="POST",
        url=f"{settings.REWRITER_URL}/chat/completions",
        headers={"Authorization": f"Bearer {key}"} if key else {},
        json={
            "model": settings.REWRITER_MODEL,
            "temperature": 0.3,
            "messages": [
                {"role": "system", "content": _RULES.read_text(encoding="utf-8")},
                {"role": "user", "content": _question(prompt, problems)},
            ],
        },
        timeout_seconds=settings.REWRITER_SECONDS,
    )


def _question(prompt: str, problems: list[str]) -> str:
    found = "\n".join(f"- {problem}" for problem in problems) or "- none"
    return f"Problems that were found:\n{found}\n\nMotion prompt:\n{prompt}"


def _read(answer: Response, limit: int) -> str:
    if answer.status in (401, 403):
        raise NotRewritten("The language model refused the key; an admin can check REWRITER_KEY.")
    if answer.status == 429:
        raise NotRewritten("The language model has too much to do. Try again in a minute.")
    if answer.status != 200:
        raise NotRewritten(f"The language model answered with an error ({answer.status}).")
    text = _proposal(_content(answer.json()))
    if not text or len(text) > limit or "<" in text or "http" in text.lower():
        raise NotRewritten("The language model answered with something that is no motion prompt.")
    return text


def _content(body: Any) -> str:
    """The words of the first choice; empty if the answer has another shape."""
    try:
        content = body["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return ""
    return content if isinstance(content, str) else ""


def _proposal(content: str) -> str:
    """The prompt in the model's words, without the wrapping that some models add."""
    text = _FENCE.sub("", content.strip()).strip()
    text = one_line(_LABEL.sub("", text))
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    return text
