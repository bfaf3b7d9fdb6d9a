"""Is this process alive, and may it get requests?"""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"alive": True})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Database there and migrated, storage there; 503 with what is missing otherwise.

    Not the broker: without it every page works and every order is kept; only the nudge is lost,
    and the workers find the row by themselves. A proxy must not turn people away for that.
    """
    problems = [sentence for sentence in (_database(), _storage()) if sentence]
    facts = {"ready": not problems, "problems": problems}
    return JsonResponse(facts, status=503 if problems else 200)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "The database does not answer."
    return "Migrations are waiting: run manage.py migrate." if waiting else ""


def _storage() -> str:
    try:
        default_storage.exists("ready")
    except Exception:
        return "The storage does not answer."
    return ""
