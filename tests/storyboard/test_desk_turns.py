"""My desk: only what is my turn, what is due first first, and nothing that I am done with."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.models import AudioTake, Look
from jobs.models import Version
from studio.clips.models import add_clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Project
from studio.reviews.deciding import decide
from studio.reviews.locking import put_back_under_review, withdraw_from_review
from studio.reviews.models import Verdict
from studio.storyboard import desk
from tests.conftest import STANDARD, make_job, make_version
from tests.reviews.staged import set_rule, stage

type As = Callable[[User], Client]


def to_decide(user: User, organisation: Organisation) -> list[desk.Row]:
    groups = {group.key: group.rows for group in desk.groups(user, organisation)}
    return groups.get("decide", [])


def test_a_stage_s_own_day_comes_before_the_day_of_the_project(
    version: Version, project: Project, look: Look, take: AudioTake, owner: User, approver: User,
    teammate: User, studio_org: Organisation,
) -> None:  # fmt: skip
    Project.objects.filter(pk=project.pk).update(due_on=date(2030, 1, 1))
    urgent = Project.objects.create(
        organisation=studio_org, name="Urgent", created_by=teammate, due_on=date(2031, 1, 1)
    )
    clip = add_clip(urgent, title="Soon", engine_model=STANDARD, by=teammate, look=look, take=take)
    make_version(make_job(clip, teammate))
    rows = to_decide(approver, studio_org)
    assert [(one.title, one.due) for one in rows] == [
        ("Welcome v1", "due 1 Jan"), ("Soon v1", "due 1 Jan"),
    ]  # fmt: skip
    set_rule(urgent, stage("Legal", approver, due_working_days=1), by=owner)
    Version.objects.filter(clip=clip).update(created_at=timezone.now() - timedelta(days=9))
    rows = to_decide(approver, studio_org)
    assert [(one.title, one.late) for one in rows] == [("Soon v1", True), ("Welcome v1", False)]


def test_only_the_stage_that_decides_has_it_on_the_desk_and_in_the_count(
    version: Version, project: Project, owner: User, approver: User, ben: User,
    studio_org: Organisation,
) -> None:  # fmt: skip
    set_rule(project, stage("Editing", approver), stage("Legal", ben), by=owner)
    assert [desk.count(one, studio_org) for one in (approver, ben, owner)] == [1, 0, 0]
    [row] = to_decide(approver, studio_org)
    assert row.sentence == "Theo made it; it waits for your decision in Editing"
    decide(version=version, by=approver, verdict=Verdict.APPROVE)
    assert [desk.count(one, studio_org) for one in (approver, ben, owner)] == [0, 1, 0]


def test_the_next_one_is_still_the_next_one_when_another_stage_decides_by_another_day(
    as_: As, project: Project, look: Look, take: AudioTake, owner: User, approver: User, ben: User,
    teammate: User,
) -> None:  # fmt: skip
    set_rule(project, stage("Editing", approver, due_working_days=2), stage("Legal", ben), by=owner)
    clips = [
        add_clip(project, title=one, engine_model=STANDARD, by=teammate, look=look, take=take)
        for one in ("One", "Two", "Three")
    ]
    one, two, three = (make_version(make_job(clip, teammate)) for clip in clips)
    decide(version=two, by=approver, verdict=Verdict.APPROVE)
    on_desk = as_(approver).get(reverse("review", args=[two.pk])).context["on_desk"]
    assert (on_desk.before, on_desk.after) == (one.pk, three.pk)


def test_done_reviewing_is_a_button_of_the_row(
    as_: As, version: Version, approver: User, studio_org: Organisation
) -> None:
    browser = as_(approver)
    page = browser.get(reverse("desk", args=[studio_org.slug])).content.decode()
    assert "Done reviewing" in page
    [row] = to_decide(approver, studio_org)
    answer = browser.post(row.done_url, {"then": "desk"}, follow=True)
    assert "Your desk is clear" in answer.content.decode()


def test_what_was_put_off_the_desk_by_mistake_is_taken_back_from_there(
    as_: As, version: Version, approver: User, ben: User, studio_org: Organisation
) -> None:
    browser, take_back = as_(approver), reverse("version_look_again", args=[version.pk])
    [row] = to_decide(approver, studio_org)
    answer = browser.post(row.done_url, {"then": "desk"}, follow=True)
    assert f"“{version.clip.title}”, v1 is off your desk." in answer.text
    assert take_back in answer.text
    asked = f"{reverse('desk', args=[studio_org.slug])}?off={version.pk}"
    assert take_back in browser.get(asked).text
    assert take_back not in as_(ben).get(asked).text
    answer = browser.post(take_back, {"then": "desk", "next": str(version.pk)})
    assert answer.headers["Location"].endswith(f"/desk/#row-{row.id}")
    assert to_decide(approver, studio_org) == [row]


def test_what_was_withdrawn_from_review_is_its_maker_s_to_fix(
    as_: As, version: Version, approver: User, teammate: User, studio_org: Organisation
) -> None:
    withdraw_from_review(version=version, by=approver, reason="wrong take")
    assert to_decide(approver, studio_org) == []
    [group] = desk.groups(teammate, studio_org)
    [row] = group.rows
    assert (group.key, row.sentence) == ("fix", "Withdrawn from review by Mara: wrong take")
    assert row.url == f"{reverse('clip', args=[version.clip_id])}?from={version.pk}"
    assert desk.count(teammate, studio_org) == 1
    assert row.url in as_(teammate).get(reverse("desk", args=[studio_org.slug])).text
    put_back_under_review(version=version, by=teammate)
    assert desk.groups(teammate, studio_org) == []


def urgent_and_late(
    project: Project, look: Look, take: AudioTake, teammate: User, rule_by: User
) -> tuple[Version, Version]:
    """Two more versions: one of a project that is due, one of a stage that is due before that."""
    found = []
    for name in ("Due", "Due by its stage"):
        other = Project.objects.create(
            organisation=project.organisation, name=name, created_by=teammate,
            due_on=date(2031, 1, 1),
        )  # fmt: skip
        clip = add_clip(other, title=name, engine_model=STANDARD, by=teammate, look=look, take=take)
        found.append(make_version(make_job(clip, teammate)))
    set_rule(found[1].clip.project, stage("Legal", due_working_days=1), by=rule_by)
    return found[0], found[1]


def leads_to(text: str, key: str) -> str:
    """Where a key leads from the bar of a room; nothing where it leads nowhere."""
    found = re.search(rf'href="([^"]+)" data-shortcut="{re.escape(key)}"', text)
    return found[1] if found else ""


def test_in_the_room_the_keys_follow_the_order_of_the_desk(
    as_: As, version: Version, project: Project, look: Look, take: AudioTake, owner: User,
    approver: User, teammate: User, studio_org: Organisation,
) -> None:  # fmt: skip
    second, first = urgent_and_late(project, look, take, teammate, owner)
    order = [reverse("review", args=[one.pk]) for one in (first, second, version)]
    assert [row.url for row in to_decide(approver, studio_org)] == order
    browser = as_(approver)
    pages = [browser.get(url).text for url in order]
    assert [leads_to(text, "]") for text in pages] == [order[1], order[2], ""]
    assert [leads_to(text, "[") for text in pages] == ["", order[0], order[1]]


def test_who_decides_goes_on_to_the_next_one_from_the_same_bar(
    as_: As, version: Version, project: Project, look: Look, take: AudioTake, owner: User,
    approver: User, teammate: User,
) -> None:  # fmt: skip
    second, first = urgent_and_late(project, look, take, teammate, owner)
    sent = {"verdict": "approve", "sha256": second.sha256}
    answer = as_(approver).post(
        reverse("decide", args=[second.pk]), sent, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert leads_to(answer.text, "]") == reverse("review", args=[version.pk])
    assert leads_to(answer.text, "[") == reverse("review", args=[first.pk])
    live = as_(approver).get(reverse("review_live", args=[second.pk]), {"seen": "something else"})
    assert leads_to(live.text, "]") == reverse("review", args=[version.pk])


def test_sixty_versions_are_counted_and_cost_as_many_queries_as_six(
    as_: As, project: Project, look: Look, take: AudioTake, owner: User, approver: User,
    teammate: User, studio_org: Organisation, django_assert_num_queries: Any,
) -> None:  # fmt: skip
    set_rule(project, stage("Editing", approver), stage("Legal", owner), by=owner)

    def grow(count: int) -> list[Version]:
        return [
            make_version(
                make_job(
                    add_clip(
                        project, title=f"Clip {at}", engine_model=STANDARD, by=teammate,
                        look=look, take=take,
                    ),
                    teammate,
                )
            )
            for at in range(count)
        ]  # fmt: skip

    browser, address = as_(approver), reverse("desk", args=[studio_org.slug])
    grow(6)
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    made = grow(54)
    with django_assert_num_queries(len(few)):
        text = browser.get(address).text
    assert "60 things wait for you." in text
    assert "To decide <b>60</b>" in text
    with CaptureQueriesContext(connection) as in_room:
        text = browser.get(reverse("review", args=[made[30].pk])).text
    assert leads_to(text, "]") == reverse("review", args=[made[31].pk])
    assert len(in_room) < 70


def test_done_leads_to_the_row_behind_and_from_the_last_to_the_one_before(
    as_: As, version: Version, project: Project, look: Look, take: AudioTake, owner: User,
    approver: User, teammate: User, studio_org: Organisation,
) -> None:  # fmt: skip
    urgent_and_late(project, look, take, teammate, owner)
    rows = to_decide(approver, studio_org)
    assert [row.next_id for row in rows] == [rows[1].id, rows[2].id, rows[1].id]
    sent = {"then": "desk", "next": rows[0].next_id}
    answer = as_(approver).post(rows[0].done_url, sent)
    place = reverse("desk", args=[studio_org.slug])
    assert answer.headers["Location"] == f"{place}?off={rows[0].id}#row-{rows[1].id}"
    odd = as_(approver).post(rows[1].done_url, {"then": "desk", "next": "https://evil.example"})
    assert odd.headers["Location"] == f"{place}?off={rows[1].id}"
