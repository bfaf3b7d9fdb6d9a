"""Every fault that can be switched on does what its name says, and no more often than asked."""

import time
from typing import Any

import httpx
import pytest

from jobs.sandbox.failures import FAILURES
from tests.sandbox.engine import Engine, anyone
from tests.sandbox.inputs import Inputs


def accepted_count(engine: Engine) -> int:
    return int(engine.bill()["accepted"])


@pytest.mark.parametrize(("fault", "header"), [({}, None), ({"retry_after": 7}, "7")])
def test_a_rate_limit_is_a_429_with_retry_after_only_where_asked(
    engine: Engine, inputs: Inputs, fault: dict[str, Any], header: str | None
) -> None:
    engine.fault(fault="rate_limit", times=1, **fault)
    before = accepted_count(engine)
    answer = engine.submit(inputs.order())
    assert (answer.status_code, answer.headers.get("retry-after")) == (429, header)
    assert "error" in answer.json()
    assert accepted_count(engine) == before
    assert engine.submit(inputs.order()).status_code == 200


@pytest.mark.parametrize(("when", "counted"), [("before", 0), ("after", 1)])
def test_a_server_error_comes_before_or_after_the_task_is_accepted(
    engine: Engine, inputs: Inputs, when: str, counted: int
) -> None:
    engine.fault(fault="server_error", when=when, times=1)
    before = accepted_count(engine)
    answer = engine.submit(inputs.order())
    assert answer.status_code == 500
    assert answer.json()["code"] == "do_request_failed"
    assert accepted_count(engine) == before + counted


def test_a_proxy_page_is_html(engine: Engine, inputs: Inputs) -> None:
    engine.fault(fault="html", times=1)
    answer = engine.submit(inputs.order())
    assert answer.status_code == 502
    assert answer.headers["content-type"].startswith("text/html")


def test_a_slow_answer_waits(engine: Engine) -> None:
    engine.fault(fault="slow", on="read", delay_seconds=0.6, times=1)
    started = time.monotonic()
    engine.read("task_x")
    assert time.monotonic() - started >= 0.6


def test_a_lost_answer_has_accepted_the_task_and_closes_the_connection(
    engine: Engine, inputs: Inputs
) -> None:
    engine.fault(fault="lost_answer", times=1)
    before = accepted_count(engine)
    with pytest.raises(httpx.RemoteProtocolError):
        engine.submit(inputs.order(prompt="lost"))
    bill = engine.bill()
    assert bill["accepted"] == before + 1
    assert engine.end(bill["tasks"][-1]["task_id"])["status"] == "completed"


@pytest.mark.parametrize("kind", sorted(FAILURES))
def test_a_task_fails_in_every_documented_way_and_is_refunded(
    engine: Engine, inputs: Inputs, kind: str
) -> None:
    engine.fault(fail=kind, times=1)
    seen = engine.end(engine.accepted(inputs.order()))
    assert seen["status"] == "failed"
    assert seen["error"] == {"code": FAILURES[kind].code, "message": FAILURES[kind].message}
    assert engine.bill()["tasks"][-1]["refunded"] is True


def test_a_refused_key_and_an_empty_account_stop_the_order(engine: Engine, inputs: Inputs) -> None:
    engine.fault(fault="wrong_key", times=1)
    assert engine.submit(inputs.order()).status_code == 401
    engine.fault(fault="no_credit", times=1)
    answer = engine.submit(inputs.order())
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "insufficient_user_quota"


def test_a_slow_task_does_not_end(engine: Engine, inputs: Inputs) -> None:
    engine.fault(fault="slow_task", seconds=600, times=1)
    task_id = engine.accepted(inputs.order())
    time.sleep(0.5)
    assert engine.read(task_id).json()["status"] in ("queued", "processing")


def test_a_task_may_be_unknown_for_a_while_and_complete_without_an_address(
    engine: Engine, inputs: Inputs
) -> None:
    task_id = engine.accepted(inputs.order())
    engine.end(task_id)
    engine.fault(fault="not_yet", times=1)
    assert engine.read(task_id).json()["code"] == "task_not_exist"
    engine.fault(fault="no_url", times=1)
    seen = engine.read(task_id).json()
    assert seen["status"] == "completed"
    assert "video_url" not in seen
    assert "video_url" in engine.read(task_id).json()


def _dig(answer: Any, *path: Any) -> Any:
    for step in path:
        answer = answer[step]
    return answer


@pytest.mark.parametrize(
    ("shape", "status_at", "done", "url_at"),
    [
        ("seed", ("status",), "completed", ("result", "outputs", 0)),
        ("W", ("data", "status"), "SUCCESS", ("data", "result_url")),
        ("G", ("data", "status"), "succeeded", ("data", "url")),
        ("O", ("status",), "completed", ("metadata", "url")),
        ("D", ("status",), "succeeded", ("url",)),
        ("K", ("data", "task_status"), "succeed", ("data", "task_result", "videos", 0, "url")),
    ],
)
def test_every_envelope_carries_status_and_address_in_its_own_place(
    engine: Engine,
    inputs: Inputs,
    shape: str,
    status_at: tuple[Any, ...],
    done: str,
    url_at: tuple[Any, ...],
) -> None:
    engine.fault(fault="envelope", shape=shape, on="all")
    answer = engine.submit(inputs.order()).json()
    body = answer["data"] if shape in "WGK" else answer
    task_id = body["task_id"]
    deadline = time.monotonic() + 120
    while _dig(seen := engine.read(task_id).json(), *status_at) != done:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert _dig(seen, *url_at).endswith(".mp4")


def test_a_wrapped_failure_repeats_its_reason_where_the_address_would_be(
    engine: Engine, inputs: Inputs
) -> None:
    engine.fault(fail="moderation", times=1)
    task_id = engine.accepted(inputs.order())
    engine.end(task_id)
    engine.fault(fault="envelope", shape="W", times=1)
    data = engine.read(task_id).json()["data"]
    assert data["status"] == "FAILURE"
    assert data["result_url"] == data["fail_reason"] == FAILURES["moderation"].message


def test_status_words_can_be_replaced(engine: Engine, inputs: Inputs) -> None:
    task_id = engine.accepted(inputs.order())
    engine.end(task_id)
    engine.fault(fault="words", words={"completed": "Finished"}, times=1)
    assert engine.read(task_id).json()["status"] == "Finished"


def test_spoilt_results_are_truncated_expired_or_no_video(engine: Engine, inputs: Inputs) -> None:
    url = engine.end(engine.accepted(inputs.order()))["video_url"]
    engine.fault(fault="truncated", times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        anyone.get(url)
    engine.fault(fault="expired", status=404, times=1)
    assert anyone.get(url).status_code == 404
    engine.fault(fault="not_a_video", times=1)
    fake = anyone.get(url)
    assert (fake.status_code, fake.headers["content-type"]) == (200, "video/mp4")
    assert b"ftyp" not in fake.content
    assert anyone.get(url).content[4:8] == b"ftyp"


def test_faults_strike_as_often_as_asked_are_seen_and_cleared(engine: Engine) -> None:
    engine.fault(fault="rate_limit", on="read", times=2)
    codes = [engine.read("task_x").status_code for _ in range(3)]
    assert codes == [429, 429, 400]
    seen = engine.client.get("/sandbox/faults").json()["faults"]
    assert [(one["fault"], one["times"], one["hits"]) for one in seen] == [("rate_limit", 0, 2)]
    assert engine.client.delete("/sandbox/faults").json() == {"faults": []}


def test_a_likely_fault_strikes_the_same_requests_for_the_same_seed(engine: Engine) -> None:
    rounds = []
    for _ in range(2):
        engine.client.delete("/sandbox/faults")
        engine.fault(fault="rate_limit", on="read", probability=0.5, seed=7)
        rounds.append([engine.read("task_x").status_code for _ in range(12)])
    assert rounds[0] == rounds[1]
    assert set(rounds[0]) == {400, 429}


@pytest.mark.parametrize(
    "wanted",
    [
        {"fault": "earthquake"},
        {"fault": "rate_limit", "on": "media"},
        {"fault": "rate_limit", "times": 0},
        {"fault": "rate_limit", "colour": "red"},
        {"fault": "fail", "fail": "boredom"},
        {"fault": "envelope", "shape": "Z"},
        {"fault": "words", "words": {"done": "x"}},
        {"fault": "slow", "delay_seconds": -1},
        [],
    ],
)
def test_a_fault_that_does_not_exist_is_refused_with_a_sentence(
    engine: Engine, wanted: Any
) -> None:
    answer = engine.client.post("/sandbox/faults", json=wanted)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert engine.client.get("/sandbox/faults").json() == {"faults": []}
