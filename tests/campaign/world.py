"""The studio before a run: organisations, projects, and a clip with a take of its own per job.

The takes differ in their file's name, by which the bill tells them apart; their bytes are a few
kinds only, so that the engine renders a few films and hands them out again.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction

from assets.models import AudioTake, Character, Look
from studio.clips.models import Clip
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project
from tests import media

ORGANISATIONS = 4
PROJECTS_EACH = 3
MODELS = ("kling-avatar-v2-standard", "kling-avatar-v2-pro")
#: Different lengths are different prices, so that money booked on the wrong job does not add up.
SECONDS = (2.2, 2.4, 2.7)


@transaction.atomic
def build(jobs: int) -> None:
    """Write everything that `jobs` orders need, one clip each, in turns over all projects."""
    projects = [
        (project, look)
        for number in range(1, ORGANISATIONS + 1)
        for project, look in _organisation(number)
    ]
    sounds = {seconds: media.make_mp3(seconds) for seconds in SECONDS}
    takes, clips = [], []
    for index in range(jobs):
        project, look = projects[index % len(projects)]
        # Not the index modulo 3 alone: every project gets every length and both models.
        seconds = SECONDS[(index // len(projects)) % len(SECONDS)]
        takes.append(_take(project, seconds, sounds[seconds]))
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
    character = Character.objects.create(organisation=organisation, name="Ines", created_by=admin)
    return Look.objects.create(
        character=character, number=1, image=name, thumbnail=name, content_type="image/png",
        width=320, height=320, size_bytes=len(picture), sha256="1" * 64, created_by=admin,
    )  # fmt: skip


def _take(project: Project, seconds: float, sound: bytes) -> AudioTake:
    name = _stored(f"takes/{uuid.uuid4()}.mp3", sound)
    return AudioTake(
        project=project, title="Take", master=name, master_content_type="audio/mpeg",
        master_bytes=len(sound), master_sha256="2" * 64, master_seconds=Decimal(str(seconds)),
        sample_rate=44_100, channels=1, peaks=[10, 60, 30], send_copy=name,
        send_content_type="audio/mpeg", send_bytes=len(sound), send_sha256="3" * 64,
        duration_seconds=Decimal(str(seconds)), created_by=project.created_by,
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
