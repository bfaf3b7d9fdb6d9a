"""Checks of a look's reference image."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assets.limits import InputLimits
from assets.preflight.finding import Finding, spoken_megabytes, spoken_types


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of the image that will be sent: MIME type, bytes, and pixels of its sides."""

    content_type: str
    size_bytes: int
    width: int
    height: int


Rule = Callable[[ImageFacts, InputLimits], Iterator[Finding]]


def check_image(facts: ImageFacts, limits: InputLimits) -> list[Finding]:
    """All findings for an image, in the order of the rules. Never raises."""
    return [finding for rule in RULES for finding in rule(facts, limits)]


def _stop(id_: str, message: str, fix: str) -> Finding:
    return Finding(id=id_, level="stop", owner="image", message=message, fix=fix)


def _type(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    if facts.content_type not in limits.image_types:
        accepted = spoken_types(limits.image_types)
        yield _stop(
            "image.type",
            f"The image is {spoken_types(frozenset({facts.content_type}))}; "
            f"this engine takes {accepted}.",
            f"Export the image as {accepted} and add it as a new look.",
        )


def _bytes(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    if facts.size_bytes > limits.image_max_bytes:
        yield _stop(
            "image.bytes",
            f"The image has {spoken_megabytes(facts.size_bytes)}; this engine takes at most "
            f"{spoken_megabytes(limits.image_max_bytes)}.",
            "Save it as a JPEG or scale it down, and add it as a new look.",
        )


def _size(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    if min(facts.width, facts.height) < limits.image_min_side:
        yield _stop(
            "image.size",
            f"The image is {facts.width:,} × {facts.height:,} px; this engine needs at least "
            f"{limits.image_min_side} px on both sides.",
            "Use a larger original, 1,080 px or more; enlarging this one adds no detail.",
        )


def _ratio(facts: ImageFacts, limits: InputLimits) -> Iterator[Finding]:
    short, long = sorted((facts.width, facts.height))
    if long > short * limits.image_max_ratio:
        yield _stop(
            "image.ratio",
            f"The image is {facts.width:,} × {facts.height:,} px, which is 1:"
            f"{long / max(1, short):.2f}; this engine takes at most 1:{limits.image_max_ratio:g}.",
            f"Crop the long side to {int(short * limits.image_max_ratio):,} px or less "
            "around the face.",
        )


RULES: tuple[Rule, ...] = (_type, _bytes, _size, _ratio)
