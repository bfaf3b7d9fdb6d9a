"""The prompts a clip has had: those that were saved, and those that versions were made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from assets.models import Preset
from assets.prompts.diff import Change, difference
from jobs.models import AvatarJob
from studio.clips.models import Clip

#: The editor's own prompt, as it stands in the form.
NOW = "now"
SHOWN = 30


@dataclass(slots=True)
class Row:
    """One prompt: its words, who wrote it when, and the numbers of the jobs that used it."""

    key: str
    slots: dict[str, str]
    text: str
    by: str
    at: datetime
    numbers: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class History:
    """The rows, newest first, and the difference between two of them (or what is typed now)."""

    rows: list[Row]
    older: str
    newer: str
    changes: list[Change]
    more: int


def history_of(clip: Clip, *, now: str, older: str = "", newer: str = "") -> History:
    """All prompts of the clip; `older` and `newer` are keys, of which unknown ones are replaced.

    now: the text in the form, which need not be saved. Without keys, what is typed is compared
    with the newest row that says something else.
    """
    rows = _rows(clip)
    texts = {row.key: row.text for row in rows} | {NOW: now}
    if newer not in texts:
        newer = NOW
    if older not in texts:
        older = next((row.key for row in rows if row.text != texts[newer]), newer)
    changes = difference(texts[older], texts[newer])
    return History(rows[:SHOWN], older, newer, changes, max(0, len(rows) - SHOWN))


def _rows(clip: Clip) -> list[Row]:
    """Saved prompts with the jobs made from them, and snapshots that no saved prompt explains."""
    saved = [
        Row(f"r{one.pk}", one.slots, one.text, one.by.get_short_name(), one.at)
        for one in clip.prompts.select_related("by")
    ]
    if not saved and clip.prompt_text:
        by = clip.changed_by.get_short_name()
        saved = [Row("saved", clip.prompt_slots(), clip.prompt_text, by, clip.changed_at)]
    for job in clip.jobs.select_related("requested_by").order_by("number"):
        row = _row_of(job, saved)
        row.numbers.append(job.number)
        if row not in saved:
            saved.append(row)
    return sorted(saved, key=lambda row: row.at, reverse=True)


def _row_of(job: AvatarJob, rows: list[Row]) -> Row:
    """The newest row from before the job that says what it says, or a row of its own."""
    slots = Preset().take_prompt(job.prompt_slots).prompt_slots()
    alike = [row for row in rows if row.slots == slots]
    before = [row for row in alike if row.at <= job.requested_at]
    if alike:
        return max(before or alike, key=lambda row: row.at)
    by = job.requested_by.get_short_name()
    return Row(f"j{job.number}", slots, job.prompt_text, by, job.requested_at)
