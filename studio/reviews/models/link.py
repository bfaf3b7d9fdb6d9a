"""Links for people without an account: what each may see and do, for how long."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import Member, Organisation, User
from studio.projects.models import Project


class Rights(models.TextChoices):
    """What a guest may do; each may do all that the ones before may."""

    LOOK = "look", "Look"
    COMMENT = "comment", "Look and comment"
    APPROVE = "approve", "Look, comment and decide"


class ReviewLinkQuerySet(models.QuerySet["ReviewLink"]):
    """Links, as far as a person may see them."""

    def visible_to(self, user: User) -> ReviewLinkQuerySet:
        """Links into the projects that the person sees."""
        return self.filter(project__in=Project.objects.visible_to(user).values("pk"))

    def standing(self) -> ReviewLinkQuerySet:
        """Those that are neither revoked nor too old, resting ones among them."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def open(self) -> ReviewLinkQuerySet:
        """Those that still open; links into an archived project rest until it is reopened."""
        return self.standing().filter(project__archived_at=None)

    def with_makers(self) -> ReviewLinkQuerySet:
        """With `maker_has_left`: whether who made it is no member any more."""
        member = Member.objects.filter(
            user=OuterRef("created_by"), organisation=OuterRef("project__organisation")
        )
        return self.annotate(maker_has_left=~Exists(member))


class ReviewLink(models.Model):
    """A way in without an account, to one version, to a clip's latest, or to a whole project's.

    Only the hash of its token is kept, and only the hash of its passphrase.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="review_links")
    clip = models.ForeignKey(
        Clip, models.CASCADE, null=True, blank=True, related_name="review_links"
    )
    version = models.ForeignKey(
        Version, models.CASCADE, null=True, blank=True, related_name="review_links"
    )
    name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    passphrase_hash = models.CharField(max_length=200, blank=True, editable=False)
    rights = models.CharField(max_length=10, choices=Rights, default=Rights.COMMENT)
    may_download = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReviewLinkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(version=None) | Q(clip=None), name="review_link_to_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(rights__in=Rights.values), name="review_link_rights_are_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def make(
        cls,
        *,
        to: Version | Clip | Project,
        name: str,
        rights: Rights | str,
        expires_at: datetime,
        by: User,
        passphrase: str = "",
        may_download: bool = False,
    ) -> tuple[ReviewLink, str]:
        """A new link and its token, which is shown once and cannot be had again."""
        token = secrets.token_urlsafe(32)
        link = cls.objects.create(
            project=project_of(to),
            clip=to if isinstance(to, Clip) else None,
            version=to if isinstance(to, Version) else None,
            name=name,
            token_hash=hash_of(token),
            passphrase_hash=make_password(passphrase) if passphrase else "",
            rights=rights,
            may_download=may_download,
            expires_at=expires_at,
            created_by=by,
        )
        return link, token

    @classmethod
    def find(cls, token: str, *, at_rest: bool = False) -> ReviewLink | None:
        """The open link of this token, or None if unknown, revoked or expired; `at_rest`: also
        one that leads nowhere for as long as its project is archived."""
        digest = hash_of(token)
        links = cls.objects.standing() if at_rest else cls.objects.open()
        link = (
            links.select_related("project__organisation", "clip", "version", "created_by")
            .filter(token_hash=digest)
            .first()
        )
        # The index has compared already; this comparison tells nothing by the time it takes.
        return link if link and hmac.compare_digest(link.token_hash, digest) else None

    @property
    def organisation(self) -> Organisation:
        """The organisation of its project."""
        return self.project.organisation

    @property
    def is_open(self) -> bool:
        """Whether it leads anywhere now."""
        return not (self.has_ended or self.is_resting)

    @property
    def has_ended(self) -> bool:
        """Whether it is revoked or too old; neither is ever undone."""
        return self.revoked_at is not None or self.expires_at <= timezone.now()

    @property
    def is_resting(self) -> bool:
        """Whether it leads nowhere for as long as its project is archived."""
        return self.project.archived_at is not None

    @property
    def needs_passphrase(self) -> bool:
        """Whether a guest has to know one."""
        return bool(self.passphrase_hash)

    @property
    def may_comment(self) -> bool:
        """Whether its guests may say something."""
        return self.rights in (Rights.COMMENT, Rights.APPROVE)

    @property
    def may_decide(self) -> bool:
        """Whether its guests may say whether they approve."""
        return self.rights == Rights.APPROVE

    @property
    def goes_to(self) -> str:
        """Where it leads, in words."""
        if self.version:
            return f"“{self.version.clip}”, always v{self.version.number}"
        if self.clip:
            return f"“{self.clip}”, its latest version"
        return "the whole project, the latest version of each clip"

    def takes(self, passphrase: str) -> bool:
        """Whether this is its passphrase."""
        return not self.passphrase_hash or check_password(passphrase, self.passphrase_hash)

    def versions(self) -> models.QuerySet[Version]:
        """What a guest sees now, in running order: nothing else exists for a guest.

        A version that browsers cannot play yet has not taken the place of the one before.
        """
        shown = _watchable().filter(clip__project=self.project_id, clip__removed_at=None)
        if self.version_id:
            shown = shown.filter(pk=self.version_id)
        else:
            newer = _watchable().filter(clip=OuterRef("clip"), number__gt=OuterRef("number"))
            shown = shown.filter(~Exists(newer))
            if self.clip_id:
                shown = shown.filter(clip=self.clip_id)
        return shown.select_related("clip__project__organisation", "job__take").order_by(
            "clip__position", "number"
        )

    def revoke(self, *, by: User) -> bool:
        """Make it worthless at once. False if somebody did so before."""
        return bool(
            ReviewLink.objects.filter(pk=self.pk, revoked_at=None).update(
                revoked_at=timezone.now(), revoked_by=by
            )
        )


def _watchable() -> models.QuerySet[Version]:
    return Version.objects.filter(Q(video_plays=True) | ~Q(review_copy=""))


def project_of(thing: Version | Clip | Project) -> Project:
    """The project that a link to `thing` belongs to."""
    if isinstance(thing, Version):
        return thing.clip.project
    return thing.project if isinstance(thing, Clip) else thing


def hash_of(token: str) -> str:
    """What is kept of a token; it has 256 random bits, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
