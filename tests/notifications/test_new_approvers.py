"""Somebody who comes to decide later is told what waits: once, and only what does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs import clock
from jobs.models import Version
from studio.clips.models import hold_for_review
from studio.notifications import spreading
from studio.notifications.models import Kind, Notification, Reading
from studio.notifications.spreading import spread
from studio.organisations import membership
from studio.organisations.models import Member, Organisation, Role, User
from studio.projects.models import Project, Visibility
from studio.reviews.deciding import decide
from studio.reviews.models import Verdict
from tests.conftest import person
from tests.reviews.staged import set_rule, stage

WAITS = "Welcome v1 waits for your decision"


@pytest.fixture(autouse=True)
def told_long_ago(version: Version, approver: User, owner: User) -> None:
    """v1 came ten days ago, and whoever owed a decision then was told."""
    caches["shared"].clear()
    hold_for_review(version.clip, version.number)
    then = timezone.now() - timedelta(days=10)
    Version.objects.filter(pk=version.pk).update(created_at=then)
    version.clip.holds.update(held_at=then)
    spread()


def later() -> None:
    """The studio has read up to now, and it is time to look again."""
    Reading.objects.filter(reader="news").update(until=clock.now() + timedelta(minutes=5))
    Reading.objects.filter(reader="turns").update(until=clock.now() - spreading.TURNS_EVERY)
    spread()


def waiting(user: User) -> list[str]:
    rows = Notification.objects.filter(user=user, kind=Kind.WAITING)
    return [one.sentence for one in rows]


def test_whoever_is_given_the_role_is_told_once_what_waits(
    version: Version, viewer: User, approver: User, teammate: User
) -> None:
    assert not waiting(viewer)
    membership.give_role(Member.objects.get(user=viewer), Role.APPROVER)
    for _ in range(3):
        later()
    assert waiting(viewer) == [WAITS]
    assert waiting(approver) == [WAITS], "who was told is not told again"
    assert not waiting(teammate), "who made it does not decide on it"


def test_whoever_joins_as_an_approver_is_told(version: Version, studio_org: Organisation) -> None:
    joined = person(studio_org, "Nina", Role.APPROVER)
    later()
    assert waiting(joined) == [WAITS]


def test_whoever_is_added_to_a_closed_project_is_told(
    version: Version, project: Project, studio_org: Organisation
) -> None:
    Project.objects.filter(pk=project.pk).update(visibility=Visibility.MEMBERS)
    joined = person(studio_org, "Nina", Role.APPROVER)
    later()
    assert not waiting(joined)
    project.people.add(joined)
    later()
    later()
    assert waiting(joined) == [WAITS]


def test_whoever_is_named_in_a_rule_that_changes_is_told_and_the_others_are_not_again(
    version: Version, project: Project, approver: User, ben: User, owner: User
) -> None:
    later()
    assert waiting(ben) == [WAITS]
    nina = person(project.organisation, "Nina", Role.APPROVER)
    [standing] = project.stages.standing()
    set_rule(project, stage("Approval", approver, nina, id=standing.pk), by=owner)
    later()
    assert waiting(nina) == [WAITS]
    assert waiting(approver) == waiting(ben) == [WAITS]


def test_whoever_loses_the_role_is_asked_no_more_and_getting_it_back_tells_nothing_twice(
    version: Version, approver: User, ben: User
) -> None:
    member = Member.objects.get(user=approver)
    membership.give_role(member, Role.CREATOR)
    later()
    mine = Notification.objects.filter(user=approver, kind=Kind.WAITING)
    assert not mine.unread().exists()
    membership.give_role(member, Role.APPROVER)
    later()
    assert mine.count() == 1


def test_where_nobody_has_come_to_decide_it_costs_next_to_nothing(
    version: Version, ben: User
) -> None:
    later()
    Reading.objects.filter(reader="turns").delete()
    with CaptureQueriesContext(connection) as seen:
        spreading.tell_turns()
    assert waiting(ben) == [WAITS]
    assert not [one for one in seen.captured_queries if "jobs_version" in one["sql"]]


@pytest.mark.parametrize("what", ["another project", "another worker"])
def test_all_that_waits_is_not_looked_at_again_for(
    version: Version, project: Project, owner: User, what: str
) -> None:
    later()
    if what == "another project":  # where nothing waits yet
        Project.objects.create(organisation=project.organisation, name="Spring", created_by=owner)
    else:  # which shares no memory with this one
        caches["default"].clear()
    Reading.objects.filter(reader="turns").delete()
    with CaptureQueriesContext(connection) as seen:
        spreading.tell_turns()
    assert not [one for one in seen.captured_queries if "jobs_version" in one["sql"]]


@pytest.mark.parametrize("over", ["decided", "archived", "removed", "old"])
def test_nobody_is_told_of_what_waits_no_more(
    version: Version, approver: User, viewer: User, over: str
) -> None:
    clip, long_ago = version.clip, timezone.now() - timedelta(days=121)
    if over == "decided":
        decide(version=version, by=approver, verdict=Verdict.APPROVE)
    elif over == "archived":
        clip.project.archive()
    elif over == "removed":
        type(clip).objects.filter(pk=clip.pk).update(removed_at=timezone.now())
    else:
        Version.objects.filter(pk=version.pk).update(created_at=long_ago)
    membership.give_role(Member.objects.get(user=viewer), Role.APPROVER)
    later()
    assert not waiting(viewer)
