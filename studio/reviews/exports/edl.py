"""Markers as EDL (CMX 3600) with an event for each comment, as DaVinci Resolve reads and writes it.

Resolve takes them in by "Import Timeline Markers from EDL" (`|C: |M: |D:`), Avid Media Composer and
others by the `* LOC:` line beside it. The times are those of the timeline, from 01:00:00:00 on,
never drop-frame, and the file says so (`FCM: NON-DROP FRAME`).
"""

from __future__ import annotations

from fractions import Fraction

from studio.reviews.exports.material import Material, Said
from studio.reviews.exports.timeline import CannotExport, Placed, timecode, timeline_of

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
    number = 0
    for placed in timeline.placed:
        for said in placed.reviewed.said:
            number += 1
            if number > MOST_EVENTS:
                raise CannotExport(f"An EDL holds {MOST_EVENTS} markers, and there are more.")
            lines += _event(number, placed, said, timeline.rate)
    return ("\r\n".join(lines) + "\r\n").encode()


def _event(number: int, placed: Placed, said: Said, rate: Fraction) -> list[str]:
    comment = said.comment
    last = comment.frame if comment.last_frame is None else comment.last_frame
    first_hour = FIRST_HOUR * round(rate)
    begin = timecode(first_hour + placed.start + comment.frame, rate)
    end = timecode(first_hour + placed.start + last + 1, rate)
    colour, word = ("Green", "GREEN") if comment.resolved_at else ("Red", "RED")
    words = _line(said.words)[:WORDS]
    return [
        f"{number:04d}  001      V     C        {begin} {end} {begin} {end}",
        f" |C:ResolveColor{colour} |M:{words.replace('|', '/')} |D:{last - comment.frame + 1}",
        f"* LOC: {begin} {word:<7} {words}",
        f"* FROM CLIP NAME: {_line(placed.reviewed.file_name)}",
        "",
    ]


def _line(words: str) -> str:
    # One line, without what would end it or be taken for another.
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
