"""While a version is under review its clip stays as it is; taking it out of review is an act."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import AudioTake, Look
from jobs import ordering
from jobs.models import AvatarJob, Version
from studio.clips.models import Clip, Held, Release, ReviewHold, hold_for_review
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import Mode, Project
from studio.projects.rule import stages_of
from studio.reviews.deciding import NotDecided, decide, withdraw
from studio.reviews.desks import awaiting_decision_of
from studio.reviews.locking import (
    NotMoved,
    hold_on,
    let_go_if_over,
    put_back_under_review,
    withdraw_from_review,
)
from studio.reviews.models import Decision, Outcome, Verdict
from studio.reviews.outcomes import note_rule_changed
from studio.reviews.standing import Standing, status_of
from tests.conftest import make_job, make_version, person
from tests.reviews.staged import set_rule, stage

type As = Callable[[User], Client]


@pytest.fixture
def held(version: Version) -> Version:
    """v1 as it comes home: under review, its clip held for it."""
    hold_for_review(version.clip, version.number)
    return version


def test_a_clip_under_review_refuses_other_inputs_with_a_sentence(
    held: Version, clip: Clip, teammate: User
) -> None:
    with pytest.raises(Held) as refused:
        clip.choose({"camera": "close-up"}, by=teammate, seen_revision=clip.revision)
    assert refused.value.sentence == (
        "v1 is under review, so “Welcome” stays as it is until it is decided. To change it now, "
        "withdraw v1 from review."
    )
    clip.refresh_from_db()
    assert clip.camera == "medium shot, static camera"


def test_it_is_neither_removed_nor_generated(held: Version, clip: Clip, teammate: User) -> None:
    with pytest.raises(Held):
        clip.remove(by=teammate)
    clip.refresh_from_db()
    assert clip.removed_at is None
    with pytest.raises(ordering.NotOrdered, match="v1 is under review"):
        ordering.order(clip, by=teammate)
    assert AvatarJob.objects.count() == 1


@pytest.mark.parametrize("verdict", list(Verdict))
def test_any_decision_that_ends_the_review_lets_go_of_the_clip(
    held: Version, clip: Clip, teammate: User, approver: User, verdict: Verdict
) -> None:
    decide(version=held, by=approver, verdict=verdict, reason="because")
    hold = ReviewHold.objects.get()
    assert (hold.release, hold.released_by) == (Release.DECIDED, approver)
    clip.choose({"camera": "close-up"}, by=teammate, seen_revision=clip.revision)


def test_a_withdrawn_decision_holds_it_again(held: Version, clip: Clip, approver: User) -> None:
    decision = decide(version=held, by=approver, verdict=Verdict.APPROVE)
    withdraw(decision=decision, by=approver)
    assert clip.hold is not None
    assert clip.hold.number == 1


def test_a_first_approval_of_two_does_not_let_go(
    held: Version, clip: Clip, project: Project, approver: User
) -> None:
    project.stages.update(approvals_needed=2)
    decide(version=held, by=approver, verdict=Verdict.APPROVE)
    assert clip.hold is not None


def test_withdrawing_from_review_needs_a_reason_and_opens_the_clip(
    held: Version, clip: Clip, teammate: User, approver: User, studio_org: Organisation
) -> None:
    with pytest.raises(NotMoved) as refused:
        withdraw_from_review(version=held, by=teammate, reason="  ")
    assert refused.value.field == "reason"
    withdraw_from_review(version=held, by=teammate, reason="wrong take")
    clip.choose({"camera": "close-up"}, by=teammate, seen_revision=clip.revision)
    status = status_of([held])[held.pk]
    assert status.state is Standing.WITHDRAWN
    assert status.sentence == "Withdrawn from review by Theo: wrong take"
    assert not awaiting_decision_of(approver, studio_org)
    with pytest.raises(NotDecided, match="withdrawn from review: nobody decides"):
        decide(version=held, by=approver, verdict=Verdict.APPROVE)


def test_putting_it_back_counts_the_decisions_that_were_given(
    held: Version, clip: Clip, project: Project, teammate: User, approver: User,
    studio_org: Organisation,
) -> None:  # fmt: skip
    ben = person(studio_org, "Ben", Role.APPROVER)
    project.stages.update(approvals_needed=2)
    decide(version=held, by=approver, verdict=Verdict.APPROVE)
    withdraw_from_review(version=held, by=teammate, reason="wrong take")
    put_back_under_review(version=held, by=ben)
    assert status_of([held])[held.pk].sentence == "Waits for Ben (1 of 2 approvals)"
    assert clip.hold is not None
    assert [(one.held_by, one.release) for one in ReviewHold.objects.all()] == [
        (None, "withdrawn"), (ben, ""),
    ]  # fmt: skip
    with pytest.raises(NotMoved, match="v1 is not withdrawn"):
        put_back_under_review(version=held, by=ben)


def test_only_what_is_under_review_is_withdrawn_from_it(
    held: Version, teammate: User, approver: User
) -> None:
    decide(version=held, by=approver, verdict=Verdict.APPROVE)
    with pytest.raises(NotMoved, match="v1 is not under review: approved by Mara"):
        withdraw_from_review(version=held, by=teammate, reason="x")


def test_a_newer_version_takes_the_hold_over_and_an_older_one_does_not(
    held: Version, clip: Clip, teammate: User
) -> None:
    hold_for_review(clip, 3)
    assert hold_for_review(clip, 2) is None
    assert [(one.number, one.release) for one in ReviewHold.objects.all()] == [
        (1, Release.REPLACED), (3, ""),
    ]  # fmt: skip


def test_a_withdrawn_version_that_was_replaced_is_not_put_back(
    held: Version, clip: Clip, teammate: User
) -> None:
    withdraw_from_review(version=held, by=teammate, reason="wrong take")
    make_version(make_job(clip, teammate, number=2))
    with pytest.raises(NotMoved, match="A newer version has replaced v1"):
        put_back_under_review(version=held, by=teammate)


def test_a_looser_rule_that_decides_by_itself_lets_go_too(
    held: Version, clip: Clip, project: Project, owner: User, approver: User
) -> None:
    rule = set_rule(project, stage("Vote", approver, owner, approvals_needed=2), by=owner)
    decide(version=held, by=approver, verdict=Verdict.APPROVE)
    set_rule(project, stage("Vote", approver, owner, id=rule[0].pk), by=owner)
    note_rule_changed(project)
    assert clip.hold is None


def test_a_rule_leaves_what_was_withdrawn_where_it_is(
    held: Version, project: Project, owner: User, approver: User, teammate: User
) -> None:
    rule = set_rule(project, stage("Vote", approver, owner, approvals_needed=2), by=owner)
    decide(version=held, by=approver, verdict=Verdict.APPROVE)
    withdraw_from_review(version=held, by=teammate, reason="wrong take")
    set_rule(project, stage("Vote", approver, owner, id=rule[0].pk), by=owner)
    note_rule_changed(project)
    assert status_of([held])[held.pk].state is Standing.WITHDRAWN
    assert not Outcome.objects.exists()


def test_when_the_last_who_owed_a_decision_lost_the_role_the_hold_is_over(
    held: Version, clip: Clip, project: Project, owner: User, approver: User,
    studio_org: Organisation,
) -> None:  # fmt: skip
    ben = person(studio_org, "Ben", Role.APPROVER)
    set_rule(project, stage("Everyone", mode=Mode.ALL, id=stages_of(project)[0].pk), by=owner)
    decide(version=held, by=approver, verdict=Verdict.APPROVE)
    assert hold_on(clip) is not None
    Member.objects.filter(user=ben).update(role=Role.CREATOR)
    assert hold_on(clip) is None
    let_go_if_over(clip)
    assert clip.hold is None
    assert Outcome.objects.get().result == "approved"


# -- pages ------------------------------------------------------------------------------------


def test_the_editor_is_closed_and_names_the_act(
    as_: As, held: Version, clip: Clip, teammate: User
) -> None:
    page = as_(teammate).get(reverse("clip", args=[clip.pk])).content.decode()
    assert "v1 is under review, so “Welcome” stays as it is" in page
    assert 'id="clip-form"' not in page
    act = reverse("version_withdraw", args=[held.pk])
    answer = as_(teammate).post(act, {"reason": "wrong take", "then": "clip"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("clip", args=[clip.pk])
    assert 'id="clip-form"' in answer.content.decode()


def test_after_an_approval_the_clip_is_open_and_the_editor_says_what_another_version_means(
    as_: As, held: Version, clip: Clip, approver: User, teammate: User
) -> None:
    decide(version=held, by=approver, verdict=Verdict.APPROVE)
    page = as_(teammate).get(reverse("clip", args=[clip.pk])).content.decode()
    assert 'id="clip-form"' in page
    assert "v1 is approved and stays so." in page


def test_what_was_typed_before_the_version_came_is_kept_and_can_be_saved_by_withdrawing(
    as_: As, held: Version, clip: Clip, look: Look, take: AudioTake, teammate: User
) -> None:
    form = {
        "title": "Welcome", "look": look.pk, "take": take.pk, "engine_model": clip.engine_model,
        "style": "Calm presenter", "motion": "nods", "camera": "close-up", "atmosphere": "",
        "prompt_view": "slots", "revision": clip.revision,
    }  # fmt: skip
    page = reverse("clip", args=[clip.pk])
    answer = as_(teammate).post(page, form)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "What you wrote is still here and not saved." in text
    assert "Calm presenter" in text
    nothing = as_(teammate).post(page, form | {"withdraw": "1", "withdraw_reason": ""})
    assert "Say why" in nothing.content.decode()
    done = as_(teammate).post(page, form | {"withdraw": "1", "withdraw_reason": "calmer"})
    assert done.status_code == 302
    clip.refresh_from_db()
    assert clip.style == "Calm presenter"
    assert ReviewHold.objects.get().reason == "calmer"


def test_removing_it_from_the_storyboard_is_refused_with_the_sentence(
    as_: As, held: Version, clip: Clip, teammate: User
) -> None:
    answer = as_(teammate).post(reverse("clip_remove", args=[clip.pk]), follow=True)
    assert "v1 is under review" in answer.content.decode()
    clip.refresh_from_db()
    assert clip.removed_at is None


def test_the_room_shows_who_withdrew_it_and_who_put_it_back(
    as_: As, held: Version, teammate: User, owner: User
) -> None:
    as_(teammate).post(reverse("version_withdraw", args=[held.pk]), {"reason": "wrong take"})
    page = as_(owner).get(reverse("review", args=[held.pk])).content.decode()
    assert "Withdrew v1 from review" in page
    assert "wrong take" in page
    assert 'id="decision-approve"' not in page
    as_(owner).post(reverse("version_put_back", args=[held.pk]))
    page = as_(owner).get(reverse("review", args=[held.pk])).content.decode()
    assert "Put v1 back under review" in page
    assert 'id="decision-approve"' in page


@pytest.mark.parametrize("name", ["version_withdraw", "version_put_back", "version_done"])
def test_a_viewer_and_an_outsider_take_nothing_out_of_review(
    as_: As, held: Version, viewer: User, outsider: User, name: str
) -> None:
    page = reverse(name, args=[held.pk])
    assert as_(viewer).post(page, {"reason": "x"}).status_code == 403
    assert as_(outsider).post(page, {"reason": "x"}).status_code == 404
    assert ReviewHold.objects.get().released_at is None
    assert not Decision.objects.exists()


def test_what_somebody_else_saved_meanwhile_leaves_the_version_under_review(
    as_: As, held: Version, clip: Clip, look: Look, take: AudioTake, teammate: User, owner: User
) -> None:
    Clip.objects.filter(pk=clip.pk).update(revision=clip.revision + 1, changed_by=owner)
    form = {
        "title": "Welcome", "look": look.pk, "take": take.pk, "engine_model": clip.engine_model,
        "style": "Calm presenter", "motion": "nods", "camera": "close-up", "atmosphere": "",
        "prompt_view": "slots", "revision": clip.revision,
        "withdraw": "1", "withdraw_reason": "calmer",
    }  # fmt: skip
    answer = as_(teammate).post(reverse("clip", args=[clip.pk]), form)
    assert answer.status_code == 422
    assert "not saved" in answer.content.decode()
    assert ReviewHold.objects.standing().get().number == held.number


def test_nothing_is_taken_out_of_review_or_put_back_in_the_archive(
    held: Version, clip: Clip, teammate: User
) -> None:
    clip.project.archive()
    with pytest.raises(NotMoved, match="is in the archive"):
        withdraw_from_review(version=held, by=teammate, reason="calmer")
    clip.project.reopen()
    withdraw_from_review(version=held, by=teammate, reason="calmer")
    clip.project.archive()
    with pytest.raises(NotMoved, match="is in the archive"):
        put_back_under_review(version=held, by=teammate)
