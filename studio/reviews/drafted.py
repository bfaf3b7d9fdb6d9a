"""From a version to the animatic that was drawn before it."""

from __future__ import annotations

from django.db.models import Case, Value, When

from jobs.models import Animatic, Drawing, Version
from jobs.models.animatic import fingerprint


def animatic_beside(version: Version) -> Animatic | None:
    """The clip's animatic of the very inputs of `version`, else its newest that can be watched.

    One query; None where nothing was drawn.
    """
    ready = Animatic.objects.filter(clip=version.clip_id, state=Drawing.READY)
    first = When(inputs_sha256=inputs_of(version), then=Value(0))
    return ready.order_by(Case(first, default=Value(1)), "-number").first()


def inputs_of(version: Version) -> str:
    """The fingerprint that an animatic of the same inputs has."""
    job = version.job
    return fingerprint(
        image_sha256=job.image_sha256,
        audio_sha256=job.audio_sha256,
        prompt_text=job.prompt_text,
    )
