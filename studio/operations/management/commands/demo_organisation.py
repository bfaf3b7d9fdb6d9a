"""`manage.py demo_organisation`: make the demo organisation if it is missing, print the logins."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from studio.operations.demo.organisation import PASSWORD, PEOPLE, make_demo_organisation


class Command(BaseCommand):
    """Idempotent: what people did in the organisation since is never touched."""

    help = "Make the demo organisation if it is missing, and print its logins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say how to log in."""
        organisation = make_demo_organisation()
        self.stdout.write(f"{organisation.name}: log in with the password “{PASSWORD}” as")
        for role, (name, email) in PEOPLE.items():
            self.stdout.write(f"  {email:20} {name} ({role.label.lower()})")
