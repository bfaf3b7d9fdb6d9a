"""The review room as a page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs.models import AvatarJob, Version
from studio.organisations.models import Role, User
from studio.reviews.deciding import decide
from studio.reviews.models import Comment, Decision, Verdict
from tests.conftest import make_job, make_version

type As = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


def page_of(client: Client, version: Version, query: str = "") -> str:
    answer = client.get(reverse("review", args=[version.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_has_the_player_the_inputs_and_what_changed(
    as_: As, version: Version, approver: User, teammate: User
) -> None:
    job = make_job(version.clip, teammate, number=2, based_on=version, changes=["look 2", "camera"])
    html = page_of(as_(approver), make_version(job))
    assert 'data-rate-numerator="25"' in html
    assert 'data-frames="75"' in html
    assert "Changed since v1" in html
    assert "look 2" in html
    for fact in ("Ines, look 1", "Friendly presenter", "Standard", "$0.17", "Theo"):
        assert fact in html
    assert reverse("review", args=[version.pk]) in html


def test_a_deep_link_names_its_frame_and_stays_within_the_version(
    as_: As, version: Version, approver: User
) -> None:
    client = as_(approver)
    for asked, opened in (("42", 42), ("999", 74), ("x", 0), ("-3", 0), ("9" * 40, 0)):
        assert f'data-start-frame="{opened}"' in page_of(client, version, f"?frame={asked}")


def test_an_approver_can_approve_and_a_creator_can_make_the_next_version(
    as_: As, version: Version, approver: User, teammate: User, viewer: User
) -> None:
    next_version = f"{reverse('clip', args=[version.clip_id])}?from={version.pk}"
    for_approver = page_of(as_(approver), version)
    assert 'id="decision-approve"' in for_approver
    for_maker = page_of(as_(teammate), version)
    assert "Approve v1" not in for_maker
    assert next_version not in for_maker
    assert "Withdraw from review" in for_maker
    assert "?download=1" in for_maker
    for_viewer = page_of(as_(viewer), version)
    assert "Approve v1" not in for_viewer
    assert next_version not in for_viewer
    assert "?download=1" not in for_viewer
    assert "comment-form" not in for_viewer


def test_an_approver_who_made_it_reads_why_somebody_else_decides(
    as_: As, version: Version, approver: User
) -> None:
    AvatarJob.objects.update(requested_by=approver)
    html = page_of(as_(approver), version)
    assert "somebody else decides" in html
    assert 'id="decision-approve"' not in html


def test_a_superseded_version_leads_to_the_newest(
    as_: As, version: Version, approver: User, teammate: User
) -> None:
    newest = make_version(make_job(version.clip, teammate, number=4))
    html = page_of(as_(approver), version)
    assert "v4 has replaced this version." in html
    assert reverse("review", args=[newest.pk]) in html
    assert 'id="decision-approve"' not in html


def test_withdrawn_decisions_stay_on_the_page(as_: As, version: Version, approver: User) -> None:
    decide(version=version, by=approver, verdict=Verdict.REJECT, reason="wrong look")
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    html = page_of(as_(approver), version)
    assert "wrong look" in html
    assert "withdrawn" in html


def test_a_plain_post_approves_and_comes_back_to_the_page(
    as_: As, version: Version, approver: User
) -> None:
    answer = as_(approver).post(
        reverse("decide", args=[version.pk]),
        {"verdict": "approve", "sha256": version.sha256},
        follow=True,
    )
    assert answer.redirect_chain == [(reverse("review", args=[version.pk]), 302)]
    assert "Approved by Mara" in answer.content.decode()
    assert Decision.objects.get().by == approver


def test_a_missing_reason_comes_back_beside_the_field_with_the_choice_kept(
    as_: As, version: Version, approver: User
) -> None:
    answer = as_(approver).post(
        reverse("decide", args=[version.pk]), {"verdict": "reject", "sha256": version.sha256}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Say why" in html
    assert re.search(r'value="reject" checked', html)
    assert '<dialog class="dialog" id="decide" aria-labelledby="decide-title" open>' in html


def test_htmx_gets_the_form_alone_with_every_word_kept(
    as_: As, version: Version, teammate: User, approver: User
) -> None:
    make_version(make_job(version.clip, teammate, number=2))
    answer = as_(approver).post(
        reverse("decide", args=[version.pk]),
        {"verdict": "request_changes", "reason": "lips at 00:07", "sha256": version.sha256},
        headers=HTMX,
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.strip().startswith("<form") or 'id="decision-form"' in html.split(">")[0] + ">"
    assert "<html" not in html
    assert "v2 has replaced v1" in html
    assert "lips at 00:07</textarea>" in html
    assert not Decision.objects.exists()


def test_a_decision_by_htmx_answers_with_the_parts_that_changed(
    as_: As, version: Version, approver: User
) -> None:
    answer = as_(approver).post(
        reverse("decide", args=[version.pk]),
        {"verdict": "approve", "sha256": version.sha256},
        headers=HTMX,
    )
    html = answer.content.decode()
    assert answer["HX-Trigger-After-Settle"] == "decision-made"
    for part in ("room-live", "decision", "decision-form", "toasts"):
        assert re.search(rf'id="{part}"[^>]*hx-swap-oob', html), part
    assert "Withdraw" in html


def test_a_decision_is_withdrawn_by_its_maker_only(
    as_: As, version: Version, approver: User, owner: User
) -> None:
    decision = decide(version=version, by=approver, verdict=Verdict.APPROVE)
    address = reverse("decision_withdraw", args=[decision.pk])
    assert "Only the person who decided" in as_(owner).post(address, follow=True).content.decode()
    assert Decision.objects.standing().exists()
    assert "is withdrawn" in as_(approver).post(address, follow=True).content.decode()
    assert not Decision.objects.standing().exists()


def test_the_live_part_answers_204_until_something_happens(
    as_: As, version: Version, approver: User, teammate: User
) -> None:
    client = as_(approver)
    seen = re.search(r'hx-get="([^"]+/live/\?seen=[0-9a-f]+)"', page_of(client, version))
    assert seen
    assert client.get(seen[1], headers=HTMX).status_code == 204
    comment = Comment.objects.create(version=version, author=teammate, frame=7, text="Blink?")
    answer = client.get(seen[1], headers=HTMX)
    assert answer.status_code == 200
    assert "Blink?" in answer.content.decode()
    assert 'data-mark="7"' in answer.content.decode()
    again = re.search(r'hx-get="([^"]+/live/\?seen=[0-9a-f]+)"', answer.content.decode())
    assert again
    assert client.get(again[1]).status_code == 204
    comment.resolve(by=approver)
    assert client.get(again[1]).status_code == 200


@pytest.mark.parametrize("what", ["decision", "newer version", "taken back"])
def test_whatever_changes_the_room_changes_the_live_part(
    as_: As, version: Version, approver: User, teammate: User, what: str
) -> None:
    comment = Comment.objects.create(version=version, author=teammate, frame=7, text="Blink?")
    client = as_(teammate)
    seen = re.search(r'hx-get="([^"]+/live/\?seen=[0-9a-f]+)"', page_of(client, version))
    assert seen
    {
        "decision": lambda: decide(version=version, by=approver, verdict=Verdict.APPROVE),
        "newer version": lambda: make_version(make_job(version.clip, teammate, number=2)),
        "taken back": comment.take_back,
    }[what]()
    assert client.get(seen[1]).status_code == 200


def test_a_hundred_comments_and_twenty_versions_cost_no_more_queries(
    as_: As, version: Version, approver: User, owner: User, teammate: User
) -> None:
    client = as_(approver)
    Comment.objects.create(version=version, author=teammate, frame=1, text="x")
    decide(version=version, by=owner, verdict=Verdict.APPROVE)
    with CaptureQueriesContext(connection) as small:
        page_of(client, version)
    for number in range(2, 21):
        latest = make_version(make_job(version.clip, teammate, number=number))
    people = [approver, owner, teammate]
    Comment.objects.bulk_create(
        Comment(version=latest, author=people[n % 3], frame=n % 75, text=f"comment {n}")
        for n in range(100)
    )
    Comment.objects.filter(frame__lt=20).update(resolved_at=latest.created_at, resolved_by=owner)
    decide(version=latest, by=owner, verdict=Verdict.REJECT, reason="louder")
    with CaptureQueriesContext(connection) as large:
        assert page_of(client, latest).count("data-seek=") == 100
    assert len(large) <= len(small)
    assert len(large) < 46


def test_the_role_of_the_page_is_the_role_of_the_moment(
    as_: As, version: Version, approver: User
) -> None:
    client = as_(approver)
    page_of(client, version)
    approver.memberships.update(role=Role.VIEWER)
    answer = client.post(
        reverse("decide", args=[version.pk]),
        {"verdict": "approve", "sha256": version.sha256},
        headers=HTMX,
    )
    assert answer.status_code == 422
    assert "Only approvers decide" in answer.content.decode()


def test_the_list_is_narrowed_by_its_address_and_says_how_much_each_way_leaves(
    as_: As, version: Version, approver: User, teammate: User
) -> None:
    begun = Comment.objects.create(version=version, author=teammate, frame=3, text="Blink?")
    Comment.objects.create(version=version, author=approver, frame=3, text="No", parent=begun)
    named = Comment.objects.create(version=version, author=teammate, frame=9, text="@Mara look")
    named.mentions.add(approver)
    Comment.objects.create(version=version, author=teammate, frame=12, text="Not hers")
    html = page_of(as_(approver), version, "?comments=mine")
    assert 'data-shows="mine"' in html
    assert re.findall(r'id="comment-([^"]+)" data-seek="\d+" data-last="\d+" data-mine', html) == [
        str(begun.pk), str(named.pk),
    ]  # fmt: skip
    assert re.findall(r"(All|Open|Mine) <span class=\"quiet\">(\d+)", html) == [
        ("All", "3"), ("Open", "3"), ("Mine", "2"),
    ]  # fmt: skip
    assert 'data-shows="all"' in page_of(as_(approver), version, "?comments=anything")


def test_a_player_that_looks_for_its_copy_leaves_what_is_to_be_said_to_the_next_page(
    as_: As, version: Version, approver: User
) -> None:
    client = as_(approver)
    client.post(
        reverse("decide", args=[version.pk]), {"verdict": "approve", "sha256": version.sha256}
    )
    client.get(reverse("review", args=[version.pk]), headers=HTMX)
    assert "data-toast" in page_of(client, version)
    assert "data-toast" not in page_of(client, version)


def test_a_browser_keeps_no_room_so_that_back_shows_what_was_decided_since(
    as_: As, version: Version, approver: User
) -> None:
    page = as_(approver).get(reverse("review", args=[version.pk]))
    assert "no-store" in page.headers["Cache-Control"]
