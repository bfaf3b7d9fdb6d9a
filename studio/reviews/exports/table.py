"""Comments as CSV: one row each, for a spreadsheet that runs nothing of what people wrote."""

from __future__ import annotations

import csv
import io
import re

from studio.reviews.exports.material import Material, Reviewed
from studio.reviews.models import Comment

COLUMNS = (
    "clip", "version", "frame", "last frame", "timecode", "seconds", "by", "guest", "said at",
    "comment", "drawing", "shared with guests", "input", "checklist", "resolved at", "resolved by",
    "reply to", "id",
)  # fmt: skip
#: A cell that begins with one of these is a formula to some spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: The same where a spreadsheet cuts the file at semicolons or tabs instead: quotes inside a line
#: mean nothing to it then, and what follows a line's end is a new row.
_INNER = re.compile(r"([;\t\r\n] *)(?=[=+\-@＝＋－＠])")


def comments_csv(material: Material) -> bytes:
    """UTF-8 with its mark at the front, by which spreadsheets know it; lines end as RFC 4180 says.

    What a spreadsheet would take for a formula has an apostrophe before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for reviewed in material.reviewed:
        for said in reviewed.said:
            for comment in said.all:
                writer.writerow([harmless(cell) for cell in _row(reviewed, comment)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def harmless(cell: object) -> object:
    """The cell as plain words; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    words = _INNER.sub(r"\1'", cell)
    return f"'{words}" if words.lstrip(" ").startswith(_FORMULA) else words


def _row(reviewed: Reviewed, comment: Comment) -> list[object]:
    last = comment.frame if comment.last_frame is None else comment.last_frame
    return [
        str(reviewed.version.clip),
        reviewed.version.number,
        comment.frame,
        last,
        comment.timecode,
        f"{float(comment.frame / reviewed.rate):.3f}",
        str(comment.said_by),
        "yes" if comment.guest_id else "",
        comment.created_at.isoformat(timespec="seconds"),
        comment.text,
        "yes" if comment.drawing else "",
        "yes" if comment.is_shared else "",
        comment.category,
        comment.point,
        comment.resolved_at.isoformat(timespec="seconds") if comment.resolved_at else "",
        str(comment.resolved_by or ""),
        str(comment.parent_id or ""),
        str(comment.pk),
    ]
