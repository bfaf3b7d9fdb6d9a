"""What the checks say about a clip's inputs, for the limits of an engine."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from assets.limits import InputLimits
from assets.listening.facts import TakeFacts
from assets.measuring import image_facts
from assets.models import AudioTake, Look
from assets.preflight import audio, catalogue, image, prompt
from assets.preflight.energy import Energy
from assets.preflight.finding import Finding
from assets.prompts.text import variable_findings
from studio.clips.models import Clip

NO_LOOK = catalogue.NO_LOOK.found(
    "No look is chosen.", "Choose a look of a character, or upload a picture."
)
NO_TAKE = catalogue.NO_TAKE.found(
    "No audio take is chosen.", "Choose a take, upload a recording, or record one here."
)


@dataclass(frozen=True, slots=True)
class Rate:
    """What a second of video costs, so that a finding can name the money it is about."""

    amount: Decimal
    currency: str


def findings(clip: Clip, limits: InputLimits, rate: Rate | None = None) -> list[Finding]:
    """Everything the checks say about what `clip` has chosen, image first, then audio, prompt.

    The prompt is held against the voice it moves to and the art style of the look it moves.
    """
    return [
        *look_findings(clip.look, limits),
        *take_findings(clip.take, limits, rate),
        *prompt_findings(clip.prompt_text, clip.look, clip.take, limits),
    ]


def prompt_findings(
    text: str, look: Look | None, take: AudioTake | None, limits: InputLimits
) -> list[Finding]:
    """What the checks say about a motion prompt, beside the look and the take it goes with."""
    energy, art_style = take.energy if take else None, look.art_style if look else ""
    return [*variable_findings(text), *_checked(text, limits, energy, art_style)]


# The storyboard and the list of projects ask for every clip, again and again while jobs run.
@lru_cache(maxsize=2048)
def _checked(
    text: str, limits: InputLimits, energy: Energy | None, art_style: str
) -> tuple[Finding, ...]:
    return tuple(prompt.check_prompt(text, limits, energy=energy, art_style=art_style))


def look_findings(look: Look | None, limits: InputLimits) -> list[Finding]:
    """What the checks say about a look; a clip without one is stopped."""
    if look is None:
        return [NO_LOOK]
    return image.check_image(image_facts(look), limits)


def take_findings(
    take: AudioTake | None, limits: InputLimits, rate: Rate | None = None
) -> list[Finding]:
    """What the checks say about the send copy of a take; a clip without one is stopped."""
    if take is None:
        return [NO_TAKE]
    facts = audio.AudioFacts(
        content_type=take.send_content_type,
        size_bytes=take.send_bytes,
        duration_seconds=float(take.duration_seconds),
        heard=TakeFacts.from_json(take.facts),
        money_per_second=rate.amount if rate else None,
        currency=rate.currency if rate else "",
    )
    return audio.check_audio(facts, limits)


def stops(found: list[Finding]) -> list[Finding]:
    """Those that nobody may submit with."""
    return [finding for finding in found if finding.level == "stop"]


def warnings(found: list[Finding]) -> list[Finding]:
    """Those that a person may submit with who says why."""
    return [finding for finding in found if finding.level == "warn"]
