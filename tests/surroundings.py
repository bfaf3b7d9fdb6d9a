"""What surrounds every test: its database, its folders, and nothing remembered from another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import cache
from django.db import connections
from django.db.models.signals import post_migrate

from assets.preflight import thresholds
from jobs import rhythm

# No example has a deadline, since a busy machine would miss it, and every run tries the same ones.
hypothesis.settings.load_profile("ci")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as the studio runs it: threads and processes share it."""
    default = connections.databases["default"]
    if default["ENGINE"].endswith("sqlite3"):
        default["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Rights and content types, which the studio has no use for, are not made anew every time.

    Django makes them whenever a test with transactions of its own leaves the database empty.
    """
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.fixture(autouse=True)
def private_folders(settings: Any, tmp_path: Path) -> None:
    """Every test has its own folder for stored files and for temporary ones."""
    (tmp_path / "tmp").mkdir()
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "tmp"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "media")},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Else every client reads every static file there is before its first question.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def three_seconds_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' takes are short, so that a run is quick: here that is nothing to warn about."""
    enough = replace(thresholds.AUDIO_SHORT, value=2.0)
    monkeypatch.setattr(thresholds, "AUDIO_SHORT", enough)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Places in a line, keys of engines and what they took lately are those of this test."""
    cache.clear()
    rhythm._pace_of.cache_clear()


@pytest.fixture(autouse=True)
def no_nudges(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Messages to the workers, collected instead of sent: a test says itself who works."""
    sent: list[str] = []

    def collect(name: str, **_: Any) -> None:
        sent.append(name)

    monkeypatch.setattr("jobs.nudges.current_app.send_task", collect)
    return sent
