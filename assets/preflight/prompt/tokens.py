"""A motion prompt as tokens: one per word, number, Chinese character and punctuation mark."""

from __future__ import annotations

import re
from typing import NamedTuple

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
LETTER = r"A-Za-z\u00c0-\u024f"

# Full-width signs (，：ＡＢＣ) stand for their ASCII twins; every sign maps to one sign, so that
# offsets in the prepared text are offsets in what the person wrote.
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS = str.maketrans("。、…「」『』“”„«»‘’′`", '.,.""""""""' + '"' + "''''")
_CLAUSE_ENDS = frozenset(",.;:!?\n()[]—–|/•")

_TOKEN = re.compile(
    rf"(?P<tag><[^<>\n]{{0,200}}>)"
    rf"|(?P<word>[{LETTER}]+(?:'[A-Za-z]+)*)"
    r"|(?P<number>\d+(?:[.,:]\d+)*(?:s|st|nd|rd|th|mm|k|fps|cm|d|p|x)?(?![A-Za-z0-9]))"
    rf"|(?P<han>[{HAN}])"
    r"|(?P<dash>(?<=\s)-+(?=\s))"
    r"|(?P<sign>[,.;:!?()\[\]\n—–|/•\"%&+~])",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    rf"\"(?P<double>[^\"\n]{{1,400}})\"|(?<![{LETTER}\d])'(?=\S)"
    rf"(?P<single>(?:[^'\n]|'(?=[a-z])){{1,400}}?)'(?![{LETTER}])"
)


class Token(NamedTuple):
    """A lower-case word, number, character or sign, and where it stands (code points)."""

    word: str
    start: int
    end: int
    kind: str

    @property
    def ends_clause(self) -> bool:
        """Whether it is a sign at which a clause stops."""
        return self.kind == "dash" or self.word in _CLAUSE_ENDS

    @property
    def is_word(self) -> bool:
        """Whether it is something that is read aloud, not a sign."""
        return self.kind in {"word", "number", "han"}


def prepared(source: str, simplified: dict[int, int]) -> str:
    """`source` with unified signs and simplified characters; every offset stays the same."""
    return source.translate(_WIDTH).translate(_SIGNS).translate(simplified)


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a prepared text; HTML tags are left out, what they enclose is kept."""
    return tuple(
        Token(found.group().lower(), found.start(), found.end(), found.lastgroup or "")
        for found in _TOKEN.finditer(text)
        if found.lastgroup != "tag"
    )


def quotations(text: str) -> list[tuple[int, int]]:
    """Start and end of what stands in quotation marks, marks included.

    Marks around the whole prompt quote nothing: they were copied along with it.
    """
    whole = text.strip()
    return [
        found.span() for found in _QUOTE.finditer(text) if found.end() - found.start() < len(whole)
    ]
