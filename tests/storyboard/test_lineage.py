"""The lineage of a clip: what changed, what it cost, who decided what."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs import costs
from jobs.models import AvatarJob, State, Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.deciding import decide
from studio.reviews.locking import withdraw_from_review
from studio.reviews.models import Comment, Verdict
from studio.reviews.verifying import verify
from tests.conftest import make_job, make_version

type As = Callable[[User], Client]


def words(browser: Client, clip: Clip) -> str:
    """The page without its tags, with single spaces."""
    answer = browser.get(reverse("clip_lineage", args=[clip.pk]))
    assert answer.status_code == 200
    text = re.sub(r"<(?!/?(?:del|ins)\b)[^>]+>", " ", answer.content.decode())
    return html.unescape(re.sub(r"\s+", " ", text))


def test_each_version_stands_beside_what_it_goes_back_to(
    as_: As, version: Version, clip: Clip, approver: User, teammate: User
) -> None:
    decide(version=version, by=approver, verdict=Verdict.REQUEST_CHANGES, reason="hands are wild")
    prompt = clip.prompt_text.replace("opens one hand", "rests both hands")
    second = make_job(clip, teammate, number=2, based_on=version, prompt_text=prompt)
    make_version(second)
    page = words(as_(teammate), clip)
    assert "from v1" in page
    changed = page.replace(" <ins>", "<ins>").replace("</del> ", "</del>")
    assert "<del>opens one hand</del><ins>rests both hands</ins>" in changed
    assert "Request changes Mara" in page
    assert "“hands are wild”" in page
    assert page.index("v2") < page.index("“hands are wild”")


def test_an_attempt_that_failed_is_there_with_its_cost(
    as_: As, version: Version, clip: Clip, teammate: User
) -> None:
    failed = make_job(
        clip, teammate, number=2, based_on=version, state=State.FAILED,
        error_message="The engine found no face.", price_amount=Decimal("0.5"),
    )  # fmt: skip
    costs.hold(failed, by=teammate)
    page = words(as_(teammate), clip)
    assert "2 attempts, 1 version" in page
    assert "The engine found no face." in page
    assert "$0.50" in page
    assert "Nothing: the same inputs again" in page


def test_withdrawn_versions_and_verified_comments_are_told(
    as_: As, version: Version, clip: Clip, approver: User, teammate: User
) -> None:
    comment = Comment.objects.create(version=version, author=approver, frame=3, text="Lips")
    second = make_version(make_job(clip, teammate, number=2, based_on=version))
    verify(comment=comment, version=second, by=approver.memberships.get(), verdict="not_fixed")
    withdraw_from_review(version=second, by=teammate, reason="wrong take")
    page = words(as_(teammate), clip)
    assert "Of what was asked before: 0 fixed, 1 not fixed" in page
    assert "Withdrawn from review Theo" in page
    assert "“wrong take”" in page


def test_twenty_versions_cost_as_many_queries_as_two(
    as_: As, version: Version, clip: Clip, approver: User, teammate: User
) -> None:
    browser, page = as_(teammate), reverse("clip_lineage", args=[clip.pk])
    latest = make_version(make_job(clip, teammate, number=2, based_on=version))
    decide(version=latest, by=approver, verdict=Verdict.REJECT, reason="x")
    browser.get(page)
    with CaptureQueriesContext(connection) as few:
        browser.get(page)
    for number in range(3, 21):
        latest = make_version(make_job(clip, teammate, number=number, based_on=latest))
        decide(version=latest, by=approver, verdict=Verdict.REJECT, reason="x")
    with CaptureQueriesContext(connection) as many:
        browser.get(page)
    assert AvatarJob.objects.count() == 20
    assert len(many) <= len(few) <= 40


def test_a_clip_without_attempts_says_what_comes_here(
    as_: As, clip: Clip, viewer: User, outsider: User
) -> None:
    assert "Nothing was made yet" in words(as_(viewer), clip)
    assert as_(outsider).get(reverse("clip_lineage", args=[clip.pk])).status_code == 404
