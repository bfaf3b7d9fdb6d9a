"""Who: people, the organisations they work in, and the role each has there."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.utils import timezone

INVITATION_LIFE = timedelta(days=14)


class Role(models.TextChoices):
    """What a member may do; each role may do all that the ones before it may."""

    VIEWER = "viewer", "Viewer"
    CREATOR = "creator", "Creator"
    APPROVER = "approver", "Approver"
    ADMIN = "admin", "Admin"

    @property
    def rank(self) -> int:
        """0 for viewer up to 3 for admin."""
        return list(Role).index(self)

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what `needed` may."""
        return self.rank >= needed.rank


class UserManager(BaseUserManager["User"]):
    """Makes people; the email address is the login name and is kept in lower case."""

    def create_user(self, email: str, name: str, password: str | None = None) -> User:
        """A person who can log in (or, without a password, only after a reset by mail)."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None) -> User:
        """An operator of this installation, with access to the Django admin."""
        user = self.create_user(email, name, password)
        user.is_staff = user.is_superuser = True
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Addresses are matched without regard to case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by the email address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("operator", default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name as the person writes it."""
        return self.name

    def get_short_name(self) -> str:
        """The first word of the name, for sentences such as "waits for Mara"."""
        return self.name.split(" ")[0] if self.name else self.email


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations, as far as a person may see them."""

    def of(self, user: User) -> OrganisationQuerySet:
        """Those in which `user` is a member."""
        return self.filter(members__user=user).distinct()


class Organisation(models.Model):
    """A tenant: everything else belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def add_member(self, user: User, role: Role) -> Member:
        """Make `user` a member with `role`; somebody who is one already keeps the higher role."""
        member, made = Member.objects.get_or_create(
            organisation=self, user=user, defaults={"role": role}
        )
        if not made and not member.may(role):
            member.role = role
            member.save(update_fields=["role"])
        return member


class Member(models.Model):
    """A person in an organisation, with a role."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["user__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="member_once_per_organisation"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="member_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    def may(self, role: Role) -> bool:
        """Whether this member's role covers `role`."""
        return Role(self.role).covers(role)


class Invitation(models.Model):
    """A link by which a person joins an organisation. Only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField("email address")
    role = models.CharField(max_length=10, choices=Role, default=Role.CREATOR)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="accepted_invitations"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"

    @classmethod
    def invite(
        cls, organisation: Organisation, *, email: str, role: Role, by: User
    ) -> tuple[Invitation, str]:
        """A new invitation and its token, which is shown once and cannot be had again."""
        token = secrets.token_urlsafe(32)
        invitation = cls.objects.create(
            organisation=organisation,
            email=email.lower(),
            role=role,
            invited_by=by,
            token_hash=_hash(token),
            expires_at=timezone.now() + INVITATION_LIFE,
        )
        return invitation, token

    @classmethod
    def find(cls, token: str) -> Invitation | None:
        """The open invitation of this token, or None if unknown, used, withdrawn or expired."""
        return (
            cls.objects.select_related("organisation", "invited_by")
            .filter(
                token_hash=_hash(token),
                accepted_at=None,
                withdrawn_at=None,
                expires_at__gt=timezone.now(),
            )
            .first()
        )

    @transaction.atomic
    def accept(self, *, by: User) -> bool:
        """Make `by` a member. False if somebody else used the invitation first."""
        won = Invitation.objects.filter(pk=self.pk, accepted_at=None, withdrawn_at=None).update(
            accepted_at=timezone.now(), accepted_by=by
        )
        if won:
            self.organisation.add_member(by, Role(self.role))
        return bool(won)

    def withdraw(self) -> bool:
        """Make the link worthless. False if it was used already."""
        return bool(
            Invitation.objects.filter(pk=self.pk, accepted_at=None).update(
                withdrawn_at=timezone.now()
            )
        )


def _hash(token: str) -> str:
    # The token has 256 random bits, so a plain digest is enough.
    return hashlib.sha256(token.encode()).hexdigest()
