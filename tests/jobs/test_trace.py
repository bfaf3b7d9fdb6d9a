"""One id from the click over the workers to the engine's door, and the job's on every line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from structlog.contextvars import bound_contextvars, get_contextvars

from jobs import ordering, submission, trace
from jobs.engines import bulk, http
from jobs.engines.base import EngineError, Request, Response
from jobs.models import AvatarJob, JobEvent, State
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from tests.conftest import STANDARD
from tests.engine import SandboxEngine
from tests.engines.loopback import answer, hang_up, serving
from tests.log_lines import Lines, caught

KEY = "sk-never-to-be-seen-1"


@pytest.fixture
def lines() -> Iterator[Lines]:
    with caught() as found:
        yield found


def told(lines: Lines, event: str) -> list[dict[str, Any]]:
    return [line for line in lines() if line["event"] == event]


def second_clip(clip: Clip, by: User) -> Clip:
    return add_clip(
        clip.project, title="Second", engine_model=STANDARD, by=by, look=clip.look, take=clip.take,
        motion="nods", camera="medium shot, static camera",
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_every_paid_call_names_the_click_it_comes_from_whoever_sends_it(
    engine: SandboxEngine, clip: Clip, teammate: User, lines: Lines
) -> None:
    with bound_contextvars(request_id="click-one"):
        one = ordering.order(clip, by=teammate)
    with bound_contextvars(request_id="click-two"):
        two = ordering.order(second_clip(clip, teammate), by=teammate)
    with bound_contextvars(request_id="a nudge of somebody else", task_id="t-9"):
        assert submission.submit_due() == 2
        assert get_contextvars()["request_id"] == "a nudge of somebody else"
    calls = {line["job_id"]: line for line in told(lines, "engine call")}
    assert calls[str(one.pk)]["request_id"] == "click-one"
    assert calls[str(two.pk)]["request_id"] == "click-two"
    for call in calls.values():
        assert (call["method"], call["account"], call["status"]) == ("POST", "sandbox", 200)
        assert call["ms"] > 0


@pytest.mark.django_db(transaction=True)
def test_every_move_of_a_job_is_a_line_that_names_it(
    ordered: AvatarJob, work: Callable[..., AvatarJob], lines: Lines
) -> None:
    work(ordered, State.SUCCEEDED)
    moves = [line for line in told(lines, "job moved") if line["job_id"] == str(ordered.pk)]
    assert [line["to_state"] for line in moves] == [
        State.SUBMITTING, State.RUNNING, State.FETCHING, State.SUCCEEDED,
    ]  # fmt: skip
    assert {line["account"] for line in moves} == {"sandbox"}


@pytest.mark.django_db(transaction=True)
def test_a_move_that_was_rolled_back_is_not_told(job: AvatarJob, lines: Lines) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        job.advance(State.CANCELLED, cause="cancelled")
        1 / 0
    assert told(lines, "job moved") == []


def test_the_order_keeps_its_request_beside_the_row(
    ordered: AvatarJob, clip: Clip, teammate: User
) -> None:
    with bound_contextvars(request_id="click-three"):
        later = ordering.order(clip, by=teammate, number=2)
    assert trace.origins([ordered, later]) == {later.pk: "click-three"}
    assert JobEvent.objects.get(job=ordered).detail == {}


def a_request(url: str, method: str = "POST") -> Request:
    return Request(
        method=method, url=url, headers={"authorization": f"Bearer {KEY}"}, json={"a": 1}
    )


def test_the_engine_gets_the_id_so_that_its_support_can_be_asked() -> None:
    with serving(answer(body=b"{}")) as server:
        with bound_contextvars(request_id="click-four"):
            http.send(trace.marked(a_request(f"{server.url}/v1/videos")))
        http.send(trace.marked(a_request(f"{server.url}/v1/videos")))
    first, second = server.seen
    assert first.headers["x-request-id"] == "click-four"
    assert "x-request-id" not in second.headers


def test_a_call_is_told_with_its_outcome_and_without_key_or_query(lines: Lines) -> None:
    with serving(answer("503 Service Unavailable", b"{}")) as server:
        http.send(a_request(f"{server.url}/v1/videos?token=abc12345"))
    with serving(hang_up) as server, pytest.raises(EngineError):
        http.send(a_request(f"{server.url}/v1/videos"))
    refused, lost = told(lines, "engine call")
    assert (refused["host"], refused["path"]) == ("127.0.0.1", "/v1/videos")
    assert (refused["status"], lost["status"]) == (503, "connection_lost")
    assert KEY not in str(lines())
    assert "abc12345" not in str(lines())


def test_looks_are_told_together_and_only_to_those_who_want_that_much() -> None:
    with serving(answer(body=b"{}")) as server, caught(logging.INFO) as lines:
        looks = [a_request(f"{server.url}/v1/{number}", "GET") for number in range(5)]
        assert all(isinstance(one, Response) for one in bulk.send_many(looks, 5))
        http.send(looks[0])
        assert lines() == []
    with serving(answer(body=b"{}")) as server, caught(logging.DEBUG) as lines:
        looks = [a_request(f"{server.url}/v1/{number}", "GET") for number in range(5)]
        bulk.send_many(looks, 5)
        (line,) = told(lines, "engine calls")
    assert line["calls"] == 5
    assert line["outcomes"] == {"200": 5}
