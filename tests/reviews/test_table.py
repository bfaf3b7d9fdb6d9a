"""What lies on the table of a version: who owes a decision, who decided, who has looked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.models import AudioTake, Look
from jobs.models import Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Mode, Project
from studio.reviews.deciding import decide
from studio.reviews.desks import awaiting_decision_of
from studio.reviews.models import Decision, Looked, Verdict
from tests.conftest import STANDARD, make_job, make_version
from tests.reviews.staged import set_rule, stage

type As = Callable[[User], Client]


def room(browser: Client, version: Version) -> str:
    answer = browser.get(reverse("review", args=[version.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_sees_who_still_owes_a_decision_and_until_when(
    as_: As, version: Version, project: Project, owner: User, approver: User, ben: User,
    viewer: User,
) -> None:  # fmt: skip
    Version.objects.update(created_at=timezone.now() - timedelta(days=9))
    set_rule(project, stage("Editing", approver, due_working_days=2), stage("Legal", ben), by=owner)
    page = room(as_(viewer), version)
    assert "Who decides" in page
    assert "1. Editing" in page
    assert "2. Legal" in page
    assert "decides now" in page
    assert "not yet its turn" in page
    assert "Late: was due" in page


def test_late_overruled_and_withdrawn_decisions_stay_on_the_page(
    as_: As, version: Version, project: Project, owner: User, approver: User, ben: User
) -> None:
    Version.objects.update(created_at=timezone.now() - timedelta(days=9))
    set_rule(
        project,
        stage("Vote", approver, ben, owner, mode=Mode.ANY, approvals_needed=2, due_working_days=1),
        by=owner,
    )
    version.refresh_from_db()
    decide(version=version, by=ben, verdict=Verdict.APPROVE)
    decide(version=version, by=ben, verdict=Verdict.REJECT, reason="not her")
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    decide(version=version, by=owner, verdict=Verdict.APPROVE)
    page = room(as_(owner), version)
    assert "<s>Approve</s> withdrawn" in page
    assert "Outvoted: the others approved it." in page
    assert page.count("Late: was due") == 4


def test_approving_sends_the_stage_and_the_rule_that_were_on_the_page(
    as_: As, version: Version, project: Project, owner: User, approver: User
) -> None:
    [here] = set_rule(project, stage("Legal", approver), by=owner)
    page = room(as_(approver), version)
    assert f'<input type="hidden" name="stage" value="{here.pk}">' in page
    assert '<input type="hidden" name="rule" value="2">' in page


def test_done_reviewing_leaves_the_desk_and_is_seen_by_the_others(
    as_: As, version: Version, approver: User, owner: User, studio_org: Organisation
) -> None:
    browser = as_(approver)
    assert "Done reviewing" in room(browser, version)
    answer = browser.post(reverse("version_done", args=[version.pk]), {"then": "desk"})
    desk = reverse("desk", args=[studio_org.slug])
    assert answer.headers["Location"] == f"{desk}?off={version.pk}"
    assert not awaiting_decision_of(approver, studio_org)
    assert list(awaiting_decision_of(owner, studio_org)) == [version]
    page = room(as_(owner), version)
    assert "Has looked, without deciding" in page
    assert "Waits for Mara" in page
    browser.post(reverse("version_done", args=[version.pk]))
    assert Looked.objects.count() == 1
    browser.post(reverse("version_look_again", args=[version.pk]))
    assert list(awaiting_decision_of(approver, studio_org)) == [version]
    assert Looked.objects.get().taken_back_at is not None


def test_who_has_looked_may_decide_all_the_same(as_: As, version: Version, approver: User) -> None:
    browser = as_(approver)
    browser.post(reverse("version_done", args=[version.pk]))
    browser.post(
        reverse("decide", args=[version.pk]), {"verdict": "approve", "sha256": version.sha256}
    )
    assert Decision.objects.get().by == approver


def test_the_room_leads_on_to_what_else_waits_for_me(
    as_: As, version: Version, project: Project, look: Look, take: AudioTake, approver: User,
    teammate: User,
) -> None:  # fmt: skip
    assert 'data-shortcut="]"' not in room(as_(approver), version)
    clip = add_clip(project, title="Next", engine_model=STANDARD, by=teammate, look=look, take=take)
    other = make_version(make_job(clip, teammate))
    page = room(as_(approver), version)
    assert f'href="{reverse("review", args=[other.pk])}" data-shortcut="]"' in page
    assert f'href="{reverse("review", args=[version.pk])}" data-shortcut="["' in room(
        as_(approver), other
    )
    assert 'data-shortcut="]"' not in room(as_(teammate), version)


@pytest.mark.parametrize("act", ["rule", "looked", "withdrawn"])
def test_the_open_page_hears_of_it(
    as_: As, version: Version, clip: Clip, project: Project, owner: User, approver: User, act: str
) -> None:
    browser = as_(owner)
    seen = browser.get(reverse("review", args=[version.pk])).context["room"].signature
    live = f"{reverse('review_live', args=[version.pk])}?seen={seen}"
    assert browser.get(live).status_code == 204
    acts: dict[str, Callable[[], object]] = {
        "rule": lambda: set_rule(project, stage("Legal", approver), by=owner),
        "looked": lambda: as_(approver).post(reverse("version_done", args=[version.pk])),
        "withdrawn": lambda: as_(owner).post(
            reverse("version_withdraw", args=[version.pk]), {"reason": "x"}
        ),
    }
    acts[act]()
    assert browser.get(live).status_code == 200
