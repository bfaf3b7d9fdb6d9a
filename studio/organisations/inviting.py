"""Asking somebody in: the invitation, its link, and the mail that carries the link."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from studio.organisations.models import Invitation, Organisation, Role, User

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh invitation; `link` is shown once and cannot be had again."""

    invitation: Invitation
    link: str
    was_mailed: bool


def invite(organisation: Organisation, *, email: str, role: Role, by: User) -> Invited:
    """Invite `email` and mail the link. An older open invitation of the address is withdrawn.

    A mail server that does not answer is no reason to fail: `was_mailed` is False then, and the
    person passes the link on.
    """
    with transaction.atomic():
        for older in pending(organisation).filter(email__iexact=email):
            older.withdraw()
        invitation, token = Invitation.invite(organisation, email=email, role=role, by=by)
    link = f"{settings.PUBLIC_URL.rstrip('/')}{reverse('invitation', args=[token])}"
    return Invited(invitation, link, was_mailed=_mail(invitation, link))


def pending(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations that can still be used, newest first."""
    return organisation.invitations.filter(
        accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
    ).select_related("invited_by")


def _mail(invitation: Invitation, link: str) -> bool:
    words = {"invitation": invitation, "link": link}
    try:
        send_mail(
            render_to_string("organisations/invitation_subject.txt", words).strip(),
            render_to_string("organisations/invitation_email.txt", words),
            None,
            [invitation.email],
        )
    except (SMTPException, OSError) as error:
        log.warning("The invitation %s could not be mailed: %s", invitation.pk, error)
        return False
    return True
