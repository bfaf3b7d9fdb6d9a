"""The database: it answers, has the tables of this version, and takes writes."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from jobs.models import EngineAccount
from studio.operations.doctor.check import Check, ok, problem, warning

SLOW_SECONDS = 0.25
#: The name of a row that is written and taken back; no account can be called that.
TRIAL_ROW = "(doctor)"


class _TakeBack(Exception):
    """Ends the trial's transaction, so that nothing of it stays."""


def examine() -> Iterator[Check]:
    """Answers, migrated, writable; after a first problem the rest says nothing new."""
    for check in (_answers, _migrated, _writable):
        try:
            found = check()
        except DatabaseError as error:
            yield problem(
                "database",
                f"It does not answer: {_first_line(error)}.",
                "Start the database server, and look at DATABASE_URL: host, port, name, password.",
            )
            return
        yield found


def _answers() -> Check:
    begin = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    seconds = time.monotonic() - begin
    what = f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}"
    if seconds > SLOW_SECONDS:
        return warning(
            "database",
            f"{what} needs {seconds:.1f} s to answer.",
            "Every page and every look asks it many times: bring it nearer, or relieve its host.",
        )
    return ok("database", f"{what} answers.")


def _migrated() -> Check:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = executor.loader.disk_migrations
    newer = sorted(
        f"{app}.{name}"
        for app, name in executor.loader.applied_migrations
        if app in executor.loader.migrated_apps and (app, name) not in known
    )
    if waiting:
        return problem(
            "database: tables",
            f"{len(waiting)} migrations are waiting, from {waiting[0][0]} on.",
            "Stop web, workers and beat, run manage.py migrate, and start them again.",
        )
    if newer:
        return warning(
            "database: tables",
            f"They are of a newer version of the studio: {', '.join(newer)}.",
            "Bring this host to the same version as the others.",
        )
    return ok("database: tables", "They are those of this version.")


def _writable() -> Check:
    try:
        with transaction.atomic():
            EngineAccount.objects.create(name=TRIAL_ROW)
            raise _TakeBack
    except _TakeBack:
        return ok("database: writing", "A row was written and taken back.")
    except DatabaseError as error:
        return problem(
            "database: writing",
            f"It refuses to write: {_first_line(error)}.",
            "Look at the free space of its disk and at the rights of the user (or of the file); "
            "a standby server takes no writes.",
        )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
