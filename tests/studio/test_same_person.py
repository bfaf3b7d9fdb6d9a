"""Nothing that one person's page sends is kept as somebody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.models import Comment

type As = Callable[[User], Client]


@pytest.mark.parametrize("said_in", ["header", "field"])
def test_a_page_made_for_somebody_else_changes_nothing_and_is_told_so(
    as_: As, version: Version, approver: User, owner: User, said_in: str
) -> None:
    address = reverse("comment_new", args=[version.pk])
    meant = str(approver.pk)
    sent = {"text": "Louder", "frame": 3, **({"made_for": meant} if said_in == "field" else {})}
    headers = {"X-Person": meant} if said_in == "header" else {}
    refused = as_(owner).post(address, sent, headers=headers)
    assert refused.status_code == 412
    assert refused.text == "Somebody else is signed in in this browser. Nothing was saved."
    assert not Comment.objects.exists()
    as_(approver).post(address, sent, headers=headers)
    assert Comment.objects.get().author == approver


def test_who_only_looks_and_who_is_signed_out_go_where_they_always_went(
    as_: As, version: Version, approver: User, owner: User, client: Client
) -> None:
    headers = {"X-Person": str(approver.pk)}
    room = reverse("review", args=[version.pk])
    assert as_(owner).get(room, headers=headers).status_code == 200
    door = client.post(reverse("comment_new", args=[version.pk]), {}, headers=headers)
    assert door.url.startswith(reverse("login"))  # type: ignore[attr-defined]
