"""What was said, and files of it, as the tests of exports read them."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.models import Comment


def say(
    version: Version, by: User, frame: int, text: str = "Lips are late", **more: Any
) -> Comment:
    """A member's comment."""
    return Comment.objects.create(version=version, author=by, frame=frame, text=text, **more)


def export(client: Client, of: Version | Project, kind: str) -> Any:
    """The file of a version's or a project's comments."""
    name = "export_version" if isinstance(of, Version) else "export_project"
    return client.get(reverse(name, args=[of.pk, kind]))
