"""The checks of files and prompts as they are, outside any clip: what the shell asks for."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assets import pictures, sound
from assets.limits import InputLimits
from assets.listening.measuring import measure_sound
from assets.looking.facts import measure_picture
from assets.preflight import audio, catalogue, image, prompt
from assets.preflight.energy import Energy
from assets.preflight.finding import Finding
from assets.probing import HEAD_BYTES, Refused, recognise
from assets.prompts.variables import variable_findings

_PICTURE_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


@dataclass(frozen=True, slots=True)
class Checked:
    """One input: its path or text, what was measured (None where it cannot be read), findings."""

    input: str
    facts: dict[str, Any] | None
    findings: list[Finding]


def check_image(path: Path, limits: InputLimits, *, is_mascot: bool = False) -> Checked:
    """Check a picture as if it were sent as it is. Never raises for a bad file."""
    data = path.read_bytes()
    try:
        picture = pictures.clean_picture(io.BytesIO(data))
    except Refused as refusal:
        return _unreadable(path, "image.type", refusal)
    recognised = recognise(data[:HEAD_BYTES])
    facts = image.ImageFacts(
        content_type=_PICTURE_TYPES[recognised.kind] if recognised else picture.content_type,
        size_bytes=len(data),
        width=picture.width,
        height=picture.height,
        seen=measure_picture(picture.data),
        is_mascot=is_mascot,
    )
    return Checked(str(path), asdict(facts), image.check_image(facts, limits))


def check_sound(path: Path, limits: InputLimits) -> Checked:
    """Check a recording as if it were sent as it is. Never raises for a bad file."""
    try:
        known, heard = sound.probe_sound(path), measure_sound(path)
    except Refused as refusal:
        return _unreadable(path, "audio.type", refusal)
    facts = audio.AudioFacts(
        content_type=known.content_type,
        size_bytes=known.bytes,
        duration_seconds=known.duration_seconds,
        heard=heard,
    )
    return Checked(str(path), asdict(facts), audio.check_audio(facts, limits))


def check_prompt(
    text: str, limits: InputLimits, *, energy: Energy | None = None, style: str = ""
) -> Checked:
    """Check a motion prompt beside a voice of `energy` and a look of art style `style`."""
    facts = {"characters": len(text), "energy": energy, "art_style": style}
    found = prompt.check_prompt(text, limits, energy=energy, art_style=style)
    return Checked(text, facts, [*variable_findings(text), *found])


def _unreadable(path: Path, check: str, refusal: Refused) -> Checked:
    """The one finding of a file that cannot be read: why, and what to send instead."""
    message, _, fix = refusal.sentence.partition(". ")
    finding = catalogue.by_id()[check].found(message.rstrip(".") + ".", fix or "Export it again.")
    return Checked(str(path), None, [finding])
