"""Facts when they are needed: measured once, kept with the row, measured anew when outdated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assets import hosting
from assets.listening.facts import TakeFacts
from assets.listening.measuring import measure_take
from assets.looking.facts import LookFacts, measure_picture
from assets.models import AudioTake, Look
from assets.preflight.image import ImageFacts
from assets.probing import Refused


class Unreadable(Exception):
    """A stored input cannot be measured, so it cannot be sent either; the text is a sentence."""


def measured(look: Look | None, take: AudioTake | None) -> None:
    """See to it that what is chosen was measured, so that no check is silent for want of facts.

    Raises Unreadable, with a sentence, where a stored file is gone or does not decode any more.
    """
    if look is not None:
        with _readable("look", look):
            look_facts(look)
    if take is not None:
        with _readable("take", take):
            take_facts(take)


@contextmanager
def _readable(what: str, row: Look | AudioTake) -> Iterator[None]:
    try:
        yield
    except (OSError, Refused) as problem:
        raise Unreadable(unreadable(what, row)) from problem


def unreadable(what: str, row: Look | AudioTake) -> str:
    """What is said of a look or take (`what`) whose stored file is gone or damaged."""
    return (
        f"The stored file of the {what} “{row}” cannot be read: choose another, or bring it in "
        "again."
    )


def look_facts(look: Look) -> LookFacts:
    """What was measured in the look's picture; measured now where it is missing or outdated.

    Takes about a third of a second then, and keeps it. Raises OSError where the stored picture
    cannot be read, and `assets.probing.Refused` where it does not decode.
    """
    if kept := LookFacts.from_json(look.facts):
        return kept
    with look.image.open() as file:
        facts = measure_picture(file.read())
    look.facts = facts.to_json()
    # Only this column: somebody may be saying meanwhile that it is a mascot.
    Look.objects.filter(pk=look.pk).update(facts=look.facts)
    return facts


def take_facts(take: AudioTake) -> TakeFacts:
    """What was measured in the take; measured now where it is missing or outdated.

    Takes about a second for five minutes of sound and file, and keeps it. Raises OSError where a
    stored file cannot be read, and `assets.probing.Refused` where it does not decode.
    """
    kept = TakeFacts.from_json(take.facts)
    if kept and kept.is_current:
        return kept
    parts = take.treatment.get("parts")
    with hosting.workspace() as folder:
        (folder / "master").mkdir()
        master = hosting.at_hand(take.master, folder / "master")
        facts = measure_take(master, hosting.at_hand(take.send_copy, folder), parts=parts)
    take.facts = facts.to_json()
    AudioTake.objects.filter(pk=take.pk).update(facts=take.facts)
    return facts


def image_facts(look: Look, seen: LookFacts | None = None) -> ImageFacts:
    """What the checks want to know of a look, or of the part of it that was `seen`."""
    return ImageFacts(
        content_type=look.content_type,
        size_bytes=look.size_bytes,
        width=seen.width if seen else look.width,
        height=seen.height if seen else look.height,
        seen=seen or LookFacts.from_json(look.facts),
        is_mascot=look.is_mascot,
    )
