"""Making an organisation and its first admin."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.text import slugify

from studio.organisations.models import Organisation, Role, User


@dataclass(frozen=True, slots=True)
class Founded:
    """A new organisation with its admin; `is_new_person` if the admin had no account before."""

    organisation: Organisation
    admin: User
    is_new_person: bool


@transaction.atomic
def found(*, name: str, admin_email: str, admin_name: str) -> Founded:
    """A new organisation whose admin is the person of that address, who is made if unknown."""
    organisation = Organisation.objects.create(name=name, slug=free_slug(name))
    known = User.objects.filter(email__iexact=admin_email).first()
    admin = known or User.objects.create_user(admin_email, admin_name)
    organisation.add_member(admin, Role.ADMIN)
    return Founded(organisation, admin, is_new_person=known is None)


def free_slug(name: str) -> str:
    """A slug for `name` that no organisation has; random where the name has no Latin letters."""
    wanted = slugify(name)[:48].strip("-") or "studio"
    slug = wanted
    while Organisation.objects.filter(slug=slug).exists():
        slug = f"{wanted}-{secrets.token_hex(3)}"
    return slug


def password_link(user: User) -> str:
    """An address where `user` sets a password; it works once and for PASSWORD_RESET_TIMEOUT."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password_reset_confirm", args=[uid, default_token_generator.make_token(user)])
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"
