"""From the room of a version to the animatic that was drawn before it."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from jobs.models import Drawing, Version
from studio.organisations.models import User
from tests.conftest import make_animatic

type As = Callable[[User], Client]


def room(browser: Client, version: Version) -> str:
    return browser.get(reverse("review", args=[version.pk])).text


def test_the_animatic_of_the_same_inputs_comes_before_a_newer_one_of_others(
    as_: As, version: Version, teammate: User, viewer: User
) -> None:
    clip = version.clip
    assert "animatic-beside" not in room(as_(viewer), version)
    same = make_animatic(clip, teammate)
    clip.choose({"camera": "close-up"}, by=teammate, seen_revision=clip.revision)
    other = make_animatic(clip, teammate)
    text = room(as_(viewer), version)
    assert (
        f'<a id="animatic-beside" href="{reverse("animatic", args=[same.pk])}">Animatic 1</a>'
        in (text)
    )
    assert "of the same inputs" in text
    type(same).objects.filter(pk=same.pk).update(state=Drawing.CANCELLED)
    text = room(as_(viewer), version)
    assert reverse("animatic", args=[other.pk]) in text
    assert "of other inputs" in text
