"""What of the happenings goes to webhooks, as facts that a program reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from jobs import clock
from jobs.models import Animatic, Version
from studio.notifications.happenings import Happenings
from studio.notifications.models import Message, Webhook
from studio.notifications.news import DID, path_of, place_of
from studio.organisations.models import Organisation, User
from studio.projects.models import Project, Visibility
from studio.reviews.models import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in a project, as a webhook is told it."""

    key: str
    name: str
    at: datetime
    project: Project
    facts: dict[str, Any]


def post_all(found: Happenings) -> int:
    """Write a message for each webhook and event, once; how many were written.

    Projects that only their members see are left out: a webhook has more readers than they do.
    """
    events: dict[UUID, list[Event]] = defaultdict(list)
    for event in events_of(found):
        if event.project.visibility == Visibility.ORGANISATION:
            events[event.project.organisation_id].append(event)
    webhooks = Webhook.objects.filter(organisation__in=events.keys(), removed_at=None)
    now = clock.now()
    rows = [
        Message(webhook=one, key=event.key, event=event.name, facts=event.facts, next_at=now)
        for one in webhooks
        for event in events[one.organisation_id]
        if event.at >= one.created_at  # a new webhook is not told what happened before it
    ]
    known = set(
        Message.objects.filter(key__in={row.key for row in rows}).values_list("webhook", "key")
    )
    fresh = [row for row in rows if (row.webhook_id, row.key) not in known]
    Message.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def test_message(webhook: Webhook, *, by: User) -> Message:
    """A message that says that it is a test; it is due at once."""
    now = clock.now()
    facts = _facts(
        "test", webhook.organisation, now, f"{by} tests this webhook",
        reverse("webhooks", args=[webhook.organisation.slug]),
    )  # fmt: skip
    return Message.objects.create(
        webhook=webhook, key=f"test:{now.isoformat()}", event="test", facts=facts, next_at=now
    )


def events_of(found: Happenings) -> Iterator[Event]:
    """All of them."""
    for comment in found.comments:
        sentence = f"{comment.said_by} commented on {place_of(comment)}"
        yield _event(
            "comment", comment.pk, comment.footage, comment.created_at, sentence, path_of(comment),
            by=str(comment.said_by), is_guest=comment.guest_id is not None, text=comment.text,
            frame=comment.frame, timecode=comment.timecode,
        )  # fmt: skip
    for decision in found.decisions:
        yield _decision(decision, str(decision.by), is_guest=False)
    for by_guest in found.guest_decisions:
        yield _decision(by_guest, f"{by_guest.guest}, a guest,", is_guest=True)
    for version in found.versions:
        path = reverse("review", args=[version.pk])
        sentence = f"{version} is ready to be reviewed"
        yield _event("version", version.pk, version, version.created_at, sentence, path)
    for job in found.failed:
        facts = _facts(
            "job.failed", job.clip.project.organisation, job.state_at, f"{job} failed",
            reverse("job", args=[job.pk]), text=job.error_message, project=str(job.clip.project),
        )  # fmt: skip
        yield Event(
            key=f"failed:{job.pk}", name="job.failed", at=job.state_at,
            project=job.clip.project, facts=facts,
        )  # fmt: skip


def _decision(decision: Any, who: str, *, is_guest: bool) -> Event:
    version = decision.version
    return _event(
        "decision", decision.pk, version, decision.at,
        f"{who} {DID[Verdict(decision.verdict)]} {version}", reverse("review", args=[version.pk]),
        by=who.removesuffix(", a guest,"), is_guest=is_guest, verdict=decision.verdict,
        text=decision.reason, sha256=decision.version_sha256,
    )  # fmt: skip


def _event(
    name: str, pk: UUID, footage: Version | Animatic, at: datetime, sentence: str, path: str,
    **more: object,
) -> Event:  # fmt: skip
    clip = footage.clip
    about = {"id": str(footage.pk), "clip": str(clip), "number": footage.number}
    facts = _facts(
        f"{name}.new", footage.organisation, at, sentence, path, project=str(clip.project),
        **{footage.noun: about}, **more,
    )  # fmt: skip
    return Event(key=f"{name}:{pk}", name=f"{name}.new", at=at, project=clip.project, facts=facts)


def _facts(
    event: str, organisation: Organisation, at: datetime, sentence: str, path: str, **more: object
) -> dict[str, Any]:
    return {
        "event": event,
        "at": at.isoformat(),
        "organisation": organisation.slug,
        "sentence": sentence,
        "url": f"{settings.PUBLIC_URL.rstrip('/')}{path}",
        **more,
    }
