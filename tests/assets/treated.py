"""Takes for the tests of treatments: brought in whole, and what is known of them."""

from __future__ import annotations

from pathlib import Path

from assets.intake import add_take
from assets.listening.facts import TakeFacts
from assets.listening.measuring import measure_sound
from assets.models import AudioTake
from assets.treating.treatment import Treatment
from studio.organisations.models import User
from studio.projects.models import Project
from tests.assets.preflight.hearing import Sound, stored
from tests.assets.uploads import upload

RATE = 44_100
TRIM = Treatment(trim_over=1.0)
LOUD = Treatment(loudness=True)


def brought_in(folder: Path, voice: Sound, project: Project, by: User) -> AudioTake:
    """A take of the voice, as it comes in."""
    data = stored(folder, voice).read_bytes()
    return add_take(project=project, title="Intro", file=upload("a.wav", data), by=by)


def facts_of(folder: Path, voice: Sound) -> TakeFacts:
    """What is measured in the voice."""
    return measure_sound(stored(folder, voice))


def known(take: AudioTake) -> TakeFacts:
    """The facts that are stored with the take."""
    facts = TakeFacts.from_json(take.facts)
    assert facts is not None
    return facts
