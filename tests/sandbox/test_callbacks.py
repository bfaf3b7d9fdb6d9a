"""The engine calls back: signed as Kling and as fal sign, and badly where a fault asks for it."""

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.sandbox.engine import FAL, WEBHOOK_SECRET, Engine, anyone, until
from tests.sandbox.inputs import Inputs
from tests.sandbox.studio import Received, Studio


def is_from_kling(callback: Received) -> bool:
    """Standard Webhooks: HMAC-SHA256 over id, time and raw body with the decoded secret."""
    headers = callback.headers
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + callback.body
    key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{wanted}"


def is_from_fal(callback: Received, engine: Engine) -> bool:
    """ED25519 over request, user, time and the body's hash, with a key the engine publishes."""
    (key,) = anyone.get(engine.client.base_url.join("/.well-known/jwks.json")).json()["keys"]
    assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    names = ("request-id", "user-id", "timestamp")
    parts = [callback.headers[f"x-fal-webhook-{name}"] for name in names]
    message = "\n".join([*parts, hashlib.sha256(callback.body).hexdigest()]).encode()
    try:
        public.verify(bytes.fromhex(callback.headers["x-fal-webhook-signature"]), message)
    except InvalidSignature:
        return False
    return True


def order_at_kling(engine: Engine, inputs: Inputs, studio: Studio, **changes: Any) -> str:
    """The id of a task that calls back."""
    order = inputs.kling_order(callback_url=studio.url, **changes)
    task_id: str = engine.kling(order).json()["data"]["task_id"]
    return task_id


def order_at_fal(engine: Engine, inputs: Inputs, studio: Studio) -> dict[str, Any]:
    """The answer to an order that calls back."""
    answer = engine.fal(
        "POST", f"{FAL}/standard", params={"fal_webhook": studio.url}, json=inputs.fal_order()
    )
    accepted: dict[str, Any] = answer.json()
    return accepted


def test_kling_calls_at_every_change_with_the_task_and_a_signature(
    engine: Engine, inputs: Inputs, studio: Studio
) -> None:
    task_id = order_at_kling(engine, inputs, studio, prompt="call me")
    engine.kling_end(task_id)
    received = studio.wait_for(3)
    words = {callback.said["task_status"]: callback.said for callback in received}
    assert set(words) == {"submitted", "processing", "succeed"}
    assert {said["task_id"] for said in words.values()} == {task_id}
    assert all(is_from_kling(callback) for callback in received)
    assert len({callback.headers["webhook-id"] for callback in received}) == 3
    assert {callback.path for callback in received} == {"/callbacks/one"}
    assert words["succeed"] == engine.kling_read(task_id)


def test_fal_calls_once_at_the_end_with_the_result(
    engine: Engine, inputs: Inputs, studio: Studio
) -> None:
    accepted = order_at_fal(engine, inputs, studio)
    engine.fal_end(accepted)
    (callback,) = studio.wait_for(1)
    assert is_from_fal(callback, engine)
    said = callback.said
    assert (said["request_id"], said["status"]) == (accepted["request_id"], "OK")
    assert said["payload"] == engine.fal("GET", accepted["response_url"]).json()


def test_fal_calls_with_the_errors_of_a_failed_request(
    engine: Engine, inputs: Inputs, studio: Studio
) -> None:
    engine.fault(fail="face_not_found", times=1)
    order_at_fal(engine, inputs, studio)
    (callback,) = studio.wait_for(1)
    assert callback.said["status"] == "ERROR"
    assert callback.said["payload"]["detail"][0]["type"] == "face_detection_error"


def test_one_callback_may_come_several_times_with_the_same_id(
    engine: Engine, inputs: Inputs, studio: Studio
) -> None:
    engine.fault(fault="callback_times", count=3, times=1)
    engine.fault(fault="slow_task", seconds=600, times=1)
    order_at_kling(engine, inputs, studio, prompt="three times")

    def said_submitted() -> list[Received]:
        return [one for one in studio.received if one.said["task_status"] == "submitted"]

    # Callbacks may overtake each other: the next change is told beside these.
    submitted = until(said_submitted, lambda found: len(found) >= 3)
    assert len({one.headers["webhook-id"] for one in submitted}) == 1
    assert all(is_from_kling(one) for one in submitted)


def test_a_callback_may_come_before_the_answer_to_the_order(
    engine: Engine, inputs: Inputs, studio: Studio
) -> None:
    engine.fault(fault="callback_early", times=2)
    task_id = order_at_kling(engine, inputs, studio)
    first = studio.received[0]  # without waiting: it is there when the answer is
    assert first.said["task_id"] == task_id
    engine.kling_end(task_id)
    count = len(studio.wait_for(3))
    accepted = order_at_fal(engine, inputs, studio)
    assert studio.received[count].said["request_id"] == accepted["request_id"]


def test_a_forged_callback_is_recognised_by_its_signature(
    engine: Engine, inputs: Inputs, studio: Studio
) -> None:
    engine.fault(fault="callback_forged")
    accepted = order_at_fal(engine, inputs, studio)
    engine.fal_end(accepted)
    assert not is_from_fal(studio.wait_for(1)[0], engine)
    order_at_kling(engine, inputs, studio)
    assert not any(is_from_kling(callback) for callback in studio.wait_for(4)[1:])


def test_a_callback_that_is_refused_is_sent_again_and_the_attempts_can_be_seen(
    engine: Engine, inputs: Inputs, studio: Studio
) -> None:
    studio.first, studio.status = [503], 204
    accepted = order_at_fal(engine, inputs, studio)
    first, second = studio.wait_for(2)
    assert first.body == second.body

    def attempts() -> list[Any]:
        seen = engine.client.get("/sandbox/callbacks").json()["callbacks"]
        return [one["answer"] for one in seen if one["task_id"] == accepted["request_id"]]

    assert until(attempts, lambda it: len(it) == 2) == [503, 204]


@pytest.mark.parametrize("count", [0, 101, 1.5, True, "2"])
def test_how_often_a_callback_comes_is_a_whole_number(engine: Engine, count: Any) -> None:
    wanted = {"fault": "callback_times", "count": count}
    assert engine.client.post("/sandbox/faults", json=wanted).status_code == 400
