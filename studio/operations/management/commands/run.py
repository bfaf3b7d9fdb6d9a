"""`manage.py run`: the whole studio on this machine, until Ctrl-C."""

import io
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

from studio.env import SettingsError
from studio.operations.ports import AlreadyRunning, free_addresses, only_one
from studio.operations.processes import (
    PROGRAMS,
    ROOT,
    ProcessDied,
    Processes,
    interrupted_by_signals,
)


class Command(BaseCommand):
    """Migrates, makes the demo organisation, starts web, worker, beat and the sandbox engine."""

    help = "Start the studio with everything it needs; Ctrl-C stops it and keeps its data."
    requires_system_checks = []  # `make lint` runs them; here they would only delay the start

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-demo",
            action="store_true",
            help="do not make the demo organisation and its people",
        )

    def handle(self, *args: Any, without_demo: bool, **options: Any) -> None:
        with interrupted_by_signals():
            try:
                self._run(without_demo=without_demo)
            except KeyboardInterrupt:
                self.stdout.write(f"Stopped. What you made stays in {_short(settings.DATA_DIR)}.")
            except (AlreadyRunning, SettingsError, ProcessDied) as refused:
                self.stderr.write(str(refused))
                sys.exit(1)

    def _run(self, *, without_demo: bool) -> None:
        env = free_addresses(os.environ)
        address = f"http://127.0.0.1:{env['PORT']}"
        with only_one(settings.DATA_DIR, address):
            self.stdout.write(f"Preparing the data in {_short(settings.DATA_DIR)} ...")
            call_command("migrate", interactive=False, verbosity=0)
            logins = io.StringIO()
            if not without_demo:
                call_command("demo_organisation", stdout=logins)
            connections.close_all()
            self.stdout.write(f"Starting {', '.join(PROGRAMS)} ...")
            with Processes(env=env) as studio:
                self._welcome(address, env["PUBLIC_URL"], logins.getvalue().strip())
                try:
                    studio.watch()
                except KeyboardInterrupt:
                    self.stdout.write("\nStopping (once more Ctrl-C: at once) ...")
                    raise

    def _welcome(self, address: str, public_url: str, logins: str) -> None:
        self.stdout.write("")
        self.stdout.write(self.style.SUCCESS(f"The studio is at {address}"))
        if public_url != address:
            self.stdout.write(f"Others reach it at {public_url} (PUBLIC_URL).")
        if logins:
            self.stdout.write(f"\n{logins}")
        logs = _short(settings.DATA_DIR / "logs")
        self.stdout.write(f"\nLogs are in {logs}/. Ctrl-C stops the studio and keeps its data.")


def _short(path: Path) -> str:
    """Relative to the clone where it lies inside."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
