"""Several accounts in one installation, two of them at the same engine: each pays for its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from jobs import costs, fetching, polling, registry, submission, sweeping
from jobs.models import AvatarJob, State
from jobs.ordering import NotOrdered, order
from studio.clips.models import Clip, add_clip
from studio.organisations.models import Organisation, User
from studio.projects.models import Project
from tests.engine import SandboxEngine, running_engine
from tests.jobs.calling import OTHER_SECRET
from tests.jobs.conftest import Configure

Work = Callable[..., AvatarJob]


@pytest.fixture(scope="session")
def west_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxEngine]:
    with running_engine(tmp_path_factory.mktemp("west"), webhook_secret=OTHER_SECRET) as engine:
        yield engine


@pytest.fixture
def west(west_process: SandboxEngine) -> SandboxEngine:
    """The engine of the second account, with a bill of its own."""
    west_process.begin()
    return west_process


@pytest.fixture
def both(
    configure: Configure, kling: dict[str, str], west: SandboxEngine
) -> Callable[..., dict[str, str]]:
    """`both(KLING_WEST_ORGANISATIONS="…")`: two accounts at Kling; their variables."""

    def read(**more: str) -> dict[str, str]:
        variables = {
            **kling,
            "KLING_WEST_URL": west.url,
            "KLING_WEST_KEY": west.key,
            "KLING_WEST_WEBHOOK_SECRET": OTHER_SECRET,
            "KLING_WEST_RATE_STANDARD": "0.056",
            **more,
        }
        configure(**variables)
        return variables

    return read


@pytest.fixture
def western(project: Project, clip: Clip, teammate: User) -> Clip:
    """A clip of a project that pays by the second account."""
    other = Project.objects.create(
        organisation=project.organisation, name="West", created_by=teammate,
        engine_account="kling-west",
    )  # fmt: skip
    made: Clip = add_clip(
        other, title="Howdy", engine_model=clip.engine_model, by=teammate,
        look=clip.look, take=clip.take, motion="nods", camera="medium shot",
    )  # fmt: skip
    return made


def paid(project: Project) -> Decimal:
    return costs.money_of(project).bound


def billed(engine: SandboxEngine) -> Decimal:
    return sum((Decimal(task["amount"]) for task in engine.accepted()), Decimal(0))


def test_each_project_pays_by_its_own_account(
    both: Callable[..., dict[str, str]], project: Project, clip: Clip, western: Clip,
    teammate: User, engine: SandboxEngine, west: SandboxEngine, work: Work,
) -> None:  # fmt: skip
    both()
    project.engine_account = "kling"
    project.save()
    here, there = order(clip, by=teammate), order(western, by=teammate)
    assert (here.account, there.account) == ("kling", "kling-west")
    assert here.engine == there.engine == "kling"
    for job in (here, there):
        work(job, State.SUCCEEDED)
    assert [task["external_id"] for task in engine.accepted()] == [str(here.pk)]
    assert [task["external_id"] for task in west.accepted()] == [str(there.pk)]
    assert paid(project) == billed(engine) == Decimal("0.1680")
    assert paid(western.project) == billed(west) == Decimal("0.1680")


def test_one_account_without_credit_does_not_stop_the_other(
    both: Callable[..., dict[str, str]], project: Project, clip: Clip, western: Clip,
    teammate: User, engine: SandboxEngine, west: SandboxEngine, work: Work,
) -> None:  # fmt: skip
    both()
    project.engine_account = "kling"
    project.save()
    west.fault("no_credit")
    stuck, goes = order(western, by=teammate), order(clip, by=teammate)
    work(goes, State.SUCCEEDED)
    stuck.refresh_from_db()
    assert (stuck.state, stuck.error_code) == (State.QUEUED, "out_of_credit")
    assert west.accepted() == []


def test_each_account_has_its_own_calls(
    both: Callable[..., dict[str, str]], western: Clip, teammate: User, west: SandboxEngine,
    work: Work,
) -> None:  # fmt: skip
    both()
    job = work(order(western, by=teammate), State.SUCCEEDED)
    assert {one.account for one in job.callbacks.all()} == {"kling-west"}


def test_an_account_of_another_organisation_is_neither_offered_nor_used(
    both: Callable[..., dict[str, str]], western: Clip, teammate: User, outsider: User,
    engine: SandboxEngine, west: SandboxEngine,
) -> None:  # fmt: skip
    both(KLING_WEST_ORGANISATIONS="elsewhere")
    ours, theirs = western.project.organisation, Organisation.objects.get(slug="elsewhere")
    assert [one.name for one in registry.accounts_for(ours)] == ["kling", "sandbox"]
    assert "kling-west" in [one.name for one in registry.accounts_for(theirs)]
    with pytest.raises(NotOrdered, match="choose another"):  # another account is another payer
        order(western, by=teammate)
    assert engine.accepted() == west.accepted() == []


def test_jobs_of_an_account_that_was_removed_say_so_and_go_on_when_it_is_back(
    both: Callable[..., dict[str, str]], configure: Configure, kling: dict[str, str],
    western: Clip, teammate: User, west: SandboxEngine, work: Work,
) -> None:  # fmt: skip
    variables = both()
    west.fault("slow_task", seconds=1)
    running = order(western, by=teammate)
    submission.submit_due()
    another = add_clip(
        western.project, title="Waiting", engine_model=western.engine_model, by=teammate,
        look=western.look, take=western.take, motion="nods", camera="medium shot",
    )  # fmt: skip
    waiting = order(another, by=teammate)

    configure(**kling)
    for _ in range(2):
        submission.submit_due()
        polling.look_due()
        fetching.fetch_due()
        sweeping.sweep()
    for job, state in ((running, State.RUNNING), (waiting, State.QUEUED)):
        job.refresh_from_db()
        assert (job.state, job.error_code) == (state, "engine_missing")
        assert "“kling-west” is not configured any more" in job.error_message
    assert len(west.accepted()) == 1

    configure(**variables)
    for job in (running, waiting):
        assert work(job, State.SUCCEEDED).error_code == ""
    assert len(west.accepted()) == 2
    assert paid(western.project) == billed(west)


def test_a_job_that_waits_for_an_account_that_is_gone_is_not_sent_by_another(
    both: Callable[..., dict[str, str]], configure: Configure, kling: dict[str, str],
    western: Clip, teammate: User, engine: SandboxEngine,
) -> None:  # fmt: skip
    both()
    job = order(western, by=teammate)
    configure(**kling)
    submission.submit_due()
    job.refresh_from_db()
    assert (job.state, job.account, job.tries) == (State.QUEUED, "kling-west", 0)
    assert engine.accepted() == []
