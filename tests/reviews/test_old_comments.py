"""What was asked of earlier versions is looked for on the new one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import Member, User
from studio.projects.models import Project, Visibility
from studio.reviews.models import Comment, Verification
from studio.reviews.verifying import NotVerified, OldComment, old_comments_on, verify
from tests.conftest import make_job, make_version
from tests.reviews.guests import make_link

type As = Callable[[User], Client]


def member(user: User) -> Member:
    return user.memberships.get()


def old(version: Version, user: User) -> list[OldComment]:
    return old_comments_on(version, member(user))


def test_a_new_version_lists_what_was_asked_of_the_one_before(
    second: Version, asked: Comment, approver: User
) -> None:
    [one] = old(second, approver)
    assert (one.comment, one.verification, one.may_verify) == (asked, None, True)
    assert second.comments.count() == 0


def test_the_first_version_has_nothing_to_verify(
    version: Version, asked: Comment, approver: User
) -> None:
    assert old(version, approver) == []


def test_what_is_fixed_is_resolved_and_stays_listed(
    second: Version, asked: Comment, approver: User
) -> None:
    verify(comment=asked, version=second, by=member(approver), verdict="fixed")
    asked.refresh_from_db()
    assert asked.resolved_by == approver
    assert [one.is_fixed for one in old(second, approver)] == [True]


def test_what_is_not_fixed_is_asked_of_the_next_version_again(
    second: Version, asked: Comment, clip: Clip, approver: User, teammate: User
) -> None:
    verify(comment=asked, version=second, by=member(approver), verdict="not_fixed")
    third = make_version(make_job(clip, teammate, number=3, based_on=second))
    [one] = old(third, approver)
    assert (one.comment, one.verification) == (asked, None)
    verify(comment=asked, version=third, by=member(approver), verdict="fixed")
    assert [one.is_not_fixed for one in old(second, approver)] == [True]


def test_ticked_off_and_opened_again_are_both_written_down(
    second: Version, asked: Comment, approver: User
) -> None:
    for verdict in ("fixed", "fixed", "not_fixed"):
        verify(comment=asked, version=second, by=member(approver), verdict=verdict)
    assert [one.verdict for one in Verification.objects.all()] == ["fixed", "not_fixed"]
    asked.refresh_from_db()
    assert asked.resolved_at is None


def test_what_was_opened_again_on_its_own_version_can_be_ticked_off_once_more(
    as_: As, second: Version, asked: Comment, approver: User
) -> None:
    verify(comment=asked, version=second, by=member(approver), verdict="fixed")
    asked.refresh_from_db()
    asked.reopen()
    page = as_(approver).get(reverse("review", args=[second.pk])).text
    assert f'id="fixed-{asked.pk}"' in page
    assert "opened again since" in page
    verify(comment=asked, version=second, by=member(approver), verdict="fixed")
    asked.refresh_from_db()
    assert asked.resolved_by == approver


def test_what_the_maker_said_is_done_is_still_to_be_verified(
    version: Version, clip: Clip, approver: User, teammate: User
) -> None:
    job = make_job(clip, teammate, number=2, based_on=version)
    done = Comment.objects.create(version=version, author=approver, frame=1, text="Blink")
    done.resolve(by=teammate)
    before = Comment.objects.create(version=version, author=approver, frame=2, text="Long ago")
    Comment.objects.filter(pk=before.pk).update(resolved_at=job.requested_at - timedelta(hours=1))
    assert [one.comment for one in old(make_version(job), approver)] == [done]


def test_a_version_from_other_inputs_does_not_inherit_what_it_does_not_go_back_to(
    second: Version, clip: Clip, approver: User, teammate: User
) -> None:
    third = make_version(make_job(clip, teammate, number=3))
    assert old(third, approver) == []


def test_only_approvers_and_who_asked_look_whether_it_is_done(
    second: Version, asked: Comment, teammate: User
) -> None:
    with pytest.raises(NotVerified, match="Approvers, and the person who made a comment"):
        verify(comment=asked, version=second, by=member(teammate), verdict="fixed")
    Comment.objects.filter(pk=asked.pk).update(author=teammate)
    verify(comment=asked, version=second, by=member(teammate), verdict="fixed")
    assert Verification.objects.get().by == teammate


def test_a_comment_that_the_version_was_not_to_answer_is_not_verified_on_it(
    version: Version, second: Version, approver: User
) -> None:
    own = Comment.objects.create(version=second, author=approver, frame=1, text="x")
    for comment, on in ((own, second), (own, version)):
        with pytest.raises(NotVerified, match="none that v"):
            verify(comment=comment, version=on, by=member(approver), verdict="fixed")


def test_the_room_asks_to_verify_and_takes_the_answer(
    as_: As, second: Version, asked: Comment, approver: User, teammate: User
) -> None:
    room = reverse("review", args=[second.pk])
    browser = as_(approver)
    page = browser.get(room).content.decode()
    assert "Please verify" in page
    assert "1 of 1 to look for" in page
    answer = browser.post(
        reverse("comment_verify", args=[second.pk, asked.pk]), {"verdict": "fixed"}, follow=True
    )
    assert "0 of 1 to look for" in answer.content.decode()
    refused = as_(teammate).post(
        reverse("comment_verify", args=[second.pk, asked.pk]), {"verdict": "not_fixed"}, follow=True
    )
    assert "Approvers, and the person who made a comment" in refused.content.decode()
    assert Verification.objects.count() == 1


def test_outsiders_verify_nothing(
    as_: As, second: Version, asked: Comment, project: Project, outsider: User, viewer: User
) -> None:
    page = reverse("comment_verify", args=[second.pk, asked.pk])
    assert as_(outsider).post(page, {"verdict": "fixed"}).status_code == 404
    Project.objects.filter(pk=project.pk).update(visibility=Visibility.MEMBERS)
    assert as_(viewer).post(page, {"verdict": "fixed"}).status_code == 404
    assert not Verification.objects.exists()


def test_what_a_guest_asked_for_stands_under_the_guests_initials(
    as_: As, version: Version, asked: Comment, clip: Clip, approver: User, teammate: User
) -> None:
    link, _ = make_link(version, approver)
    guest = link.guests.create(name="Hanna Nord", email="hanna@client.example")
    Comment.objects.create(version=version, guest=guest, frame=3, text="Logo", is_shared=True)
    second = make_version(make_job(clip, teammate, number=2, based_on=version))
    page = as_(approver).get(reverse("review", args=[second.pk])).content.decode()
    assert "Hanna Nord (guest)" in page
    assert '<span aria-hidden="true">HN</span>' in page
