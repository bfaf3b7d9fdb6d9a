"""Markers as EDL (CMX 3600), an event for each frame with comments, as DaVinci Resolve writes it.

Resolve takes them in by "Import Timeline Markers from EDL" (`|C: |M: |D:`), Avid Media Composer and
others by the `* LOC:` line beside it. The times are those of the timeline, from 01:00:00:00 on,
never drop-frame, and the file says so (`FCM: NON-DROP FRAME`).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby

from studio.reviews.exports.material import Material, Said
from studio.reviews.exports.timeline import CannotExport, Placed, timecode, timeline_of
from studio.reviews.models import Comment

#: An hour, as every editor's timeline begins.
FIRST_HOUR = 3600
#: What CMX 3600 has place for; more events go into a second file in no program that we know of.
MOST_EVENTS = 9_999
WORDS = 240


def markers_edl(material: Material) -> bytes:
    """Lines end with CR LF. Raises CannotExport for a timeline of several rates: an EDL has one."""
    timeline = timeline_of(material)
    rates = {one.reviewed.rate for one in timeline.placed}
    if len(rates) > 1:
        raise CannotExport(
            "The versions have several frame rates, and an EDL has one. Take FCPXML, or one "
            "version at a time."
        )
    lines = [f"TITLE: {_line(timeline.title)}", "FCM: NON-DROP FRAME", ""]
    events = [(placed, here) for placed in timeline.placed for here in _by_frame(placed)]
    if len(events) > MOST_EVENTS:
        raise CannotExport(f"An EDL holds {MOST_EVENTS} markers, and there are more.")
    for number, (placed, here) in enumerate(events, start=1):
        lines += _event(number, placed, here, timeline.rate)
    return ("\r\n".join(lines) + "\r\n").encode()


def _by_frame(placed: Placed) -> list[tuple[Said, ...]]:
    """What was said, by the frames where it begins: a timeline has one marker at a frame."""
    rows = groupby(placed.reviewed.said, key=lambda said: said.comment.frame)
    return [tuple(here) for _, here in rows]


def _event(number: int, placed: Placed, here: tuple[Said, ...], rate: Fraction) -> list[str]:
    # One frame long, also for a range: events that overlap are no EDL. `|D:` says how long it is.
    first = here[0].comment.frame
    at = FIRST_HOUR * round(rate) + placed.start + first
    begin, end = timecode(at, rate), timecode(at + 1, rate)
    is_open = any(not said.comment.resolved_at for said in here)
    words = _line(" + ".join(_words(said) for said in here))[:WORDS].replace("|", "/")
    length = max(_last(said.comment) for said in here) - first + 1
    return [
        f"{number:03d}  001      V     C        {begin} {end} {begin} {end}",
        f" |C:ResolveColor{'Red' if is_open else 'Green'} |M:{words} |D:{length}",
        *(_locator(said, begin) for said in here),
        f"* FROM CLIP NAME: {_line(placed.reviewed.file_name)}",
        "",
    ]


def _locator(said: Said, begin: str) -> str:
    word = "GREEN" if said.comment.resolved_at else "RED"
    return f"* LOC: {begin} {word:<7} {_line(_words(said))[:WORDS]}"


def _words(said: Said) -> str:
    # One line has to do: without a sign between them a reply reads like a part of the comment.
    return " / ".join(said.lines)


def _last(comment: Comment) -> int:
    return comment.frame if comment.last_frame is None else comment.last_frame


def _line(words: str) -> str:
    # One line, without what would end it or be taken for another.
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
