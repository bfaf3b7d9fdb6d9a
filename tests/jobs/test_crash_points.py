"""A worker is killed at each point of the paid call: never a second submit, never a lost job.

Each worker is a process of its own that kills itself where the point is; nothing of it is cleaned
up. Then others go on. The engine counts.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from jobs import clock, in_the_air, paid_answers, settling, submission, sweeping
from jobs.models import AvatarJob, LedgerEntry, State
from studio.clips.models import Clip
from studio.operations.processes import ROOT
from studio.organisations.models import User
from tests.engine import SandboxEngine
from tests.jobs.crowds import Requests, queue, states

Work = Callable[..., AvatarJob]

#: What the worker runs; `wounded` is the function at which it dies.
WORKER = """
import json, os, signal, sys
import django
from django.conf import settings
name, when, which, database, values = json.loads(sys.argv[1])
settings.DATABASES["default"] |= {"NAME": database}
django.setup()
for key, value in values.items():
    setattr(settings, key, value)
from jobs import paid_answers, submission
home = submission if hasattr(submission, name) else paid_answers
healthy, calls = getattr(home, name), []
def wounded(*args, **options):
    calls.append(args)
    if len(calls) < which:
        return healthy(*args, **options)
    if when == "after":
        healthy(*args, **options)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(home, name, wounded)
submission.BUSY_SECONDS = 60  # on a busy machine too it sends all there is
submission.submit_due()
"""


@pytest.fixture
def killed(engine: SandboxEngine, settings: Any) -> Callable[..., None]:
    """`killed("_commit_intent", "before")`: a worker dies there, at its first call or later."""
    values = {
        name: getattr(settings, name) for name in ("SANDBOX_URL", "SANDBOX_KEY", "PUBLIC_URL")
    }
    database = str(connection.settings_dict["NAME"])

    def kill(name: str, when: str, which: int = 1) -> None:
        told = json.dumps([name, when, which, database, values])
        done = subprocess.run(
            [sys.executable, "-c", WORKER, told],
            cwd=ROOT,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "studio.settings"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr

    return kill


def everybody_goes_on() -> None:
    """Hours pass: leases run out, the sweep sweeps, workers send what they find."""
    AvatarJob.objects.exclude(leased_until=None).update(leased_until=clock.now())
    long_ago = clock.now() - paid_answers.abandoned_after() - timedelta(seconds=1)
    AvatarJob.objects.filter(state=State.SUBMITTING).update(sent_at=long_ago)
    for _ in range(2):
        sweeping.sweep()
        AvatarJob.objects.filter(state=State.QUEUED).update(next_at=clock.now())
        submission.submit_due()


BEFORE_THE_INTENT = [("_prepared", "before"), ("_prepared", "after"), ("_commit_intent", "before")]


@pytest.mark.parametrize(("name", "when"), BEFORE_THE_INTENT)
def test_killed_before_the_intent_the_job_is_sent_by_another_worker(
    ordered: AvatarJob, engine: SandboxEngine, killed: Callable[..., None], name: str, when: str
) -> None:
    requests = Requests(engine, "submit")
    killed(name, when)
    assert states([ordered]) == [State.QUEUED]
    assert requests.count == 0
    submission.submit_due()
    assert requests.count == 0, "the dead worker's lease still counts"
    everybody_goes_on()
    assert states([ordered]) == [State.RUNNING]
    assert (requests.count, len(engine.accepted())) == (1, 1)


@pytest.mark.parametrize(("name", "when"), [("_commit_intent", "after"), ("_call", "before")])
def test_killed_between_intent_and_call_the_job_waits_for_a_person_unsent(
    ordered: AvatarJob, teammate: User, engine: SandboxEngine, killed: Callable[..., None],
    name: str, when: str,
) -> None:  # fmt: skip
    requests = Requests(engine, "submit")
    killed(name, when)
    assert states([ordered]) == [State.SUBMITTING]
    everybody_goes_on()
    assert states([ordered]) == [State.UNKNOWN]
    assert requests.count == 0
    ordered.refresh_from_db()
    assert ordered.error_code == "interrupted"
    settling.it_does_not_exist(ordered, by=teammate, evidence="Not on the engine's bill.")
    assert LedgerEntry.objects.filter(job=ordered).totals().bound == 0


@pytest.mark.parametrize(
    ("name", "when"), [("_call", "after"), ("_take_in", "before"), ("begin_to_run", "before")]
)
def test_killed_after_the_call_the_job_is_settled_by_the_engines_id(
    ordered: AvatarJob, teammate: User, engine: SandboxEngine, killed: Callable[..., None],
    work: Work, name: str, when: str,
) -> None:  # fmt: skip
    requests = Requests(engine, "submit")
    killed(name, when)
    assert states([ordered]) == [State.SUBMITTING]
    everybody_goes_on()
    assert states([ordered]) == [State.UNKNOWN]
    (task,) = engine.accepted()
    assert requests.count == 1
    ordered.refresh_from_db()
    settling.it_exists(ordered, handle=task["task_id"], by=teammate, evidence="On the bill.")
    job = work(ordered, State.SUCCEEDED)
    money = LedgerEntry.objects.filter(job=job).totals()
    assert money.held == 0
    assert f"{money.spent:.4f}" == task["amount"]
    assert requests.count == 1


def test_killed_after_the_handle_nothing_is_left_to_do(
    ordered: AvatarJob, engine: SandboxEngine, killed: Callable[..., None], work: Work
) -> None:
    killed("begin_to_run", "after")
    assert states([ordered]) == [State.RUNNING]
    everybody_goes_on()
    assert work(ordered, State.SUCCEEDED).handle == engine.accepted()[0]["task_id"]
    assert len(engine.accepted()) == 1


def test_killed_in_the_middle_of_a_crowd_only_calls_in_the_air_are_left_to_settle(
    clip: Clip, engine: SandboxEngine, killed: Callable[..., None]
) -> None:
    """Twenty jobs; the worker dies when it takes in its eleventh answer."""
    jobs = queue(clip, 20)
    for job in jobs:  # by this the engine's list tells them apart
        AvatarJob.objects.filter(pk=job.pk).update(prompt_text=f"prompt {job.number}")
    engine.fault("fail", fail="vendor_down")
    killed("_take_in", "before", 11)
    assert states(jobs).count(State.RUNNING) == 10
    left = states(jobs).count(State.SUBMITTING)
    assert left == 2 * in_the_air.MOST - 10
    everybody_goes_on()
    assert states(jobs).count(State.UNKNOWN) == left
    assert states(jobs).count(State.RUNNING) == 20 - left
    # Those in the air may have arrived or not; nobody sent any of them again.
    tasks = engine.accepted()
    assert len({task["prompt"] for task in tasks}) == len(tasks)
    known = set(AvatarJob.objects.exclude(handle="").values_list("handle", flat=True))
    bought = {task["task_id"] for task in tasks}
    assert known <= bought
    assert len(bought - known) <= left
    assert LedgerEntry.objects.totals().held == 20 * jobs[0].price_amount
