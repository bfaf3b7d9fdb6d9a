"""A look made of a part of another one. The one it was cut from stays as it is."""

from __future__ import annotations

import numpy as np

from assets import pictures
from assets.intake import ReadPicture, keep_look
from assets.looking.facts import LookFacts, measure_pixels
from assets.looking.framing import Framing, propose
from assets.measuring import look_facts
from assets.models import Look
from studio.organisations.models import User


def proposal(look: Look) -> Framing:
    """The framing that cures what a crop of `look` can cure."""
    return propose(look.width, look.height, look_facts(look).face)


def preview(look: Look, framing: Framing) -> LookFacts:
    """What would be found in that part of the look; keeps nothing.

    Raises ValueError for a framing that reaches outside the picture.
    """
    if framing.refusal(look.width, look.height):
        raise ValueError(f"{framing} is no part of {look}")
    right, bottom = framing.left + framing.width, framing.top + framing.height
    pixels = pictures.pixels_of(_stored(look))
    part = np.ascontiguousarray(pixels[framing.top : bottom, framing.left : right])
    return measure_pixels(part)


def crop(look: Look, framing: Framing, *, by: User) -> Look:
    """The next look of the same character: the part `framing` of the stored pixels of `look`.

    What was said of `look` (its art style, that it is a mascot) holds for the new one. Raises
    ValueError for a framing that reaches outside the picture.
    """
    part = pictures.cropped(
        _stored(look),
        left=framing.left,
        top=framing.top,
        width=framing.width,
        height=framing.height,
    )
    return keep_look(ReadPicture.of(part), character=look.character, by=by, like=look)


def _stored(look: Look) -> bytes:
    with look.image.open() as file:
        return bytes(file.read())
