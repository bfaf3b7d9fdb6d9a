"""The rules that look for words: who owns them, what they direct, whether it can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assets.preflight.finding import Edit, Finding
from assets.preflight.prompt import checks
from assets.preflight.prompt.edits import append, phrase, strike, strikes
from assets.preflight.prompt.knowledge import knowledge
from assets.preflight.prompt.marks import Mark
from assets.preflight.prompt.reading import Reading

# Fewer words in quotation marks, said by nobody, may be the name of a thing.
_QUOTED_WORDS = 4
# So many movements are a list, which `crowded` tells of.
_LIST = 6
# What people call the styles that a look can have.
_MEDIA = {"photograph": "photo", "3d": "render", "illustration": "painting"}
# Styles in which “animated” changes nothing, and those that may be made of pixels.
_ANIMATED = frozenset({"anime", "cartoon", "render"})
_PIXELS = frozenset({"pixel", "other"})


def appearance(reading: Reading) -> Iterator[Finding]:
    """One finding for each phrase about looks; a person it hangs on stays in the sentence."""
    for row in _rows(reading, "appearance", "appearance-more"):
        edits = strikes(reading, _pieces(reading, row))
        yield checks.APPEARANCE.found(
            f"“{_words(reading, row)}” describes looks; the image owns them.",
            "Strike the words, or choose a look that shows them.",
            span=(row[0].start, row[-1].end),
            edits=edits,
        )


def speech(reading: Reading) -> Iterator[Finding]:
    """One finding for each phrase of words to be said or of how the voice sounds."""
    # Letters in the picture are another fault, with another cure.
    written, camera = reading.found("unreachable", "sign"), reading.found("camera")
    quotes = [
        each for each in reading.found("quoted") if not any(each.touches(one) for one in written)
    ]
    for found in _rows(reading, "speech", also=quotes):
        row = [_until_the_quotation_ends(reading, mark, quotes) for mark in found]
        bare = row[0].label == "speech-loose"
        if bare and row[0].last - row[0].first < _QUOTED_WORDS:
            continue
        opened = _quotes(reading, row[0].first, row[-1].last)
        others = written if opened and not bare else [*written, *camera]
        until = row[-1].last if bare else max(opened, default=None)
        if any(_hides(each, mark, until) for mark in row for each in others):
            continue
        yield checks.SPEECH.found(
            f"“{_words(reading, row)}” says what is spoken; the audio owns it.",
            "Strike the words; say how the character moves while speaking.",
            span=(row[0].start, row[-1].end),
            edits=(strike(reading, row[0].first, row[-1].last),),
        )


def _quotes(reading: Reading, first: int, last: int) -> list[int]:
    """Where quotation marks open in these tokens."""
    return [at for at in range(first, last) if "quote" in reading.classes[at]]


def _until_the_quotation_ends(reading: Reading, mark: Mark, quotes: Sequence[Mark]) -> Mark:
    """`mark` without what comes behind the quotation that it begins with: that is not said."""
    for one in quotes:
        goes_on = one.first == mark.first and one.last < mark.last
        if goes_on and not _quotes(reading, one.last, mark.last):
            return replace(mark, last=one.last, end=one.end)
    return mark


def _hides(other: Mark, mark: Mark, until: int | None) -> bool:
    """Whether `mark` is no speech because of `other`: letters that are quoted (`until` is where the
    last quotation begins), or what it begins with; reported speech may go on about figures and
    signs, and beside quoted words there may be juggling."""
    if until is None:
        return other.first <= mark.first < other.last
    return other.touches(mark) and other.first <= until


def no_camera(reading: Reading) -> Iterator[Finding]:
    """Nothing is said of shot, angle or camera movement."""
    read = [token for token in reading.tokens if token.is_word]
    foreign = sum(sign.isalpha() for sign in reading.source) - sum(
        token.end - token.start for token in read if token.kind != "number"
    )
    # Other scripts are not read: what they say of the camera cannot be judged.
    if reading.marks.get("camera") or foreign > len(reading.source) / 4:
        return
    text = phrase(reading, "camera")
    yield checks.NO_CAMERA.found(
        "Nothing is said about shot, angle or movement of the camera.",
        f"Add one, for example “{text}”.",
        edits=(append(reading, text, "camera"),),
    )


def vague(reading: Reading) -> Iterator[Finding]:
    """One finding for each phrase on which nobody behind a camera could act."""
    for mark in reading.found("vague"):
        yield checks.VAGUE.found(
            f"“{reading.quoted(mark)}” means nothing to a camera operator.",
            "Name a movement, a shot or a light: “turns to the camera”, “medium shot”, “soft "
            "window light”.",
            span=(mark.start, mark.end),
            edits=_strike_vague(reading, mark),
        )


def _strike_vague(reading: Reading, mark: Mark) -> tuple[Edit, ...]:
    """Strike it; if it was the only word about the camera, a plain shot takes its place."""
    others = [each for each in reading.marks.get("camera", []) if not each.touches(mark)]
    about_camera = any(each.touches(mark) for each in reading.marks.get("camera", []))
    if others or not about_camera:
        return (strike(reading, mark.first, mark.last),)
    return (Edit(mark.start, mark.end, phrase(reading, "camera"), slot="camera"),)


def style(reading: Reading, art_style: str) -> Iterator[Finding]:
    """Names of art styles that are not the look's.

    As long as the look's style is unknown, words of photography are silent: most looks are
    photographs, and the guides themselves open prompts with them.
    """
    for mark in reading.starting("style."):
        if _own(reading, mark, art_style):
            continue
        last = mark.last
        while last < len(reading.tokens) and "medium_noun" in reading.classes[last]:
            last = min(reading.classes[last]["medium_noun"])
        kept = f"{knowledge().names.get(art_style, 'its own')} style"
        yield checks.STYLE.found(
            f"“{reading.quoted(mark)}” asks for another art style; the look keeps {kept}."
            if art_style
            else f"“{reading.quoted(mark)}” asks for an art style; only the look decides it.",
            "Strike the words, or choose a look in that style.",
            span=(mark.start, mark.end),
            edits=(strike(reading, mark.first, last),),
        )


def _own(reading: Reading, mark: Mark, art_style: str) -> bool:
    """Whether a mark names the style that the look has already, in whatever word for it."""
    medium, own = mark.label.partition(".")[2], _MEDIA.get(art_style, art_style)
    if reading.has("pixels", mark.first, mark.last):
        return own in _PIXELS
    if "animated" in reading.classes[mark.first] and own in _ANIMATED:
        return True
    return medium == own or (medium == "photo" and own in {"", "other"})


def scope(reading: Reading) -> Iterator[Finding]:
    """Several people, other scenes, action."""
    for row in _rows(reading, "scope", also=_second(reading)):
        yield checks.SCOPE.found(
            f"“{_words(reading, row)}” is more than one character talking in one scene.",
            "Split it into clips of one person each, or film it otherwise.",
            span=(row[0].start, row[-1].end),
            edits=(strike(reading, row[0].first, row[-1].last),),
        )


def _second(reading: Reading) -> list[Mark]:
    """Roles that do something after somebody else was named: alone they are the character."""
    return [
        mark
        for mark in reading.found("scope-role")
        if any(reading.has(name, 0, mark.first) for name in ("main_person", "stranger", "kin"))
    ]


def unreachable(reading: Reading) -> Iterator[Finding]:
    """Text in the picture, exact counts, hard physics."""
    also = [*reading.found("count", "sign"), *_handiwork(reading)]
    for row in _rows(reading, "unreachable", also=also):
        if _told_by_scenes(reading, row):
            continue
        yield checks.UNREACHABLE.found(
            f"“{_words(reading, row)}” is beyond what the engine draws reliably.",
            "Strike it and add it when the video is cut.",
            span=(row[0].start, row[-1].end),
            edits=(strike(reading, row[0].first, row[-1].last),),
        )


def _told_by_scenes(reading: Reading, row: list[Mark]) -> bool:
    """Whether it is what people do in scenes, of which there are too many: cooking, playing."""
    work = all("handiwork" in reading.classes[mark.first] for mark in row)
    return work and bool(reading.found("scope"))


def _handiwork(reading: Reading) -> list[Mark]:
    """Small tricks of the hand; in a long list of movements their number is the fault, and among
    several people or scenes these are."""
    if len(reading.found("act.any")) >= _LIST or reading.found("scope"):
        return []
    return reading.found("craft")


def _rows(
    reading: Reading, label: str, more: str = "", also: Sequence[Mark] = ()
) -> Iterator[list[Mark]]:
    """Marks that stand together: nothing but commas and small words between them."""
    row: list[Mark] = []
    sure = [*reading.found(label), *also]
    loose = [
        mark
        for mark in reading.found(f"{label}-loose")
        if not any(mark.touches(each) for each in sure)
    ]
    marks = sorted([*sure, *loose, *reading.found(more)])
    for mark in marks:
        if row and (mark.first < row[-1].last or _joined(reading, row[-1], mark)):
            row.append(mark)
        elif mark.label != more:
            if row:
                yield row
            row = [mark]
    if row:
        yield row


def _joined(reading: Reading, before: Mark, mark: Mark) -> bool:
    between = range(before.last, mark.first)
    return len(between) <= 3 and all(
        "join" in reading.classes[place] or reading.tokens[place].word == "," for place in between
    )


def _pieces(reading: Reading, row: list[Mark]) -> list[Mark]:
    """The marks of a row, those with only small words between them as one piece."""
    pieces = [row[0]]
    for mark in row[1:]:
        last = pieces[-1]
        if mark.first <= last.last or _joined(reading, last, mark):
            pieces[-1] = Mark(last.first, max(last.last, mark.last), last.start, mark.end)
        else:
            pieces.append(mark)
    return pieces


def _words(reading: Reading, row: list[Mark]) -> str:
    return reading.quoted(Mark(row[0].first, row[-1].last, row[0].start, row[-1].end))
