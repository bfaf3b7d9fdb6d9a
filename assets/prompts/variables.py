"""Variables of a motion prompt: `{product}` stands for something that is filled in later."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

from assets.preflight.finding import Check, Finding

#: A name of up to 40 letters, digits, spaces, hyphens and underscores that begins with a letter.
_VARIABLE = re.compile(r"\{[ ]*([^\W\d_](?:[\w -]{0,38}\w)?)[ ]*\}")
#: The longest text that is filled in for a variable.
VALUE_LENGTH = 200
#: One is enough to stop; more than so many say nothing more.
MAX_FOUND = 40

CHECK = Check(
    id="prompt.variable",
    level="stop",
    owner="prompt",
    title="A variable that is not filled in",
    why="The engine would read the braces as words, and the video would be paid for anyway.",
    measured="Any {name} in braces that is left in the prompt.",
    source="Variables of presets",
)
CHECKS: tuple[Check, ...] = (CHECK,)


def variables_in(text: str) -> list[str]:
    """The names of the variables in `text`, each once, in the order they come."""
    return list(dict.fromkeys(found[1] for found in _VARIABLE.finditer(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with the variables replaced that `values` has something for; the others stay."""
    return _VARIABLE.sub(lambda found: values.get(found[1], "").strip() or found[0], text)


def variable_findings(text: str) -> list[Finding]:
    """A stop for each variable that is still to be filled in, at its place, for the first
    `MAX_FOUND` of them. Never raises."""
    return [
        CHECK.found(
            f"{found[0]} is still to be filled in.",
            "Say what stands in its place, or strike it.",
            span=found.span(),
        )
        for found in islice(_VARIABLE.finditer(text), MAX_FOUND)
    ]
