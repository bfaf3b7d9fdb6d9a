"""Who is sent next: by turns, so that nobody starves. The place that is shown is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jobs import accounts, clock, dispatch, line, submission
from jobs.line import Waiting, in_order
from jobs.models import AvatarJob, Priority, Problem, State
from studio.clips.models import Clip
from tests.engine import SandboxEngine
from tests.jobs.crowds import WEST, a_clip, a_team, an_account, another_clip, queue

NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
ORGANISATIONS = ("north", "south", "east", "west")


@st.composite
def crowds(draw: st.DrawFn) -> list[Waiting]:
    """Waiting jobs of some organisations and their projects, in any order."""
    ids = draw(st.lists(st.uuids(), unique=True, min_size=1, max_size=40))
    crowd = []
    for one in ids:
        organisation = draw(st.sampled_from(ORGANISATIONS))
        project = f"{organisation}-{draw(st.integers(1, 3))}"
        since = NOON + timedelta(seconds=draw(st.integers(0, 5)))
        crowd.append(Waiting(one, organisation, project, draw(st.integers(0, 2)), since))
    return crowd


@st.composite
def busy_engines(draw: st.DrawFn) -> Counter[Hashable]:
    """How many jobs each project, and so each organisation, has at the engine."""
    busy: Counter[Hashable] = Counter()
    for organisation in ORGANISATIONS:
        for number in range(1, 4):
            jobs = draw(st.integers(0, 5))
            busy[f"{organisation}-{number}"] = jobs
            busy[organisation] += jobs
    return busy


@given(crowds(), busy_engines())
def test_every_waiting_job_has_exactly_one_place(
    crowd: list[Waiting], busy: Counter[Hashable]
) -> None:
    places = in_order(crowd, busy)
    assert sorted(places) == sorted(one.job for one in crowd)


@given(crowds(), busy_engines(), st.randoms())
def test_the_order_does_not_depend_on_how_the_rows_are_read(
    crowd: list[Waiting], busy: Counter[Hashable], chance: Any
) -> None:
    shuffled = list(crowd)
    chance.shuffle(shuffled)
    assert in_order(shuffled, busy) == in_order(crowd, busy)


@given(crowds())
def test_each_organisation_has_one_of_the_first_places_of_an_idle_engine(
    crowd: list[Waiting],
) -> None:
    whose = {one.job: one.organisation for one in crowd}
    first = in_order(crowd, {})[: len(set(whose.values()))]
    assert {whose[job] for job in first} == set(whose.values())


@given(crowds(), busy_engines())
def test_an_organisation_with_less_at_the_engine_never_waits_for_one_with_more(
    crowd: list[Waiting], busy: Counter[Hashable]
) -> None:
    """At every place: whoever is sent had, counting those sent before, the least of all waiting."""
    whose = {one.job: one.organisation for one in crowd}
    left, at_engine = Counter(whose.values()), Counter(busy)
    for job in in_order(crowd, busy):
        mine = whose[job]
        assert at_engine[mine] == min(at_engine[one] for one in left if left[one])
        left[mine] -= 1
        at_engine[mine] += 1


@given(crowds(), busy_engines())
def test_urgent_jobs_go_first_within_their_organisation(
    crowd: list[Waiting], busy: Counter[Hashable]
) -> None:
    by_id = {one.job: one for one in crowd}
    places = in_order(crowd, busy)
    for organisation in ORGANISATIONS:
        own = [by_id[job] for job in places if by_id[job].organisation == organisation]
        assert [one.priority for one in own] == sorted((one.priority for one in own), reverse=True)


@given(crowds(), busy_engines(), st.sampled_from(ORGANISATIONS))
def test_urgency_changes_nothing_for_other_organisations(
    crowd: list[Waiting], busy: Counter[Hashable], shouting: str
) -> None:
    """Calling everything urgent moves nobody else, neither forward nor back."""
    louder = [
        one._replace(priority=Priority.URGENT) if one.organisation == shouting else one
        for one in crowd
    ]
    others = {one.job for one in crowd if one.organisation != shouting}
    turns = [[whose(job, crowd) for job in in_order(some, busy)] for some in (crowd, louder)]
    kept = [[job for job in in_order(some, busy) if job in others] for some in (crowd, louder)]
    assert kept[0] == kept[1]
    assert Counter(turns[0]) == Counter(turns[1])


def whose(job: UUID, crowd: list[Waiting]) -> object:
    return next(one.organisation for one in crowd if one.job == job)


@given(crowds(), busy_engines())
def test_projects_of_an_organisation_take_turns_at_equal_priority(
    crowd: list[Waiting], busy: Counter[Hashable]
) -> None:
    calm = [one._replace(priority=Priority.NORMAL) for one in crowd]
    by_id = {one.job: one for one in calm}
    left, at_engine = Counter(one.project for one in calm), Counter(busy)
    for job in in_order(calm, busy):
        mine = by_id[job]
        rivals = [one for one in left if left[one] and str(one).startswith(str(mine.organisation))]
        assert at_engine[mine.project] == min(at_engine[one] for one in rivals)
        left[mine.project] -= 1
        at_engine[mine.project] += 1


@given(crowds(), busy_engines())
def test_within_a_project_who_asked_first_goes_first(
    crowd: list[Waiting], busy: Counter[Hashable]
) -> None:
    by_id = {one.job: one for one in crowd}
    for project in {one.project for one in crowd}:
        own = [by_id[job] for job in in_order(crowd, busy) if by_id[job].project == project]
        assert own == sorted(own, key=lambda one: (-one.priority, one.since, str(one.job)))


@given(crowds(), busy_engines(), st.integers(1, 10))
def test_the_first_jobs_of_each_project_are_enough_for_the_first_places(
    crowd: list[Waiting], busy: Counter[Hashable], heads: int
) -> None:
    by_turn = sorted(crowd, key=lambda one: (-one.priority, one.since, str(one.job)))
    projects = {one.project for one in crowd}
    few = [
        one
        for project in projects
        for one in [one for one in by_turn if one.project == project][:heads]
    ]
    assert in_order(few, busy)[:heads] == in_order(crowd, busy)[:heads]


@pytest.fixture
def crowd_of_500(clip: Clip) -> list[AvatarJob]:
    """One project of one organisation has ordered five hundred at once."""
    return queue(clip, 500)


def test_500_of_one_project_let_the_clip_of_another_organisation_pass(
    crowd_of_500: list[AvatarJob], clip: Clip
) -> None:
    (lone,) = queue(a_clip(*a_team("elsewhere"), clip), 1)
    assert line.line("sandbox").index(lone.pk) <= 1
    assert line.line("sandbox", heads=8)[:2] == line.line("sandbox")[:2]


def test_500_of_one_project_let_the_clip_of_another_project_pass(
    crowd_of_500: list[AvatarJob], clip: Clip
) -> None:
    (lone,) = queue(a_clip(clip.project.organisation, clip.created_by, clip), 1)
    assert line.line("sandbox").index(lone.pk) <= 1


def test_with_some_of_the_500_at_the_engine_the_other_team_is_next(
    crowd_of_500: list[AvatarJob], clip: Clip
) -> None:
    for number, job in enumerate(crowd_of_500[:3]):
        AvatarJob.objects.filter(pk=job.pk).update(state=State.RUNNING, handle=f"task_{number}")
    (lone,) = queue(a_clip(*a_team("elsewhere"), clip), 1)
    (sibling,) = queue(a_clip(clip.project.organisation, clip.created_by, clip), 1)
    places = line.line("sandbox")
    assert places[0] == lone.pk
    assert places[1] == sibling.pk


def test_those_that_another_worker_is_about_to_send_count_as_sent(
    clip: Clip, settings: Any
) -> None:
    mine = queue(clip, 4)
    theirs = queue(a_clip(*a_team("elsewhere"), clip), 4)
    _, first = dispatch.give_places("sandbox", limit=1)
    assert [job.pk for job in first] == [mine[0].pk]
    _, second = dispatch.give_places("sandbox", limit=1)
    assert [job.pk for job in second] == [theirs[0].pk]


@pytest.mark.parametrize("heads", [1, 3, 8])
def test_reading_the_heads_only_gives_the_same_first_places(clip: Clip, heads: int) -> None:
    organisation, creator = a_team("elsewhere")
    clips = [clip, a_clip(clip.project.organisation, clip.created_by, clip)]
    clips += [a_clip(organisation, creator, clip, name) for name in ("One", "Two")]
    for place, one in enumerate(clips):
        jobs = queue(one, 12 - place)
        for job, priority in zip(jobs, [1, 0, 2, 1, 2, 0] * 2, strict=False):
            AvatarJob.objects.filter(pk=job.pk).update(priority=priority)
    for job in AvatarJob.objects.filter(clip=clips[2])[:2]:
        AvatarJob.objects.filter(pk=job.pk).update(state=State.SUBMITTING, sent_at=timezone.now())
    whole = line.line("sandbox")
    assert len(whole) == AvatarJob.objects.filter(state=State.QUEUED).count()
    assert line.line("sandbox", heads=heads)[:heads] == whole[:heads]


def test_of_jobs_asked_for_at_the_same_moment_the_heads_are_the_same(clip: Clip) -> None:
    jobs = queue(clip, 30)
    AvatarJob.objects.update(requested_at=NOON)
    assert line.line("sandbox") == sorted(job.pk for job in jobs)
    assert line.line("sandbox", heads=4)[:4] == line.line("sandbox")[:4]


def test_jobs_that_cannot_be_sent_now_have_no_place(clip: Clip) -> None:
    waiting, leased, backing_off, running = queue(clip, 4)
    rows = AvatarJob.objects
    later = clock.now() + timedelta(minutes=1)
    rows.filter(pk=leased.pk).update(lease="somebody", leased_until=later)
    rows.filter(pk=backing_off.pk).update(next_at=later)
    rows.filter(pk=running.pk).update(state=State.RUNNING, handle="task_1")
    queue(clip, 1, account=WEST)
    assert line.line("sandbox") == [waiting.pk]
    for job in (waiting, leased, backing_off, running):
        job.refresh_from_db()
    assert line.position_of(waiting) == 1
    assert [line.position_of(job) for job in (leased, backing_off, running)] == [None] * 3


def test_a_place_is_remembered_for_a_second(
    clip: Clip, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("django.core.cache.backends.locmem.time.time", in_seconds(0))
    first, second = queue(clip, 2)
    assert line.position_of(second) == 2
    AvatarJob.objects.filter(pk=first.pk).update(state=State.CANCELLED)
    with django_assert_num_queries(0):
        assert line.position_of(second) == 2
    monkeypatch.setattr("django.core.cache.backends.locmem.time.time", in_seconds(1.1))
    assert line.position_of(second) == 1


def in_seconds(later: float) -> Any:
    moment = timezone.now().timestamp() + later
    return lambda: moment


def test_the_places_shown_are_those_in_which_the_jobs_are_sent(
    clip: Clip, engine: SandboxEngine, settings: Any
) -> None:
    """Three teams, some urgent, one project in flight already; the engine numbers what it takes."""
    settings.ENGINE_ACCOUNTS = {WEST: an_account(WEST, engine, at_once=1)}
    engine.fault("fail", fail="vendor_down")  # nothing has to be rendered
    organisation, creator = a_team("elsewhere")
    clips = [
        clip,
        another_clip(clip.project, clip.created_by, clip.look, clip.take),  # type: ignore[arg-type]
        a_clip(organisation, creator, clip, "One"),
        a_clip(organisation, creator, clip, "Two"),
    ]
    jobs = [job for one in clips for job in queue(one, 3, account=WEST)]
    AvatarJob.objects.filter(pk__in=[jobs[2].pk, jobs[7].pk]).update(priority=Priority.URGENT)
    for place, job in enumerate(jobs):  # by this the engine's own list tells them apart
        AvatarJob.objects.filter(pk=job.pk).update(prompt_text=f"prompt {place}")
    expected = dict(line.places_of(WEST))
    for job in jobs:
        job.refresh_from_db()
        assert line.position_of(job) == expected[job.pk]
    # The rows stay at the engine: each one sent counts for its team, as the line foresaw.
    for sent in range(1, len(jobs) + 1):
        settings.ENGINE_ACCOUNTS = {WEST: an_account(WEST, engine, at_once=sent)}
        assert submission.submit_due() == 1
    names = {f"prompt {place}": job.pk for place, job in enumerate(jobs)}
    order = [names[task["prompt"]] for task in engine.accepted()]
    assert {job: place for place, job in enumerate(order, start=1)} == expected


def test_a_paused_account_keeps_its_line(clip: Clip) -> None:
    first, second = queue(clip, 2)
    accounts.pause("sandbox", Problem("out_of_credit", "There is no credit left."))
    assert [line.position_of(job) for job in (first, second)] == [1, 2]
