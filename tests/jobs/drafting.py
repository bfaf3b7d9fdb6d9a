"""Drafts as their tests ask for them, and the time that passes meanwhile."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jobs import animatics
from jobs.models import Animatic
from studio.clips.models import Clip
from studio.organisations.models import User


def seconds_pass(animatic: Animatic) -> None:
    """The lease of its worker has run out."""
    past = timezone.now() - timedelta(seconds=1)
    Animatic.objects.filter(pk=animatic.pk).update(leased_until=past)


def ask_for(clip: Clip, by: User, motion: str) -> Animatic:
    """An animatic of the clip with this motion, which waits to be drawn."""
    clip.motion = motion
    clip.save()
    return animatics.draft(clip, by=by)[0]
