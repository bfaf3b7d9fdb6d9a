"""Making links for people outside, and seeing what happened on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.projects.models import Project
from studio.reviews.models import Guest, Happening, LinkEvent, ReviewLink, Rights

LIVES = (("1", "one day"), ("3", "three days"), ("7", "a week"), ("14", "two weeks"),
         ("30", "30 days"), ("90", "90 days"))  # fmt: skip
PASSPHRASE_CHARACTERS = 8
WHOLE_PROJECT = "project"


class LinkForm(forms.Form):
    """To what, for whom, for how long, and what they may do."""

    name = forms.CharField(
        max_length=120,
        label="For whom",
        help_text="Only your team reads this: “Client”, “Legal”.",
    )
    to = forms.ChoiceField(label="What they see", choices=())
    rights = forms.ChoiceField(
        label="What they may do", choices=Rights.choices, initial=Rights.COMMENT,
        help_text="A guest's decision is recorded and shown. It does not count towards the "
        "approvals that the project needs.",
    )  # fmt: skip
    days = forms.ChoiceField(label="Open for", choices=LIVES, initial="14")
    passphrase = forms.CharField(
        min_length=PASSPHRASE_CHARACTERS,
        max_length=200,
        required=False,
        help_text="Tell it by another way than the link. It is not shown again.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    may_download = forms.BooleanField(
        label="They may download the master", required=False,
        help_text="A downloaded file carries no watermark.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, project: Project, pinned: Version | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.targets = _targets(project, pinned)
        chosen = self.fields["to"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(key, words) for key, (words, _) in self.targets.items()]
        if pinned:
            self.initial.setdefault("to", str(pinned.pk))

    def make(self, *, by: User) -> tuple[ReviewLink, str]:
        """The link that was asked for, and its address, which is shown once."""
        said = self.cleaned_data
        link, token = ReviewLink.make(
            to=self.targets[said["to"]][1],
            name=said["name"],
            rights=said["rights"],
            expires_at=timezone.now() + timedelta(days=int(said["days"])),
            passphrase=said["passphrase"],
            may_download=said["may_download"],
            by=by,
        )
        return link, f"{settings.PUBLIC_URL.rstrip('/')}{reverse('guest_door', args=[token])}"


def _targets(
    project: Project, pinned: Version | None
) -> dict[str, tuple[str, Version | Clip | Project]]:
    found: dict[str, tuple[str, Version | Clip | Project]] = {}
    if pinned:
        found[str(pinned.pk)] = (f"{pinned.clip}: always v{pinned.number}", pinned)
    found[WHOLE_PROJECT] = ("The whole project: the latest version of each clip", project)
    clips = list(project.clips.open())
    for clip in clips:
        found[str(clip.pk)] = (f"{clip}: its latest version", clip)
    latest = Version.objects.filter(clip__in=clips).latest_per_clip().select_related("clip")
    for version in latest.order_by("clip__position"):
        words = f"{version.clip}: always v{version.number}"
        found.setdefault(str(version.pk), (words, version))
    return found


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link with what became of it."""

    link: ReviewLink
    guests: int
    played: int
    last_at: Any
    maker_has_left: bool


_FIGURES = ("guest_count", "played", "last_at", "maker_has_left")


def links_of(project: Project) -> list[LinkRow]:
    """All links of a project, open ones first; one query.

    Each figure is asked by itself: joined, every guest of a link would meet every event of it.
    """
    guests = Guest.objects.filter(link=OuterRef("pk"))
    events = LinkEvent.objects.filter(link=OuterRef("pk"))
    rows = (
        ReviewLink.objects.filter(project=project)
        .with_makers()
        .select_related("project", "clip", "version__clip", "created_by", "revoked_by")
        .annotate(
            guest_count=_count(guests),
            played=_count(events.filter(what=Happening.VIEWED)),
            last_at=Subquery(events.order_by("-at").values("at")[:1]),
        )
        .order_by("-created_at")
    )
    found = [LinkRow(one, *(getattr(one, name) for name in _FIGURES)) for one in rows]
    return sorted(found, key=lambda row: not row.link.is_open)


def _count(rows: QuerySet[Any]) -> Coalesce:
    of_link = rows.order_by().values("link").annotate(count=Count("pk"))
    return Coalesce(Subquery(of_link.values("count")), 0)


def pinned_version(project: Project, asked: str) -> Version | None:
    """The version of `?version=`, if it is one of this project."""
    try:
        pk = UUID(asked)
    except ValueError:
        return None
    versions = Version.objects.filter(clip__project=project, clip__removed_at=None)
    return versions.select_related("clip__project").filter(pk=pk).first()
