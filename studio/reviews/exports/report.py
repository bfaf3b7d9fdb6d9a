"""What was said as a PDF to print or to send: each comment beside its very frame and drawing.

Letters come from Bitstream Vera, which is inside the file, and where it has none from the fonts for
Chinese, Japanese and Korean that every PDF reader brings along.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.utils import timezone
from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    HRFlowable,
    Image,
    ImageAndFlowables,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
)

from assets.hosting import at_hand, workspace
from jobs.leases import one_alone
from jobs.models import Version
from studio.reviews.exports import pictures
from studio.reviews.exports.material import Material, Reviewed, Said
from studio.reviews.models import Comment

#: So many frames are drawn; the comments after them stand without a picture.
MOST_PICTURES = 200
_NO_MORE = f"A report holds {MOST_PICTURES} frames: the comments from here on stand without theirs."
PICTURE_WIDTH, PICTURE_HEIGHT = 62 * mm, 62 * mm
LAST_LATIN, LAST_OF_CHINESE_FONT = 0x24F, 0xFFFF
LATIN, CHINESE, KOREAN = "Vera", "STSong-Light", "HYSMyeongJo-Medium"

_TITLE = ParagraphStyle("title", fontName=LATIN, fontSize=18, leading=24, spaceAfter=6)
_HEAD = ParagraphStyle("head", fontName=LATIN, fontSize=12, leading=16, spaceBefore=10)
_QUIET = ParagraphStyle("quiet", fontName=LATIN, fontSize=8, leading=11, textColor=colors.grey)
_BODY = ParagraphStyle("body", fontName=LATIN, fontSize=9.5, leading=13)
_REPLY = ParagraphStyle("reply", parent=_BODY, leftIndent=8, borderPadding=2)


def comments_pdf(material: Material) -> bytes:
    """The document."""
    _register()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=material.title, author="Understudy", leftMargin=18 * mm,
        rightMargin=18 * mm, topMargin=16 * mm, bottomMargin=16 * mm,
    )  # fmt: skip
    left = MOST_PICTURES
    story: list[Any] = [Paragraph(_marked(material.title), _TITLE)]
    story.append(Paragraph(f"Comments, {timezone.localtime():%d %b %Y, %H:%M %Z}", _QUIET))
    for reviewed in material.reviewed:
        story += _section(reviewed, left, title=material.title)
        left = max(0, left - len(reviewed.said))
    document.build(story, onFirstPage=_page_number, onLaterPages=_page_number)
    return out.getvalue()


def _section(reviewed: Reviewed, pictures_left: int, *, title: str) -> Iterator[Any]:
    version = reviewed.version
    if str(version) != title:
        yield Paragraph(_marked(str(version)), _HEAD)
    facts = f"{version.frames} frames at {float(reviewed.rate):g} per second. SHA-256 of the video"
    yield Paragraph(f"{facts}: {version.sha256}", _QUIET)
    if not reviewed.said:
        yield Paragraph("Nothing was said.", _BODY)
    with_pictures = reviewed.said[:pictures_left]
    shown = _pictures(reviewed, with_pictures)
    if with_pictures and not shown:
        yield Paragraph("Its frames could not be read, so the words stand alone.", _QUIET)
    for number, said in enumerate(reviewed.said):
        yield Spacer(1, 3 * mm)
        if number == pictures_left:
            yield Paragraph(_NO_MORE, _QUIET)
        yield from _row(said, shown.get(said.comment.pk))


def _row(said: Said, picture: bytes | None) -> list[Any]:
    """A line, then the words beside the picture; both may go on over pages."""
    line = HRFlowable(width="100%", thickness=0.4, color=colors.lightgrey, spaceAfter=2 * mm)
    if picture is None:
        return [line, *_words(said)]
    beside = ImageAndFlowables(
        _image(picture), _words(said), imageSide="left", imageRightPadding=5 * mm
    )
    return [line, beside]


def _words(said: Said) -> list[Paragraph]:
    comment = said.comment
    lines = [Paragraph(_marked(_head(comment)), _QUIET), *_body(comment, _BODY)]
    for reply in said.replies:
        lines.append(Paragraph(_marked(f"{reply.speaker} replied"), _QUIET))
        lines += _body(reply, _REPLY)
    return lines


def _body(comment: Comment, style: ParagraphStyle) -> list[Paragraph]:
    words = comment.text or "(a drawing)"
    # What was written on the picture, once more: there it is small, and in one font only.
    drawn = [one["words"] for one in comment.drawing or [] if one["tool"] == "text"]
    lines = [*words.splitlines(), *(f"On the picture: “{one}”" for one in drawn)]
    return [Paragraph(_marked(line) or "&nbsp;", style) for line in lines]


def _head(comment: Comment) -> str:
    place = comment.timecode
    if comment.last_frame is not None and comment.last_frame != comment.frame:
        place = f"{place} – {comment.footage.timecode(comment.last_frame)}"
    facts = [place, f"frame {comment.frame}", str(comment.said_by)]
    facts += ["guest"] if comment.guest_id else []
    facts += [one for one in (comment.category, comment.point.replace("_", "-")) if one]
    facts += [] if comment.is_shared else ["internal"]
    facts += ["resolved"] if comment.resolved_at else []
    return " · ".join(facts)


def _pictures(reviewed: Reviewed, said: tuple[Said, ...]) -> dict[Any, bytes]:
    """JPEGs by the comments' ids; none, or fewer, where the film cannot be read.

    Whatever is the trouble (a file gone, a full disk, a bucket out of reach) costs no words.
    """
    film = _film(reviewed.version)
    if film is None or not said:
        return {}
    by_frame: dict[int, list[Comment]] = {}
    for one in said:
        by_frame.setdefault(one.comment.frame, []).append(one.comment)
    made: dict[Any, bytes] = {}
    with one_alone(f"Taking frames of {reviewed.version} for a report"), workspace() as folder:
        path = Path(at_hand(film, folder))
        for number, picture in pictures.frames_of(path, reviewed.rate, by_frame):
            for comment in by_frame[number]:
                drawn = pictures.drawn_on(picture, comment.drawing or [])
                made[comment.pk] = pictures.jpeg(drawn)
    return made


def _film(version: Version) -> Any:
    return version.review_copy or (version.video if version.video_plays else None)


def _image(jpeg: bytes) -> Image:
    image = Image(io.BytesIO(jpeg))
    factor = min(PICTURE_WIDTH / image.imageWidth, PICTURE_HEIGHT / image.imageHeight)
    image.drawWidth, image.drawHeight = image.imageWidth * factor, image.imageHeight * factor
    image.hAlign = "LEFT"
    return image


def _page_number(canvas: Any, document: Any) -> None:
    canvas.setFont(LATIN, 8)
    canvas.setFillColor(colors.grey)
    canvas.drawRightString(A4[0] - 18 * mm, 9 * mm, str(document.page))


def _marked(words: str) -> str:
    """The words as reportlab wants them, each stretch in a font that has its letters."""
    known = pdfmetrics.getFont(LATIN).face.charToGlyph
    stretches: list[tuple[str, str]] = []
    for letter in words:
        sign = _known_sign(letter, known)
        font = _font_for(sign, known)
        if stretches and stretches[-1][0] == font:
            stretches[-1] = (font, stretches[-1][1] + sign)
        else:
            stretches.append((font, sign))
    return "".join(
        escape(text) if font == LATIN else f'<font name="{font}">{escape(text)}</font>'
        for font, text in stretches
    )


def _known_sign(sign: str, known: dict[int, int]) -> str:
    """The sign, or what stands for it where no font has it: the letter without its mark, a box."""
    if ord(sign) in known or sign.isspace():
        return sign
    bare = unicodedata.normalize("NFKD", sign)[0]
    if ord(sign) <= LAST_LATIN and ord(bare) in known:
        return bare
    return sign if ord(sign) <= LAST_OF_CHINESE_FONT else "□"


def _font_for(sign: str, known: dict[int, int]) -> str:
    code = ord(sign)
    if code in known or sign.isspace():
        return LATIN
    is_korean = 0x1100 <= code <= 0x11FF or 0x3130 <= code <= 0x318F or 0xAC00 <= code <= 0xD7AF
    return KOREAN if is_korean else CHINESE


def _register() -> None:
    # Pictures as they are: as letters they are a quarter larger, and reportlab, which makes the
    # letters in Python, is busier with that than with everything else together.
    rl_config.useA85 = 0
    known = pdfmetrics.getRegisteredFontNames()
    if LATIN not in known:
        pdfmetrics.registerFont(TTFont(LATIN, "Vera.ttf"))
    for name in (CHINESE, KOREAN):
        if name not in known:
            pdfmetrics.registerFont(UnicodeCIDFont(name))
