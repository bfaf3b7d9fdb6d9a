"""Who may order, and what an order must say."""

from typing import Any

import pytest

from tests.sandbox.engine import KEY, Engine, anyone
from tests.sandbox.inputs import Inputs


@pytest.mark.parametrize("header", ["", "Bearer sk-other", KEY, "Basic abc"])
def test_without_the_right_key_nothing_is_answered(
    engine: Engine, inputs: Inputs, header: str
) -> None:
    before = engine.bill()["accepted"]
    for method, path in (("POST", "/v1/video/generations"), ("GET", "/v1/video/generations/x")):
        answer = anyone.request(
            method,
            engine.client.base_url.join(path),
            json=inputs.order(),
            headers={"Authorization": header},
        )
        assert answer.status_code == 401
        assert answer.json()["error"]["type"] == "new_api_error"
    assert engine.bill()["accepted"] == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": None}, "model is required"),
        ({"model": "kling-avatar-v9"}, "not supported"),
        ({"image_url": None}, "image_url is required"),
        ({"image_url": "file:///etc/passwd"}, "http or https"),
        ({"audio_url": " "}, "audio_url is required"),
        ({"audio_duration_seconds": None}, "audio_duration_seconds is required"),
        ({"audio_duration_seconds": "12"}, "must be a number"),
        ({"audio_duration_seconds": True}, "must be a number"),
        ({"audio_duration_seconds": 0}, "greater than 0"),
        ({"audio_duration_seconds": -3.5}, "greater than 0"),
        ({"prompt": 7}, "prompt must be a string"),
        ({"prompt": "x" * 2_501}, "2500 characters"),
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_and_not_billed(
    engine: Engine, inputs: Inputs, changes: dict[str, Any], said: str
) -> None:
    before = engine.bill()["accepted"]
    answer = engine.submit(inputs.order(**changes))
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_request"
    assert answer.json()["data"] is None
    assert said in answer.json()["message"]
    assert engine.bill()["accepted"] == before


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b'{"audio_duration_seconds": NaN}'])
def test_a_body_that_is_no_order_is_refused(engine: Engine, body: bytes) -> None:
    answer = engine.client.post("/v1/video/generations", content=body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_request"


def test_a_body_beyond_a_megabyte_is_refused(engine: Engine) -> None:
    answer = engine.client.post("/v1/video/generations", content=b" " * 1_100_000)
    assert answer.status_code == 413


def test_an_unknown_task_is_a_400_as_gateways_of_this_family_say_it(engine: Engine) -> None:
    answer = engine.read("task_unknown")
    assert answer.status_code == 400
    assert answer.json()["code"] == "task_not_exist"


def test_the_minimum_order_of_the_document_is_accepted_without_a_prompt(
    engine: Engine, inputs: Inputs
) -> None:
    answer = engine.submit(inputs.order(prompt=None)).json()
    assert answer["id"] == answer["task_id"]
    assert answer["task_id"].startswith("task_")
    assert answer["object"] == "video.generation.job"
    assert answer["status"] == "queued"
    assert engine.end(answer["id"])["status"] == "completed"


def test_the_bill_names_model_seconds_amount_and_what_else_the_order_said(
    engine: Engine, inputs: Inputs
) -> None:
    order = inputs.order(model="kling-avatar-v2-pro", audio_duration_seconds=2.1, reference="job 9")
    task_id = engine.accepted(order)
    row = engine.bill()["tasks"][-1]
    assert row["task_id"] == task_id
    assert row["model"] == "kling-avatar-v2-pro"
    assert (row["seconds"], row["amount"], row["refunded"]) == (2.1, "0.2352", False)
    assert row["reference"] == {"reference": "job 9"}
    engine.end(task_id)


def test_the_health_page_needs_no_key(engine: Engine) -> None:
    answer = anyone.get(engine.client.base_url.join("/sandbox/health"))
    assert answer.json()["status"] == "ok"
