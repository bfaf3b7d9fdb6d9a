"""My desk: what waits for one person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import AvatarJob, State, Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Project
from studio.reviews.models import Decision, Verdict
from studio.storyboard import desk
from tests.conftest import STANDARD, make_job, make_version

type As = Callable[[User], Client]


def groups(user: User, organisation: Organisation) -> dict[str, list[desk.Row]]:
    return {group.key: group.rows for group in desk.groups(user, organisation)}


def page(client: Client, organisation: Organisation) -> str:
    return client.get(reverse("desk", args=[organisation.slug])).text


def send_back(version: Version, by: User) -> None:
    Decision.objects.create(
        version=version, version_sha256=version.sha256, stage=version.clip.project.stages.get(),
        by=by,
        verdict=Verdict.REQUEST_CHANGES, reason="lips at 00:02",
    )  # fmt: skip


def test_a_clear_desk_says_so(as_: As, teammate: User, studio_org: Organisation) -> None:
    assert "Your desk is clear" in page(as_(teammate), studio_org)


def test_a_viewer_is_told_why_nothing_comes(
    as_: As, viewer: User, studio_org: Organisation
) -> None:
    assert "Nothing is asked of you" in page(as_(viewer), studio_org)


def test_a_finished_version_lies_on_the_desk_of_the_approver_only(
    as_: As, approver: User, teammate: User, studio_org: Organisation, version: Version
) -> None:
    (row,) = groups(approver, studio_org)["decide"]
    assert row.url == reverse("review", args=[version.pk])
    assert row.sentence == "Theo made it; it waits for your decision"
    assert groups(teammate, studio_org) == {}
    assert row.url in page(as_(approver), studio_org)


def test_a_version_sent_back_leads_its_maker_to_the_filled_in_editor(
    approver: User, teammate: User, studio_org: Organisation, version: Version
) -> None:
    send_back(version, approver)
    (row,) = groups(teammate, studio_org)["fix"]
    assert row.url == f"{reverse('clip', args=[version.clip_id])}?from={version.pk}"
    assert row.sentence == "Changes asked: lips at 00:02"
    assert groups(approver, studio_org) == {}


def test_a_failed_attempt_can_be_put_aside(
    as_: As, teammate: User, approver: User, studio_org: Organisation, clip: Clip
) -> None:
    job = make_job(clip, teammate, state=State.FAILED, error_message="No face was found.")
    (row,) = groups(teammate, studio_org)["failed"]
    assert row.done_url == reverse("job_put_aside", args=[job.pk])
    assert "Put aside" in page(as_(teammate), studio_org)
    answer = as_(teammate).post(row.done_url)
    assert answer.headers["Location"] == reverse("desk", args=[studio_org.slug])
    job.refresh_from_db()
    assert job.put_aside_by == teammate
    assert groups(teammate, studio_org) == {}


def test_only_a_failed_attempt_can_be_put_aside(as_: As, teammate: User, clip: Clip) -> None:
    job = make_job(clip, teammate)
    assert as_(teammate).post(reverse("job_put_aside", args=[job.pk])).status_code == 404


def test_a_newer_attempt_takes_a_failed_one_off_the_desk(
    teammate: User, studio_org: Organisation, clip: Clip
) -> None:
    make_job(clip, teammate, state=State.FAILED)
    make_job(clip, teammate, number=2)
    assert groups(teammate, studio_org) == {}


def test_what_needs_settling_lies_on_the_desks_of_those_who_may_settle_it(
    owner: User, approver: User, teammate: User, studio_org: Organisation, clip: Clip
) -> None:
    job = make_job(clip, teammate, state=State.UNKNOWN)
    for settler in (owner, approver):
        (row,) = groups(settler, studio_org)["settle"]
        assert (row.url, row.done_url) == (reverse("job", args=[job.pk]), "")
    assert groups(teammate, studio_org) == {}


def test_a_lost_answer_of_a_removed_clip_still_waits_to_be_settled(
    owner: User, teammate: User, studio_org: Organisation, clip: Clip
) -> None:
    make_job(clip, teammate, state=State.UNKNOWN)
    clip.remove(by=teammate)
    assert len(groups(owner, studio_org)["settle"]) == 1
    AvatarJob.objects.update(state=State.FAILED)
    assert groups(teammate, studio_org) == {}


def test_a_late_project_is_said_to_be_late(
    as_: As, approver: User, studio_org: Organisation, project: Project, version: Version
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Project.objects.filter(pk=project.pk).update(due_on=yesterday)
    (row,) = groups(approver, studio_org)["decide"]
    assert (row.late, row.soon) == (True, False)
    assert row.due == f"due {yesterday.day} {yesterday:%b}"
    assert "due--late" in page(as_(approver), studio_org)


def test_the_desk_follows_only_while_something_renders(
    as_: As, approver: User, teammate: User, studio_org: Organisation, clip: Clip
) -> None:
    client, address = as_(approver), reverse("desk_live", args=[studio_org.slug])
    assert "hx-trigger" not in page(client, studio_org)
    job = make_job(clip, teammate)
    assert 'hx-trigger="every 5s"' in page(client, studio_org)
    assert 'hx-trigger="every 5s"' in client.get(address).text
    version = make_version(job)
    answer = client.get(address).text
    assert "hx-trigger" not in answer
    assert reverse("review", args=[version.pk]) in answer


def test_thirty_rows_cost_as_many_queries_as_three(
    as_: As,
    owner: User,
    teammate: User,
    studio_org: Organisation,
    clip: Clip,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    def grow(count: int) -> None:
        for at in range(count):
            one = add_clip(
                clip.project, title=f"Clip {at}", engine_model=STANDARD, by=owner,
                look=clip.look, take=clip.take, motion="nods",
            )  # fmt: skip
            if at % 3 == 0:
                make_version(make_job(one, teammate))
            elif at % 3 == 1:
                make_job(one, owner, state=State.FAILED)
            else:
                make_job(one, teammate, state=State.UNKNOWN)

    client, address = as_(owner), reverse("desk", args=[studio_org.slug])
    grow(3)
    client.get(address)
    with django_assert_max_num_queries(45) as few:
        client.get(address)
    grow(27)
    assert AvatarJob.objects.count() == 30
    with django_assert_num_queries(len(few)):
        client.get(address)
