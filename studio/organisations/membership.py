"""Changing who is in an organisation, so that somebody always stays who may."""

from __future__ import annotations

from django.db import transaction

from studio.organisations.models import Member, Organisation, Role


class LastAdmin(Exception):
    """The change would leave the organisation without an admin; nothing was changed."""

    def __init__(self, member: Member) -> None:
        self.sentence = (
            f"{member.user} is the only admin of {member.organisation}. "
            "Make somebody else an admin first."
        )
        super().__init__(self.sentence)


@transaction.atomic
def give_role(member: Member, role: Role) -> None:
    """Give `member` another role. Raises LastAdmin."""
    if role != Role.ADMIN:
        _keep_an_admin(member)
    member.role = role
    member.save(update_fields=["role"])


@transaction.atomic
def remove(member: Member) -> None:
    """Take `member` out of the organisation; what the person made stays. Raises LastAdmin."""
    _keep_an_admin(member)
    member.delete()


def _keep_an_admin(member: Member) -> None:
    # Two admins who remove each other at once take turns on the organisation's row.
    Organisation.objects.select_for_update().get(pk=member.organisation.pk)
    others = Member.objects.filter(organisation=member.organisation, role=Role.ADMIN)
    if not others.exclude(pk=member.pk).exists():
        raise LastAdmin(member)
