"""What the checks say about a clip's inputs, for the limits of an engine."""

from __future__ import annotations

from assets.limits import InputLimits
from assets.models import AudioTake, Look
from assets.preflight import audio, image, prompt
from assets.preflight.finding import Finding
from studio.clips.models import Clip

NO_LOOK = Finding(
    id="image.missing",
    level="stop",
    owner="image",
    message="No look is chosen.",
    fix="Choose a look of a character, or upload a picture.",
)
NO_TAKE = Finding(
    id="audio.missing",
    level="stop",
    owner="audio",
    message="No audio take is chosen.",
    fix="Choose a take, upload a recording, or record one here.",
)


def findings(clip: Clip, limits: InputLimits) -> list[Finding]:
    """Everything the checks say about what `clip` has chosen, image first, then audio, prompt."""
    return [
        *look_findings(clip.look, limits),
        *take_findings(clip.take, limits),
        *prompt.check_prompt(clip.prompt_text, limits),
    ]


def look_findings(look: Look | None, limits: InputLimits) -> list[Finding]:
    """What the checks say about a look; a clip without one is stopped."""
    if look is None:
        return [NO_LOOK]
    facts = image.ImageFacts(
        content_type=look.content_type,
        size_bytes=look.size_bytes,
        width=look.width,
        height=look.height,
    )
    return image.check_image(facts, limits)


def take_findings(take: AudioTake | None, limits: InputLimits) -> list[Finding]:
    """What the checks say about the send copy of a take; a clip without one is stopped."""
    if take is None:
        return [NO_TAKE]
    facts = audio.AudioFacts(
        content_type=take.send_content_type,
        size_bytes=take.send_bytes,
        duration_seconds=float(take.duration_seconds),
    )
    return audio.check_audio(facts, limits)


def stops(found: list[Finding]) -> list[Finding]:
    """Those that nobody may submit with."""
    return [finding for finding in found if finding.level == "stop"]
