"""Who is meant by `@name` in a comment: only people who see the project."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Q, QuerySet

from studio.organisations.models import Role, User
from studio.projects.models import Project, Visibility

#: How many are offered while somebody types.
OFFERED = 6


class Piece(NamedTuple):
    """A stretch of a comment: plain words, or the name of somebody who is meant."""

    text: str
    is_mention: bool = False


def people_of(project: Project) -> QuerySet[User]:
    """Everybody who sees the project, by name."""
    people = User.objects.filter(
        is_active=True, memberships__organisation=project.organisation_id
    ).order_by("name", "email")
    if project.visibility == Visibility.ORGANISATION:
        return people.distinct()
    admin = Q(memberships__organisation=project.organisation_id, memberships__role=Role.ADMIN)
    return people.filter(Q(projects=project) | admin).distinct()


def offered(project: Project, typed: str) -> list[dict[str, str]]:
    """`{"name", "mention"}` of those whose name or address begins, in any word, with `typed`.

    The mention is the name, or the address where two people have that name.
    """
    people = list(people_of(project))
    names = [str(one) for one in people]
    begun = typed.lower().strip()
    found = [
        {"name": str(one), "mention": str(one) if names.count(str(one)) == 1 else one.email}
        for one in people
        if any(word.lower().startswith(begun) for word in (*str(one).split(), str(one), one.email))
    ]
    return found[:OFFERED]


def mentioned_in(text: str, people: Iterable[User]) -> list[User]:
    """Those of `people` whose name, first name (if only one has it) or address follows an @."""
    if "@" not in text:
        return []
    means = _means(people)
    pattern = _pattern(means)
    if pattern is None:
        return []
    found: dict[object, User] = {}
    for match in pattern.finditer(text):
        for one in means[match[1].lower()]:
            found.setdefault(one.pk, one)
    return list(found.values())


def pieces_of(text: str, people: Iterable[User]) -> list[Piece]:
    """The text cut at the mentions of `people`, for drawing."""
    pattern = _pattern(_means(people)) if "@" in text else None
    if pattern is None:
        return [Piece(text)]
    pieces: list[Piece] = []
    at = 0
    for match in pattern.finditer(text):
        pieces += [Piece(text[at : match.start()]), Piece(match[0], is_mention=True)]
        at = match.end()
    return [piece for piece in [*pieces, Piece(text[at:])] if piece.text]


def _means(people: Iterable[User]) -> dict[str, list[User]]:
    """What may stand behind the @, and who is meant by it."""
    means: dict[str, list[User]] = {}
    firsts: dict[str, list[User]] = {}
    for one in people:
        for words in {str(one).lower(), one.email.lower()}:
            means.setdefault(words, []).append(one)
        firsts.setdefault(one.get_short_name().lower(), []).append(one)
    for first, those in firsts.items():
        if len(those) == 1:
            means.setdefault(first, those)
    means.pop("", None)
    return means


def _pattern(means: dict[str, list[User]]) -> re.Pattern[str] | None:
    if not means:
        return None
    # The longest first: "@Mara Lind" is not "@Mara" with a word behind it. Nothing that goes on
    # as a word is a mention ("@marathon"), nor what stands inside one ("me@mara.example").
    return _any_of(tuple(sorted(means, key=len, reverse=True)))


@lru_cache
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(re.escape(one) for one in names)
    return re.compile(rf"(?<![\w@.])@({words})(?![\w@]|\.\w)", re.IGNORECASE)
