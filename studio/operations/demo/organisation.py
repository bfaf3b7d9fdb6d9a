"""Makes the demo organisation, once; what people did in it since is never touched."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from assets import intake
from assets.models import AudioTake, Character, Look, TakeSource
from assets.presets import ship_presets
from studio.clips.models import add_clip
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project

FOLDER = Path(__file__).parent
SLUG = "demo"
#: For trying out on one's own machine; never made where a database was configured.
PASSWORD = "understudy demo"
PEOPLE = {
    Role.ADMIN: ("Ada Lindqvist", "ada@demo.example"),
    Role.APPROVER: ("Mara Petrović", "mara@demo.example"),
    Role.CREATOR: ("Jonas Weber", "jonas@demo.example"),
    Role.VIEWER: ("Li Wei", "li@demo.example"),
}


def make_demo_organisation() -> Organisation:
    """The demo organisation, made if it is not there yet."""
    there = Organisation.objects.filter(slug=SLUG).first()
    if there:
        return there
    with transaction.atomic():
        organisation = Organisation.objects.create(name="Demo studio", slug=SLUG)
        for role, (name, email) in PEOPLE.items():
            organisation.add_member(User.objects.create_user(email, name, PASSWORD), role)
        ship_presets(organisation)
        _make_project(organisation)
    return organisation


def shipped_file(name: str) -> SimpleUploadedFile:
    """A file of the demo material as if a person uploaded it."""
    return SimpleUploadedFile(name, (FOLDER / name).read_bytes())


def _make_project(organisation: Organisation) -> None:
    material: dict[str, Any] = json.loads((FOLDER / "material.json").read_text())
    creator = User.objects.get(email=PEOPLE[Role.CREATOR][1])
    project = Project.objects.create(
        organisation=organisation,
        name="Spring release",
        brief="Three short films for the spring release: a welcome, the first lesson of the "
        "recording course, and our opening hours.",
        budget_amount=Decimal("25.00"),
        created_by=creator,
    )
    looks = _make_looks(organisation, material["characters"], creator)
    takes = {
        take["id"]: intake.add_take(
            project=project,
            title=take["title"],
            file=shipped_file(take["file"]),
            script=take["script"],
            source=TakeSource.SYNTHESIS,
            by=creator,
        )
        for take in material["takes"]
    }
    for clip in material["clips"]:
        _make_clip(project, clip, looks, takes, creator)


def _make_looks(
    organisation: Organisation, characters: list[dict[str, Any]], by: User
) -> dict[str, Look]:
    looks: dict[str, Look] = {}
    for entry in characters:
        character = Character.objects.create(
            organisation=organisation, name=entry["name"], notes=entry["about"], created_by=by
        )
        for look in entry["looks"]:
            made = intake.add_look(character=character, file=shipped_file(look["file"]), by=by)
            made.art_style = look["art_style"]
            made.save(update_fields=["art_style"])
            looks[look["id"]] = made
    return looks


def _make_clip(
    project: Project,
    clip: dict[str, Any],
    looks: dict[str, Look],
    takes: dict[str, AudioTake],
    by: User,
) -> None:
    add_clip(
        project,
        title=clip["title"],
        engine_model=clip["model"],
        by=by,
        look=looks[clip["look"]],
        take=takes[clip["take"]],
        **clip["prompt"],
    )
