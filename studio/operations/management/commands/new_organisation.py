"""`manage.py new_organisation "Nordlicht Film" --admin olga@example.org --name "Olga Brandt"`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from assets.presets import ship_presets
from studio.organisations.founding import Founded, found, password_link


class Command(BaseCommand):
    """Makes an organisation with its first admin and the shipped presets."""

    help = "Make an organisation with its first admin and presets; prints how the admin gets in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What it is called and who runs it."""
        parser.add_argument("organisation", help="what the organisation is called")
        parser.add_argument("--admin", required=True, metavar="EMAIL", help="the admin's address")
        parser.add_argument("--name", required=True, help="the admin's name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, or raise CommandError with a sentence."""
        name, email, person = (options[key].strip() for key in ("organisation", "admin", "name"))
        if not (name and person):
            raise CommandError("Give the organisation and its admin a name.")
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"“{email}” is not an email address.") from None
        with transaction.atomic():
            founded = found(name=name, admin_email=email, admin_name=person)
            ship_presets(founded.organisation)
        slug = founded.organisation.slug
        self.stdout.write(f"{name} is ready at {settings.PUBLIC_URL} ({slug}).")
        self.stdout.write(_way_in(founded))


def _way_in(founded: Founded) -> str:
    if founded.admin.has_usable_password():
        return f"{founded.admin} is its admin and signs in as before ({founded.admin.email})."
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    return (
        f"{founded.admin} is its admin and sets a password here, within {days} days:\n"
        f"{password_link(founded.admin)}"
    )
