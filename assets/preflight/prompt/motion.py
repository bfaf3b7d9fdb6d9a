"""The rules that weigh movements: which exclude each other, which suit the voice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as replaced
from itertools import takewhile

from assets.preflight.energy import Energy
from assets.preflight.finding import Finding
from assets.preflight.prompt import checks
from assets.preflight.prompt.crowded import camera_lists
from assets.preflight.prompt.edits import phrase, replace, strike, strikes
from assets.preflight.prompt.knowledge import Clash, knowledge
from assets.preflight.prompt.marks import Mark
from assets.preflight.prompt.reading import Reading

_UNFIT: dict[str, str] = {"calm": "wild", "energetic": "still"}
# What the movements of a list take turns in.
_IN_TURN = (
    *("act.", "arms.", "body.", "eyes.", "face."),
    *("feel.", "hands.", "head.", "lean.", "pose."),
)
# The ways that the camera of such a list takes in turn; standing still is none.
_WAYS = frozenset(
    {
        *("cam.in", "cam.out", "cam.left", "cam.right", "cam.up", "cam.down", "cam.pan"),
        *("cam.tilt", "cam.travel", "cam.zoom", "cam.clockwise", "cam.counter"),
        *("cam.slow_move", "cam.fast_move", "angle.high", "angle.low"),
    }
)
# How many characters may stand before 至 in a word that holds it: 自始至终.
_LONGEST = 4


def contradiction(reading: Reading, *, listed: bool = False) -> Iterator[Finding]:
    """One finding for each pair of phrases that cannot both be obeyed.

    `listed`: the prompt is a list of too many movements, of the character or of the camera. They
    follow one another; none of them excludes the next.
    """
    told: list[Mark] = []
    lists = [*camera_lists(reading), *_piled(reading)] if listed else []
    for clash in knowledge().clashes:
        if reading.found(*clash.unless):
            continue
        if listed and clash.first[0].startswith(_IN_TURN):
            continue
        pair = _pair(reading, clash, lists)
        if pair is None or any(pair[1].touches(each) for each in told):
            continue
        told.append(pair[1])
        yield checks.CONTRADICTION.found(
            f"“{reading.quoted(pair[0])}” and “{reading.quoted(pair[1])}” exclude each other.",
            f"Decide for one; strike “{reading.quoted(pair[1])}”, or say which comes first.",
            span=(pair[1].start, pair[1].end),
            edits=strikes(reading, _other_side(reading, clash, pair)),
        )


def _piled(reading: Reading) -> Iterator[range]:
    """The tokens of sentences that pile up by their very build: 左摇、右摇、推、拉、升."""
    for mark in reading.found("crowd"):
        yield range(mark.first, mark.last)


def _pair(reading: Reading, clash: Clash, lists: list[range]) -> tuple[Mark, Mark] | None:
    """The first two marks of both sides, in the order of the text, that are not a change."""
    for one in reading.found(*clash.first):
        for other in reading.found(*clash.second):
            early, late = sorted((one, other))
            if not _after(early, late) or _in_turn(early, late, lists):
                continue
            if not _changes(reading, early, late):
                return early, late
    return None


def _in_turn(early: Mark, late: Mark, lists: list[range]) -> bool:
    """Whether both are ways of the camera in one list of too many."""
    ways = early.label in _WAYS and late.label in _WAYS
    return ways and any(early.last - 1 in each and late.first in each for each in lists)


def _after(early: Mark, late: Mark) -> bool:
    """Whether one stands behind the other; they may share a word: the camera that does both."""
    return early.last <= late.first or (early.first < late.first and early.last < late.last)


def _other_side(reading: Reading, clash: Clash, pair: tuple[Mark, Mark]) -> list[Mark]:
    """Every mark of the side that `pair` strikes, so that no second pair is left."""
    side = clash.first if pair[1].label in clash.first else clash.second
    kept: list[Mark] = []
    for mark in reading.found(*side):
        rest = replaced(mark, first=max(mark.first, pair[0].last))
        if mark.first > pair[0].first and rest.first < rest.last:
            kept += [] if any(rest.touches(each) for each in kept) else [rest]
    return kept


def _changes(reading: Reading, early: Mark, late: Mark) -> bool:
    """Whether the prompt leads from one to the other instead of asking for both at once."""
    start, end = reading.clause(early)[0], reading.clause(late)[1]
    spans = ((start, early.first), (early.last, late.first), (late.last, end))
    if any(_later(reading, first, last) for first, last in spans):
        return True
    if reading.has("apart", early.last, late.first):
        return True
    if _cut(reading, early, late):
        return True  # Another scene begins between them: that is the fault to tell.
    near = range(late.first - 1, max(early.last, late.first - 3) - 1, -1)
    spoken = takewhile(lambda place: not reading.tokens[place].ends_clause, near)
    return any(_alone(reading, "reaching", place) for place in spoken)


def _cut(reading: Reading, early: Mark, late: Mark) -> bool:
    """Whether another scene begins between two marks or with the later one, or the prompt is
    announced as a row of scenes."""
    return reading.has("montage", 0, early.first) or any(
        (early.last <= cut.first and cut.last <= late.first)
        or (cut.first <= late.first and late.last < cut.last)
        for cut in reading.found("scope")
    )


def _later(reading: Reading, first: int, last: int) -> bool:
    """Whether a word of order in time stands between two tokens; “at once” is none."""
    return any(
        _alone(reading, "later", place)
        and not (place and "meanwhile" in reading.classes[place - 1])
        for place in range(max(0, first), last)
    )


def _alone(reading: Reading, name: str, place: int) -> bool:
    """Whether a word of the class starts here, not denied and no part of another: 至, not 甚至."""
    if reading.denied[place]:
        return False
    return name in reading.classes[place] and not any(
        end > place
        for start in range(max(0, place - _LONGEST), place + 1)
        for end in reading.classes[start].get(f"no_{name}", ())
    )


def energy(reading: Reading, heard: Energy | None) -> Iterator[Finding]:
    """Movements that the voice does not carry; an even voice carries both."""
    unfit = _UNFIT.get(heard or "")
    if unfit is None:
        return
    taken: list[Mark] = []
    for kind in ("verb", "phrase", "word"):
        for mark in reading.found(f"energy.{unfit}.{kind}"):
            if not any(mark.touches(each) for each in taken):
                taken.append(mark)
    for number, mark in enumerate(sorted(taken)):
        fitting = phrase(reading, mark.label.removeprefix("energy."))
        yield checks.ENERGY.found(
            f"“{reading.quoted(mark)}” goes against the {heard} voice of the take.",
            f"Match the voice, for example “{fitting}”." if not number else "Strike it as well.",
            span=(mark.start, mark.end),
            edits=(
                replace(reading, mark.start, mark.end, fitting)
                if not number
                else strike(reading, mark.first, mark.last),
            ),
        )
