"""What differs between two attempts, in words that fit on a label."""

from __future__ import annotations

from jobs.models import AvatarJob

SLOT_NAMES = {
    "style": "style",
    "motion": "motion",
    "camera": "camera",
    "atmosphere": "atmosphere",
    "free_text": "prompt text",
    "slot_order": "order of the prompt",
}


def changes_since(before: AvatarJob | None, after: AvatarJob) -> list[str]:
    """Labels such as `look 2`, `take “Intro b”`, `camera`, `Pro`.

    Empty for a first version; `same inputs` where nothing differs, because engines answer
    differently to the same question.
    """
    if before is None:
        return []
    labels: list[str] = []
    if after.look_id != before.look_id:
        same = after.look.character_id == before.look.character_id
        labels.append(f"look {after.look.number}" if same else str(after.look))
    if after.audio_sha256 != before.audio_sha256:
        labels.append(f"take “{after.take}”")
    labels += [
        name
        for slot, name in SLOT_NAMES.items()
        if (after.prompt_slots.get(slot) or "") != (before.prompt_slots.get(slot) or "")
    ]
    if after.engine_model != before.engine_model:
        labels.append(f"model {after.engine_model.rsplit('-', 1)[-1]}")
    if after.engine != before.engine:
        labels.append(f"engine {after.engine}")
    return labels or ["same inputs"]
