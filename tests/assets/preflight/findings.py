"""Findings as their tests read them."""

from __future__ import annotations

from assets.preflight.finding import Finding


def only(findings: list[Finding]) -> Finding:
    """The one finding, which says what is wrong and what to do in whole sentences."""
    (finding,) = findings
    assert finding.message.endswith(".")
    assert finding.fix.endswith(".")
    return finding
