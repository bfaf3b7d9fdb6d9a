"""One phrase, one finding: where several rules read the same words, one of them tells."""

from __future__ import annotations

from assets.preflight.finding import Finding

# Whose finding names the cause, and whose are then only other words for it. Phrases that stand
# apart are never weighed against each other, and what excludes something is always told.
_TELLS_FOR = {
    "prompt.style": {"prompt.scope", "prompt.vague"},
    "prompt.energy": {"prompt.vague"},
    "prompt.crowded": {"prompt.scope", "prompt.unreachable"},
    "prompt.speech": {"prompt.appearance", "prompt.scope", "prompt.unreachable", "prompt.vague"},
    "prompt.unreachable": {"prompt.appearance", "prompt.vague"},
    "prompt.scope": {"prompt.appearance", "prompt.vague"},
}


def told_once(findings: list[Finding]) -> list[Finding]:
    """`findings` without those whose words are told of by one that names the cause."""
    causes = [other for other in findings if other.id in _TELLS_FOR]
    return [one for one in findings if not any(_tells_for(other, one) for other in causes)]


def _tells_for(other: Finding, one: Finding) -> bool:
    if one.id not in _TELLS_FOR[other.id] or one.span is None or other.span is None:
        return False
    return one.span[0] < other.span[1] and other.span[0] < one.span[1]
