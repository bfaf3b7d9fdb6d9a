"""Texts as people type them, and as nobody should: for properties that must always hold."""

from __future__ import annotations

from hypothesis import strategies as st

_WORDS = (
    "Calm presenter", "nods", "smiles", "looks into the camera", "medium shot", "close-up",
    "static camera", "slow push-in", "soft light", "golden hour", "bright", "{product}", "very",
    "主持人", "点头", "中景", "镜头推近", "柔和的自然光", "👍🏽", "مرحبا", "<b>", "2.5",
)  # fmt: skip
_JOINTS = (", ", ". ", "; ", " ", "，", "。", "、", ",", "!", "? ", " - ", "\n", ": ", "…")


def texts(limit: int = 400) -> st.SearchStrategy[str]:
    """Clauses of prompts in any order with any joints, and arbitrary text."""
    clauses = st.lists(st.sampled_from(_WORDS + _JOINTS), max_size=24).map("".join)
    return (clauses | st.text(max_size=limit)).map(lambda text: text[:limit])


def kept(parts: dict[str, str]) -> dict[str, str]:
    """The parts that say something."""
    return {name: text for name, text in parts.items() if text}
