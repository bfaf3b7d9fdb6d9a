"""The engine as fal: its queue, its addresses, its errors, and the cancel."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.engine import FAL, KEY, Engine, anyone, until
from tests.sandbox.inputs import Inputs


def ordered(engine: Engine, inputs: Inputs, tier: str = "standard", **changes: Any) -> Any:
    """The answer to an order that must be accepted."""
    answer = engine.fal("POST", f"{FAL}/{tier}", json=inputs.fal_order(**changes))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("header", ["", f"Bearer {KEY}", "Key sk-other", KEY])
def test_only_the_key_with_its_own_scheme_lets_in(
    engine: Engine, inputs: Inputs, header: str
) -> None:
    url = engine.client.base_url.join(f"{FAL}/standard")
    answer = anyone.post(url, json=inputs.fal_order(), headers={"Authorization": header})
    assert answer.status_code == 401
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize(
    ("tier", "model", "amount"),
    [
        ("standard", "kling-avatar-v2-standard", "0.1124"),
        ("pro", "kling-avatar-v2-pro", "0.2300"),
    ],
)
def test_an_order_is_queued_runs_and_has_a_result_billed_at_fals_price(
    engine: Engine, inputs: Inputs, tier: str, model: str, amount: str
) -> None:
    said = ordered(engine, inputs, tier)
    here = str(engine.client.base_url.join(f"/fal-ai/kling-video/requests/{said['request_id']}"))
    assert said["status"] == "IN_QUEUE"
    assert said["queue_position"] >= 0
    assert (said["response_url"], said["status_url"], said["cancel_url"]) == (
        here, f"{here}/status", f"{here}/cancel"
    )  # fmt: skip
    done = engine.fal_end(said)
    assert "error" not in done
    assert done["metrics"]["inference_time"] > 0
    answer = engine.fal("GET", said["response_url"])
    assert answer.headers["x-fal-billable-units"] == "2.000"
    result = answer.json()
    assert result["duration"] == 2.0
    film = anyone.get(result["video"]["url"])
    assert film.content[4:8] == b"ftyp"
    assert result["video"]["file_size"] == len(film.content)
    assert result["video"]["content_type"] == film.headers["content-type"] == "video/mp4"
    row = engine.bill_of(said["request_id"])
    assert (row["model"], row["amount"]) == (model, amount)


def test_addresses_are_built_from_the_one_the_orderer_used(engine: Engine, inputs: Inputs) -> None:
    headers = {"Authorization": f"Key {KEY}", "Host": "queue.example:81"}
    answer = engine.client.post(f"{FAL}/pro", json=inputs.fal_order(), headers=headers)
    assert answer.json()["status_url"].startswith("http://queue.example:81/fal-ai/kling-video/")


def test_a_request_in_progress_has_a_status_of_202_and_no_result(
    engine: Engine, inputs: Inputs
) -> None:
    engine.fault(fault="slow_task", seconds=600, times=1)
    said = ordered(engine, inputs, prompt="in progress")
    status = engine.fal("GET", said["status_url"])
    assert status.status_code == 202
    assert status.json()["status"] in ("IN_QUEUE", "IN_PROGRESS")
    result = engine.fal("GET", said["response_url"])
    assert (result.status_code, result.json()["detail"]) == (400, "Request is still in progress")
    assert engine.fal("PUT", said["cancel_url"]).status_code == 202


@pytest.mark.parametrize(
    ("fail", "status", "kind"),
    [
        ("moderation", 422, "content_policy_violation"),
        ("face_not_found", 422, "face_detection_error"),
        ("vendor_down", 400, "downstream_service_error"),
        ("vendor_timeout", 504, "generation_timeout"),
        ("unnamed", 500, "internal_server_error"),
    ],
)
def test_completed_may_be_an_error_and_the_result_names_its_type(
    engine: Engine, inputs: Inputs, fail: str, status: int, kind: str
) -> None:
    engine.fault(fail=fail, times=1)
    said = ordered(engine, inputs)
    done = engine.fal_end(said)
    assert done["error_type"] == kind
    result = engine.fal("GET", said["response_url"])
    assert result.status_code == status
    assert [one["type"] for one in result.json()["detail"]] == [kind]
    assert engine.bill_of(said["request_id"])["refunded"] is True


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"image_url": None, "audio_url": None}, ["missing", "missing"]),
        ({"image_url": "ftp://a/b.png"}, ["url_scheme"]),
        ({"prompt": 7}, ["string_type"]),
        ({"prompt": "x" * 2_501}, ["string_too_long"]),
    ],
)
def test_an_order_that_breaks_a_rule_is_a_422_with_the_place(
    engine: Engine, inputs: Inputs, changes: dict[str, Any], kinds: list[str]
) -> None:
    before = engine.bill()["accepted"]
    answer = engine.fal("POST", f"{FAL}/standard", json=inputs.fal_order(**changes))
    assert answer.status_code == 422
    assert [one["type"] for one in answer.json()["detail"]] == kinds
    assert all(one["loc"][0] == "body" for one in answer.json()["detail"])
    assert engine.bill()["accepted"] == before


def test_another_tier_and_an_unknown_request_are_not_found(engine: Engine, inputs: Inputs) -> None:
    assert engine.fal("POST", f"{FAL}/best", json=inputs.fal_order()).status_code == 404
    nowhere = "/fal-ai/kling-video/requests/none"
    assert engine.fal("GET", f"{nowhere}/status").status_code == 404
    assert engine.fal("GET", nowhere).status_code == 404
    assert engine.fal("PUT", f"{nowhere}/cancel").json() == {"status": "NOT_FOUND"}


def test_a_queued_request_is_cancelled_and_not_billed(
    start_engine: Callable[..., Engine], inputs: Inputs
) -> None:
    engine = start_engine(seconds=30)
    said = ordered(engine, inputs)
    assert said["status"] == "IN_QUEUE"
    answer = engine.fal("PUT", said["cancel_url"])
    assert (answer.status_code, answer.json()["status"]) == (202, "CANCELLATION_REQUESTED")
    done = engine.fal("GET", said["status_url"]).json()
    assert (done["status"], done["error_type"]) == ("COMPLETED", "client_cancelled")
    assert engine.fal("GET", said["response_url"]).status_code == 499
    row = engine.bill_of(said["request_id"])
    assert (row["refunded"], row["fail_code"]) == (True, "client_cancelled")
    result = engine.fal("GET", said["response_url"])
    assert (result.status_code, result.headers["x-fal-billable-units"]) == (499, "0")
    again = engine.fal("PUT", said["cancel_url"])
    assert (again.status_code, again.json()["status"]) == (400, "ALREADY_COMPLETED")


def test_a_request_that_renders_is_stopped_with_its_renderer(
    engine: Engine, inputs: Inputs
) -> None:
    url = inputs.tone("long-for-fal.wav", 120)
    said = ordered(engine, inputs, audio_url=url)
    until(
        lambda: engine.fal("GET", said["status_url"]).json(),
        lambda it: it["status"] == "IN_PROGRESS",
    )
    assert engine.fal("PUT", said["cancel_url"]).status_code == 202
    assert engine.bill_of(said["request_id"])["refunded"] is True
    other = engine.accepted(inputs.order(prompt="after a cancel"))
    assert engine.end(other)["status"] == "completed"
    assert engine.bill_of(said["request_id"])["status"] == "failed"


def test_a_cancel_may_be_accepted_and_come_too_late(engine: Engine, inputs: Inputs) -> None:
    engine.fault(fault="cancel_too_late", times=1)
    engine.fault(fault="slow_task", seconds=10, times=1)
    said = ordered(engine, inputs)
    assert engine.fal("PUT", said["cancel_url"]).status_code == 202
    assert "error" not in engine.fal_end(said)
    row = engine.bill_of(said["request_id"])
    assert (row["status"], row["refunded"], row["amount"]) == ("completed", False, "0.1124")


@pytest.mark.parametrize(
    ("fault", "status"),
    [("rate_limit", 429), ("concurrency", 429), ("no_credit", 403), ("wrong_key", 401),
     ("server_error", 500)],
)  # fmt: skip
def test_each_fault_has_fals_status_and_buys_nothing(
    engine: Engine, inputs: Inputs, fault: str, status: int
) -> None:
    before = engine.bill()["accepted"]
    engine.fault(fault=fault, times=1)
    answer = engine.fal("POST", f"{FAL}/standard", json=inputs.fal_order())
    assert answer.status_code == status
    assert isinstance(answer.json()["detail"], str)
    assert engine.bill()["accepted"] == before
