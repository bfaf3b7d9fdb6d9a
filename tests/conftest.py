"""One cast of people and one small production, used by all tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from assets.models import AudioTake, Character, Look
from jobs import animatics
from jobs.models import Animatic, AvatarJob, Drawing, State, Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project
from tests import good_facts, media
from tests.surroundings import (
    django_db_modify_db_settings,
    django_db_setup,
    no_nudges,
    nothing_remembered,
    private_folders,
    three_seconds_are_enough,
)

STANDARD = "kling-avatar-v2-standard"

__all__ = [
    "django_db_modify_db_settings",
    "django_db_setup",
    "no_nudges",
    "nothing_remembered",
    "private_folders",
    "three_seconds_are_enough",
]


@pytest.fixture
def studio_org(db: None) -> Organisation:
    return Organisation.objects.create(name="Nordlicht Film", slug="nordlicht")


def person(organisation: Organisation, name: str, role: Role) -> User:
    email = f"{name.lower()}@{organisation.slug}.example"
    user = User.objects.create_user(email, name, "a password")
    organisation.add_member(user, role)
    return user


@pytest.fixture
def owner(studio_org: Organisation) -> User:
    """Admin."""
    return person(studio_org, "Olga", Role.ADMIN)


@pytest.fixture
def teammate(studio_org: Organisation) -> User:
    """Creator."""
    return person(studio_org, "Theo", Role.CREATOR)


@pytest.fixture
def approver(studio_org: Organisation) -> User:
    return person(studio_org, "Mara", Role.APPROVER)


@pytest.fixture
def ben(studio_org: Organisation) -> User:
    """A second approver."""
    return person(studio_org, "Ben", Role.APPROVER)


@pytest.fixture
def viewer(studio_org: Organisation) -> User:
    return person(studio_org, "Vik", Role.VIEWER)


@pytest.fixture
def outsider(db: None) -> User:
    """Admin of another organisation."""
    elsewhere = Organisation.objects.create(name="Elsewhere", slug="elsewhere")
    return person(elsewhere, "Uwe", Role.ADMIN)


@pytest.fixture
def as_(db: None) -> Callable[[User], Client]:
    """`as_(teammate).get(...)`: a browser in which this person is logged in."""

    def login(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return login


@pytest.fixture
def project(studio_org: Organisation, teammate: User) -> Project:
    return Project.objects.create(
        organisation=studio_org, name="Onboarding 2027", created_by=teammate
    )


@pytest.fixture
def character(studio_org: Organisation, teammate: User) -> Character:
    return Character.objects.create(organisation=studio_org, name="Ines", created_by=teammate)


@pytest.fixture
def look(character: Character, teammate: User) -> Look:
    picture = media.make_png(720, 720)
    return Look.objects.create(
        character=character,
        number=1,
        image=ContentFile(picture, name="look.png"),
        thumbnail=ContentFile(picture, name="look.png"),
        content_type="image/png",
        width=1080,
        height=1080,
        size_bytes=len(picture),
        sha256="1" * 64,
        facts=good_facts.look_facts(),
        created_by=teammate,
    )


@pytest.fixture
def take(project: Project, teammate: User) -> AudioTake:
    sound = media.make_mp3(3)
    return AudioTake.objects.create(
        project=project,
        title="Welcome",
        script="Welcome to the team.",
        master=ContentFile(sound, name="take.mp3"),
        master_content_type="audio/mpeg",
        master_bytes=len(sound),
        master_sha256="2" * 64,
        master_seconds=Decimal("3.000"),
        sample_rate=44_100,
        channels=1,
        peaks=[10, 60, 30] * 40,
        send_copy=ContentFile(sound, name="take.mp3"),
        send_content_type="audio/mpeg",
        send_bytes=len(sound),
        send_sha256="3" * 64,
        duration_seconds=Decimal("3.000"),
        facts=good_facts.take_facts(),
        created_by=teammate,
    )


@pytest.fixture
def clip(project: Project, look: Look, take: AudioTake, teammate: User) -> Clip:
    """A clip with everything it needs."""
    return add_clip(
        project,
        title="Welcome",
        engine_model=STANDARD,
        by=teammate,
        look=look,
        take=take,
        style="Friendly presenter",
        motion="nods and opens one hand",
        camera="medium shot, static camera",
        atmosphere="soft natural light",
    )


def make_job(clip: Clip, by: User, number: int = 1, **fields: Any) -> AvatarJob:
    """A job row in any state, with the clip's inputs as its snapshot."""
    assert clip.look and clip.take
    defaults: dict[str, Any] = {
        "look": clip.look,
        "take": clip.take,
        "prompt_text": clip.prompt_text,
        "prompt_slots": clip.prompt_slots(),
        "account": "sandbox",
        "engine": "sandbox",
        "engine_model": clip.engine_model,
        "image_sha256": clip.look.sha256,
        "audio_sha256": clip.take.send_sha256,
        "duration_seconds": clip.take.duration_seconds,
        "rate_amount": Decimal("0.056"),
        "price_amount": Decimal("0.1680"),
        "currency": "USD",
    }
    return AvatarJob.objects.create(
        clip=clip, number=number, requested_by=by, **(defaults | fields)
    )


def make_version(job: AvatarJob, **fields: Any) -> Version:
    """A finished video of `job`, which becomes `succeeded`; its files hold little."""
    AvatarJob.objects.filter(pk=job.pk).update(
        state=State.SUCCEEDED, handle=job.handle or f"task_{job.pk}", next_at=None
    )
    job.refresh_from_db()
    defaults: dict[str, Any] = {
        "video": ContentFile(b"video" * 100, name="video.mp4"),
        "video_bytes": 500,
        "sha256": f"{job.number:064x}",
        "duration_seconds": Decimal("3.000"),
        "width": 720,
        "height": 720,
        "review_copy": ContentFile(b"review" * 100, name="review.mp4"),
        "rate_numerator": 25,
        "rate_denominator": 1,
        "frames": 75,
        "poster": ContentFile(media.make_jpeg(64, 64), name="poster.jpg"),
        "film_strip": ContentFile(media.make_jpeg(64, 64), name="strip.jpg"),
        "film_strip_tiles": 12,
    }
    return Version.objects.create(job=job, clip=job.clip, number=job.number, **(defaults | fields))


def make_animatic(clip: Clip, by: User, **fields: Any) -> Animatic:
    """An animatic of what `clip` has chosen, ready to be watched; its files hold little."""
    asked, _ = animatics.draft(clip, by=by)
    drawn: dict[str, Any] = {
        "state": Drawing.READY,
        "video": ContentFile(b"video" * 100, name="video.mp4"),
        "sha256": f"{asked.number:064x}",
        "width": 720,
        "height": 720,
        "rate_numerator": 25,
        "rate_denominator": 1,
        "frames": 75,
        "poster": ContentFile(media.make_jpeg(64, 64), name="poster.jpg"),
        "film_strip": ContentFile(media.make_jpeg(64, 64), name="strip.jpg"),
        "film_strip_tiles": 12,
        "progress": 100,
    }
    for name, value in (drawn | fields).items():
        setattr(asked, name, value)
    asked.save()
    return asked


@pytest.fixture
def job(clip: Clip, teammate: User) -> AvatarJob:
    """A queued job without its money row; order one where money matters."""
    return make_job(clip, teammate)


@pytest.fixture
def version(clip: Clip, teammate: User) -> Version:
    """v1, made by the teammate an hour ago."""
    made = make_version(make_job(clip, teammate))
    Version.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(hours=1))
    made.refresh_from_db()
    return made
