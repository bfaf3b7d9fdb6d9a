"""What of the happenings goes to webhooks, as facts that a program reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from jobs import clock
from jobs.leases import one_alone
from jobs.models import Animatic, AvatarJob, Version
from studio.notifications.happenings import Happenings
from studio.notifications.models import Message, Webhook
from studio.notifications.news import DID, WITHDREW, path_of, place_of
from studio.notifications.turns import Turn
from studio.organisations.models import Organisation, User
from studio.projects.models import Project, Visibility
from studio.reviews.models import Comment, Decision, GuestDecision, Verdict


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
    """All of them; what cannot be told holds up nothing else."""
    kinds: tuple[tuple[Callable[[Any], Iterable[Event]], Sequence[object]], ...] = (
        (_commented, found.comments),
        (_decided, found.decisions),
        (_guest_decided, found.guest_decisions),
        (_taken_back, found.withdrawn),
        (_guest_took_back, found.guests_withdrew),
        (partial(_of_turn, since=found.since), found.turns),
        (_made, found.versions),
        (_failed, found.failed),
    )
    for make, happened in kinds:
        for one in happened:
            events: list[Event] = []
            with one_alone(f"Telling webhooks of {one!r}"):
                events = list(make(one))
            yield from events


def _commented(comment: Comment) -> Iterator[Event]:
    # Guests call themselves what they like, also by a member's name.
    who = f"{comment.said_by}, a guest," if comment.guest_id else str(comment.said_by)
    sentence = f"{who} commented on {place_of(comment)}"
    yield _event(
        "comment.new", comment.pk, comment.footage, comment.created_at, sentence,
        path_of(comment), by=str(comment.said_by), is_guest=comment.guest_id is not None,
        text=comment.text, frame=comment.frame, timecode=comment.timecode,
    )  # fmt: skip


def _decided(decision: Decision) -> Iterator[Event]:
    yield _decision(decision, str(decision.by), is_guest=False)


def _guest_decided(decision: GuestDecision) -> Iterator[Event]:
    yield _decision(decision, f"{decision.guest}, a guest,", is_guest=True)


def _taken_back(decision: Decision) -> Iterator[Event]:
    yield _withdrawal(decision, str(decision.by), is_guest=False)


def _guest_took_back(decision: GuestDecision) -> Iterator[Event]:
    yield _withdrawal(decision, f"{decision.guest}, a guest,", is_guest=True)


def _made(version: Version) -> Iterator[Event]:
    path = reverse("review", args=[version.pk])
    sentence = f"{version} is ready to be reviewed"
    yield _event("version.new", version.pk, version, version.created_at, sentence, path)


def _failed(job: AvatarJob) -> Iterator[Event]:
    project = job.clip.project
    facts = _facts(
        "job.failed", project.organisation, job.state_at, f"{job} failed",
        reverse("job", args=[job.pk]), text=job.error_message, project=str(project),
    )  # fmt: skip
    yield Event(
        key=f"failed:{job.pk}", name="job.failed", at=job.state_at, project=project, facts=facts
    )


def _decision(decision: Any, who: str, *, is_guest: bool) -> Event:
    version = decision.version
    return _event(
        "decision.new", decision.pk, version, decision.at,
        f"{who} {DID[Verdict(decision.verdict)]} {version}", reverse("review", args=[version.pk]),
        by=who.removesuffix(", a guest,"), is_guest=is_guest, verdict=decision.verdict,
        text=decision.reason, sha256=decision.version_sha256,
    )  # fmt: skip


def _withdrawal(decision: Decision | GuestDecision, who: str, *, is_guest: bool) -> Event:
    assert decision.withdrawn_at is not None  # or it would not be among them
    version = decision.version
    return _event(
        "decision.withdrawn", decision.pk, version, decision.withdrawn_at,
        f"{who} withdrew {WITHDREW[Verdict(decision.verdict)]} {version}",
        reverse("review", args=[version.pk]), by=who.removesuffix(", a guest,"), is_guest=is_guest,
        verdict=decision.verdict, sha256=decision.version_sha256,
    )  # fmt: skip


def _of_turn(turn: Turn, *, since: datetime) -> Iterator[Event]:
    """That somebody took a version out of review, or put it back."""
    version, hold = turn.version, turn.status.hold
    if hold is None:
        return
    path = reverse("review", args=[version.pk])
    if turn.withdrawn_at and turn.withdrawn_at > since:
        sentence = f"{hold.released_by} withdrew {version} from review"
        yield _event(
            "review.withdrawn", hold.pk, version, turn.withdrawn_at, sentence, path,
            by=str(hold.released_by), text=hold.reason,
        )  # fmt: skip
    elif hold.held_by and hold.held_at > since:
        sentence = f"{hold.held_by} put {version} back under review"
        yield _event(
            "review.resumed", hold.pk, version, hold.held_at, sentence, path, by=str(hold.held_by)
        )


def _event(
    name: str, pk: UUID | int, footage: Version | Animatic, at: datetime, sentence: str, path: str,
    **more: object,
) -> Event:  # fmt: skip
    clip = footage.clip
    about = {"id": str(footage.pk), "clip": str(clip), "number": footage.number}
    facts = _facts(
        name, footage.organisation, at, sentence, path, project=str(clip.project),
        **{footage.noun: about}, **more,
    )  # fmt: skip
    return Event(key=f"{name}:{pk}", name=name, at=at, project=clip.project, facts=facts)


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
