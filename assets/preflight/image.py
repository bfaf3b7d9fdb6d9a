"""Checks of a look's reference image."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assets.limits import InputLimits
from assets.looking.facts import LookFacts
from assets.preflight import image_checks as checks
from assets.preflight import thresholds as t
from assets.preflight.finding import Finding, spoken_megabytes, spoken_types
from assets.preflight.image_checks import CHECKS
from assets.preflight.image_face import FACE_RULES, no_face

__all__ = ["CHECKS", "ImageFacts", "check_image"]


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of the image that will be sent: MIME type, bytes, and pixels of its sides.

    `seen` is what was measured in it, None where nobody measured yet: then only the file and its
    size are checked. Of a mascot the rules about faces and people are off.
    """

    content_type: str
    size_bytes: int
    width: int
    height: int
    seen: LookFacts | None = None
    is_mascot: bool = False


Rule = Callable[[ImageFacts, InputLimits], Iterator[Finding]]


def check_image(facts: ImageFacts, limits: InputLimits) -> list[Finding]:
    """All findings for an image, in the order of the rules. Never raises."""
    return [finding for rule in RULES for finding in rule(facts, limits)]


def _type(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    if facts.content_type not in limits.image_types:
        accepted = spoken_types(limits.image_types)
        yield checks.TYPE.found(
            f"The image is {spoken_types(frozenset({facts.content_type}))}; "
            f"this engine takes {accepted}.",
            f"Export the image as {accepted} and add it as a new look.",
        )


def _bytes(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    if facts.size_bytes > limits.image_max_bytes:
        yield checks.BYTES.found(
            f"The image has {spoken_megabytes(facts.size_bytes)}; this engine takes at most "
            f"{spoken_megabytes(limits.image_max_bytes)}.",
            "Save it as a JPEG or scale it down, and add it as a new look.",
        )


def _size(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    if min(facts.width, facts.height) < limits.image_min_side:
        yield checks.SIZE.found(
            f"The image is {facts.width:,} × {facts.height:,} px; this engine needs at least "
            f"{limits.image_min_side} px on both sides.",
            "Use a larger original, 1,080 px or more; enlarging this one adds no detail.",
        )


def _ratio(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    short, long = sorted((facts.width, facts.height))
    if long > short * limits.image_max_ratio:
        yield checks.RATIO.found(
            f"The image is {facts.width:,} × {facts.height:,} px, which is 1:"
            f"{long / max(1, short):.2f}; this engine takes at most 1:{limits.image_max_ratio:g}.",
            f"Crop the long side to {int(short * limits.image_max_ratio):,} px or less "
            "around the face.",
            remedy="crop",
        )


def _small(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    wanted = t.IMAGE_SHORT_SIDE.value
    # Without measuring nothing is said but what the engine itself refuses.
    if facts.seen and limits.image_min_side <= min(facts.width, facts.height) < wanted:
        yield checks.SMALL.found(
            f"The image is {facts.width:,} × {facts.height:,} px; the short side should have "
            f"{wanted:,.0f} px or more.",
            "Use a larger original; enlarging this one adds no detail.",
        )


def _person(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    """All that is asked of a person's face and of what is behind it."""
    if facts.seen is None or facts.is_mascot:
        return
    if facts.seen.face is None:
        yield no_face()
        return
    for rule in FACE_RULES:
        yield from rule(facts.seen, facts.seen.face)


def _compression(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    quality = facts.seen.jpeg_quality if facts.seen else None
    if quality is not None and quality < t.IMAGE_JPEG_QUALITY.value:
        yield checks.COMPRESSION.found(
            f"The image was once compressed as a JPEG of about quality {quality}; under "
            f"{t.IMAGE_JPEG_QUALITY.value:g} blocks are seen.",
            "Ask for the original from the camera, not a copy from a chat or a web page.",
        )


RULES: tuple[Rule, ...] = (_type, _bytes, _size, _ratio, _small, _person, _compression)
