"""The rule that counts movements: more in one step of the prompt than can be shown at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from assets.preflight import thresholds as at
from assets.preflight.finding import Finding
from assets.preflight.prompt import checks
from assets.preflight.prompt.edits import strike
from assets.preflight.prompt.marks import Mark
from assets.preflight.prompt.reading import Reading

# What lasts costs no movement of its own.
_POSTURES = frozenset({"act.sit", "act.stand", "act.lie", "act.look_at"})
_ANY = "act.any"
# As many characters may name one movement of a list: 左右转头, 整理衣领.
_ITEM = 6
_SENTENCE_ENDS = frozenset(".;!?\n")


def crowded(reading: Reading) -> Iterator[Finding]:
    """Too many kinds of movement in one step, too many steps, or too many ways of the camera."""
    body = _actions(reading)
    camera = reading.starting("move.")
    for first, last in _sentences(reading):
        finding = (
            _step(reading, body, first, last)
            or _row_of_steps(reading, body, first, last)
            or _together(reading, first, last)
            or _enumerated(reading, body, first, last)
            or _camera(reading, camera, first, last)
        )
        if finding is not None:
            yield finding


def _step(reading: Reading, body: list[Mark], first: int, last: int) -> Finding | None:
    """More movements in one step than can be shown at once."""
    for start, end in _steps(reading, first, last):
        kinds = _distinct(reading, body, start, end)
        meanwhile = reading.has("meanwhile", start, end)
        most = at.PROMPT_ACTIONS_MEANWHILE if meanwhile else at.PROMPT_ACTIONS
        if len(kinds) > most.value:
            return _too_many(reading, kinds, end, "movements", int(at.PROMPT_ACTIONS_KEPT.value))
    return None


def _row_of_steps(reading: Reading, body: list[Mark], first: int, last: int) -> Finding | None:
    """Too many steps, or a list that a “then” before its last movement leaves a list; short steps
    by turns are none."""
    steps = [*_steps(reading, first, last)]
    kinds = _distinct(reading, body, first, last)
    is_long = len(steps) > at.PROMPT_STEPS.value and len(kinds) > at.PROMPT_ACTIONS.value
    is_list = len(kinds) > at.PROMPT_ACTIONS_IN_ORDER.value and any(
        len(_distinct(reading, body, *step)) >= at.PROMPT_ACTIONS.value for step in steps
    )
    if not (is_long or is_list):
        return None
    return _too_many(reading, kinds, last, "movements", int(at.PROMPT_ACTIONS_KEPT.value))


def _together(reading: Reading, first: int, last: int) -> Finding | None:
    """A sentence whose very build piles up: “and … and … and”, 一边……一边……一边."""
    for mark in reading.found("crowd"):
        if first <= mark.first < last:
            return checks.CROWDED.found(
                f"“{reading.quoted(mark)}” asks for too many movements at once.",
                f"Keep the first {at.PROMPT_ACTIONS_KEPT.value:g}; the others need a clip of "
                "their own.",
                span=(mark.start, mark.end),
                edits=(strike(reading, mark.first, mark.last),),
            )
    return None


def _enumerated(reading: Reading, body: list[Mark], first: int, last: int) -> Finding | None:
    """A list with 、 of short phrases, most of them known movements: all of it is movement."""
    items: list[Mark] = []
    start = first
    for place in range(first, last + 1):
        listed = place < last and reading.source[reading.tokens[place].start] == "、"
        if place < last and not reading.tokens[place].ends_clause:
            continue
        if 0 < place - start <= _ITEM and (listed or items):
            begun, end = reading.tokens[start].start, reading.tokens[place - 1].end
            items.append(Mark(start, place, begun, end))
        known = [item for item in items if any(item.touches(mark) for mark in body)]
        if not listed:
            if len(items) > at.PROMPT_ACTIONS.value and 2 * len(known) >= len(items):
                kept = int(at.PROMPT_ACTIONS_KEPT.value)
                return _too_many(reading, items, place, "movements", kept)
            items = []
        start = place + 1
    return None


def camera_lists(reading: Reading) -> Iterator[range]:
    """The tokens of each list of too many ways of the camera, up to the end of its step."""
    camera = reading.starting("move.")
    for first, last in _sentences(reading):
        for kinds, end in _camera_lists(reading, camera, first, last):
            yield range(kinds[0].first, end)


def _camera_lists(
    reading: Reading, camera: list[Mark], first: int, last: int
) -> Iterator[tuple[list[Mark], int]]:
    for start, end in _steps(reading, first, last):
        kinds = _distinct(reading, camera, start, end)
        if len(kinds) > at.PROMPT_CAMERA_MOVES.value:
            yield kinds, end
    kinds = _distinct(reading, camera, first, last)
    if len(kinds) > at.PROMPT_CAMERA_MOVES_IN_ORDER.value:
        yield kinds, last


def _camera(reading: Reading, camera: list[Mark], first: int, last: int) -> Finding | None:
    for kinds, end in _camera_lists(reading, camera, first, last):
        return _too_many(reading, kinds, end, "camera movements", 1)
    return None


def _too_many(reading: Reading, marks: list[Mark], last: int, what: str, kept: int) -> Finding:
    """Keep the first few; strike from behind them to the end of the last one."""
    first = _behind(reading, marks[kept - 1], marks[kept])
    how = "in a row" if reading.has("step", marks[0].first, marks[-1].last) else "at once"
    end = max(mark.last for mark in marks)
    while end < last and not reading.tokens[end].ends_clause:
        end += 1
    return checks.CROWDED.found(
        f"{len(marks)} {what} {how}: {', '.join(reading.quoted(each) for each in marks)}.",
        f"Keep the first {'one' if kept == 1 else kept}; the others need a clip of their own.",
        span=(marks[0].start, marks[-1].end),
        edits=(strike(reading, first, end),),
    )


def _behind(reading: Reading, kept: Mark, struck: Mark) -> int:
    """The token at which to start striking: where the struck movement's own words begin."""
    for place in range(kept.last, struck.first):
        small = {"meanwhile", "dangling_behind"} & {*reading.classes[place]}
        if small or reading.tokens[place].ends_clause:
            return min(place + reading.tokens[place].ends_clause, struck.first)
    return struck.first


def _sentences(reading: Reading) -> Iterator[tuple[int, int]]:
    """The sentences of the prompt; what stands in different ones is not done at once."""
    ends = [place + 1 for place, token in enumerate(reading.tokens) if token.word in _SENTENCE_ENDS]
    yield from pairwise([0, *ends, len(reading.tokens)])


def _steps(reading: Reading, first: int, last: int) -> Iterator[tuple[int, int]]:
    """A sentence in steps: “then” and its like start the next one."""
    cuts = [place for place in range(first, last) if "step" in reading.classes[place]]
    yield from pairwise([first, *cuts, last])


def _actions(reading: Reading) -> list[Mark]:
    """Every movement; a word of the general list only where no kind of movement has it."""
    kinds = [mark for mark in reading.starting("act.") if mark.label not in _POSTURES]
    known = {
        place for mark in kinds if mark.label != _ANY for place in range(mark.first, mark.last)
    }
    return [
        mark
        for mark in kinds
        if mark.label != _ANY or known.isdisjoint(range(mark.first, mark.last))
    ]


def _distinct(reading: Reading, marks: list[Mark], first: int, last: int) -> list[Mark]:
    """The first mark of each kind between two tokens; one token is one movement."""
    kept: list[Mark] = []
    for mark in marks:
        inside = first <= mark.first < last
        if inside and not any(_same(reading, each, mark) for each in kept):
            kept.append(mark)
    return kept


def _same(reading: Reading, one: Mark, other: Mark) -> bool:
    if one.touches(other):
        return True
    if one.label != other.label:
        return False
    words = [reading.words[mark.first : mark.last] for mark in (one, other)]
    return one.label != _ANY or words[0] == words[1]
