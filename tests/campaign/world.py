"""The studio before a run: organisations, projects, and a clip with a take of its own per job.

The takes differ in their file's name, by which the bill tells them apart; their bytes are a few
kinds only, so that the engine renders a few films and hands them out again. The look is a mascot,
measured like every other, and what a take of each kind sounds like is measured once.
"""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from assets.listening.measuring import measure_take
from assets.looking.facts import measure_picture
from assets.models import AudioTake, Character, CharacterKind, Look
from studio.clips.models import Clip
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project
from tests import media

ORGANISATIONS = 4
PROJECTS_EACH = 3
MODELS = ("kling-avatar-v2-standard", "kling-avatar-v2-pro")
#: Different lengths are different prices, so that money booked on the wrong job does not add up.
SECONDS = (2.2, 2.4, 2.7)


@dataclass(frozen=True, slots=True)
class Sound:
    """A kind of take: its bytes, its length, and what was measured in it."""

    data: bytes
    seconds: Decimal
    facts: dict[str, Any]

    @classmethod
    def of(cls, seconds: float) -> Sound:
        """One of this length."""
        data = media.make_mp3(seconds)
        with tempfile.NamedTemporaryFile(suffix=".mp3") as file:
            file.write(data)
            file.flush()
            facts = measure_take(Path(file.name), Path(file.name))
        return cls(data, Decimal(str(seconds)), facts.to_json())


@transaction.atomic
def build(jobs: int) -> None:
    """Write everything that `jobs` orders need, one clip each, in turns over all projects."""
    projects = [
        (project, look)
        for number in range(1, ORGANISATIONS + 1)
        for project, look in _organisation(number)
    ]
    sounds = [Sound.of(seconds) for seconds in SECONDS]
    takes, clips = [], []
    for index in range(jobs):
        project, look = projects[index % len(projects)]
        # Not the index modulo 3 alone: every project gets every length and both models.
        takes.append(_take(project, sounds[(index // len(projects)) % len(sounds)]))
        clips.append(_clip(project, look, takes[-1], index))
    AudioTake.objects.bulk_create(takes)
    Clip.objects.bulk_create(clips)


def _organisation(number: int) -> list[tuple[Project, Look]]:
    organisation = Organisation.objects.create(name=f"Team {number}", slug=f"team-{number}")
    admin = User.objects.create_user(f"admin@team-{number}.example", f"Admin {number}")
    organisation.add_member(admin, Role.ADMIN)
    look = _look(organisation, admin)
    projects = [
        Project.objects.create(
            organisation=organisation, name=f"Production {letter}", created_by=admin
        )
        for letter in "ABC"[:PROJECTS_EACH]
    ]
    return [(project, look) for project in projects]


def _look(organisation: Organisation, admin: User) -> Look:
    picture = media.make_png(320, 320)
    name = _stored(f"looks/{organisation.slug}.png", picture)
    character = Character.objects.create(
        organisation=organisation, name="Ines", kind=CharacterKind.MASCOT, created_by=admin
    )
    return Look.objects.create(
        character=character, number=1, image=name, thumbnail=name, content_type="image/png",
        width=320, height=320, size_bytes=len(picture), sha256="1" * 64, created_by=admin,
        facts=measure_picture(picture).to_json(),
    )  # fmt: skip


def _take(project: Project, sound: Sound) -> AudioTake:
    name = _stored(f"takes/{uuid.uuid4()}.mp3", sound.data)
    return AudioTake(
        project=project, title="Take", master=name, master_content_type="audio/mpeg",
        master_bytes=len(sound.data), master_sha256="2" * 64, master_seconds=sound.seconds,
        sample_rate=44_100, channels=1, peaks=[10, 60, 30], send_copy=name,
        send_content_type="audio/mpeg", send_bytes=len(sound.data), send_sha256="3" * 64,
        duration_seconds=sound.seconds, created_by=project.created_by,
        facts=sound.facts,
    )  # fmt: skip


def _clip(project: Project, look: Look, take: AudioTake, index: int) -> Clip:
    return Clip(
        project=project, position=index + 1, title=f"Clip {index + 1}",
        engine_model=MODELS[(index // 7) % len(MODELS)], look=look, take=take,
        style="Friendly presenter", motion="nods and opens one hand",
        camera="medium shot, static camera", atmosphere="soft natural light",
        created_by=project.created_by, changed_by=project.created_by,
    )  # fmt: skip


def _stored(name: str, content: bytes) -> str:
    file = Path(settings.MEDIA_ROOT) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return name
