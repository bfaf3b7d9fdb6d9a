"""`manage.py alive worker`: for the health checks of containers."""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from jobs import clock, heartbeats


class Command(BaseCommand):
    """Ends with 0 if a worker (or beat) of this host gave a sign of life lately, else with 1."""

    help = "Say whether the worker (or beat) of this host is alive."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=(heartbeats.WORKER, heartbeats.BEAT))
        parser.add_argument("--host", default=socket.gethostname(), help="default: this host")

    def handle(self, *args: Any, role: str, host: str, **options: Any) -> None:
        found = [
            one.name
            for one in heartbeats.alive(clock.now())
            if one.role == role and one.name.partition("@")[2] == host
        ]
        if not found:
            self.stderr.write(f"No {role} on {host} gave a sign of life lately.")
            sys.exit(1)
        self.stdout.write(f"Alive: {', '.join(found)}.")
