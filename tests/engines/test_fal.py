"""What only fal does: addresses as a handle, two GETs for one look, its own signature."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from assets.limits import STRICT
from jobs.engines.base import EngineError, Order, Sent
from jobs.engines.fal import ENDPOINTS, LIMITS, Fal
from tests.engines.recorded import reply
from tests.engines.recorded_fal_failures import COMPLETED
from tests.engines.recorded_fal_submits import QUEUE, TASK_1, queued
from tests.engines.test_contract import ORDER

KEY = "key-id:key-secret-0123456789"
ELSEWHERE = "https://evil.example/fal-ai/kling-video/requests/task_1"


def fal(base_url: str = QUEUE, jwks_url: str = "") -> Fal:
    return Fal(base_url=base_url, key=KEY, limits=LIMITS, models=ENDPOINTS, jwks_url=jwks_url)


def body_of(order: Order) -> Mapping[str, object]:
    body = fal().submit_request(order).json
    assert body is not None
    return body


# The order


def test_the_order_has_exactly_the_documented_fields() -> None:
    assert body_of(ORDER) == {
        "image_url": "https://studio.example/i.png",
        "audio_url": "https://studio.example/a.mp3",
        "prompt": "a calm presenter",
    }


@pytest.mark.parametrize("prompt", ["", "  ", "\n"])
def test_a_blank_prompt_is_sent_as_fals_own_default(prompt: str) -> None:
    assert body_of(replace(ORDER, prompt=prompt))["prompt"] == "."


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("kling-avatar-v2-standard", "fal-ai/kling-video/ai-avatar/v2/standard"),
        ("kling-avatar-v2-pro", "fal-ai/kling-video/ai-avatar/v2/pro"),
    ],
)
def test_each_model_has_its_endpoint(model: str, path: str) -> None:
    assert fal().submit_request(replace(ORDER, model=model)).url == f"{QUEUE}/{path}"


def test_a_model_without_an_endpoint_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="no endpoint for the model kling-avatar-v9"):
        Fal(key=KEY, limits=STRICT, models=("kling-avatar-v2-pro", "kling-avatar-v9"))


def test_the_address_to_call_travels_in_the_query() -> None:
    request = fal().submit_request(replace(ORDER, callback_url="https://studio.example/c/1/?a=b&c"))
    expected = "?fal_webhook=https%3A%2F%2Fstudio.example%2Fc%2F1%2F%3Fa%3Db%26c"
    assert request.url == f"{QUEUE}/{ENDPOINTS[ORDER.model]}{expected}"


def test_fal_may_repeat_its_own_unbilled_faults() -> None:
    assert "x-fal-no-retry" not in {name.lower() for name in fal().submit_request(ORDER).headers}


def test_the_widest_types_that_both_fal_and_the_studio_handle_are_offered() -> None:
    assert LIMITS.image_types == {"image/jpeg", "image/png", "image/webp"}
    assert LIMITS.audio_types - STRICT.audio_types == {"audio/ogg"}


# The handle


def test_a_purchase_with_a_foreign_address_says_by_which_id_to_settle_it() -> None:
    with pytest.raises(EngineError) as caught:
        fal().read_submit(reply(200, queued(ELSEWHERE)))
    assert (caught.value.sent, caught.value.code) == (Sent.MAYBE, "foreign_address")
    assert caught.value.detail == f"request task_1: {ELSEWHERE}"
    assert fal().read_handle("task_1") == TASK_1


def test_each_address_of_an_unusual_handle_is_used_for_its_purpose() -> None:
    result, status, cancel = (f"{QUEUE}/{part}/requests/1" for part in "abc")
    engine, handle = fal(), f"{result} {status} {cancel}"
    assert engine.look_request(handle).url == status
    assert engine.cancel_request(handle).url == cancel
    follow_up = engine.read_look(COMPLETED).follow_up
    assert follow_up
    assert follow_up.request(handle).url == result


@pytest.mark.parametrize(
    "handle",
    [
        ELSEWHERE,
        f"{TASK_1} {TASK_1}/status {ELSEWHERE}/cancel",
        f"{TASK_1} {ELSEWHERE}/status {TASK_1}/cancel",
        f"{TASK_1} {TASK_1}/status",
        f"{QUEUE}.evil.example/requests/1",
        f"{QUEUE}@evil.example/requests/1",
        "",
        " ",
        "..",
    ],
)
def test_a_stored_handle_of_another_origin_is_only_an_odd_id(handle: str) -> None:
    engine = fal()
    follow_up = engine.read_look(COMPLETED).follow_up
    assert follow_up
    for request, end in (
        (engine.look_request(handle), "/status"),
        (engine.cancel_request(handle), "/cancel"),
        (follow_up.request(handle), ""),
    ):
        head = f"{QUEUE}/fal-ai/kling-video/requests/"
        assert request.url.startswith(head)
        part = request.url.removeprefix(head).removesuffix(end)
        assert part
        assert "/" not in part
        assert part not in (".", "..")


@pytest.mark.parametrize(
    "typed",
    [
        ELSEWHERE,
        f"{QUEUE}/../x/requests/1",
        f"{QUEUE}/a/../requests/1",
        f"{QUEUE}/requests/../1",
        f"{QUEUE}/fal-ai/kling-video",
        f"{QUEUE}/fal-ai/kling-video/requests/",
        f"{TASK_1}#status",
        f"{TASK_1} {TASK_1}/status",
        f"{TASK_1} {TASK_1}/status {ELSEWHERE}/cancel",
        f"{TASK_1} {TASK_1}/status {QUEUE}/admin",
        f"{QUEUE}/{'a' * 600}/requests/1",
        "https://fal.ai/dashboard/requests/1",
    ],
)
def test_a_typed_address_that_is_not_of_a_request_here_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        fal().read_handle(typed)


def test_a_stand_in_below_a_path_keeps_the_path() -> None:
    engine = fal("https://relay.example/fal/")
    task = "https://relay.example/fal/fal-ai/kling-video/requests/1"
    assert engine.submit_request(ORDER).url.startswith("https://relay.example/fal/fal-ai/")
    assert engine.read_handle("1") == task
    assert engine.look_request(task).url == f"{task}/status"


# The keys


@pytest.mark.parametrize(
    ("base_url", "jwks_url", "asked"),
    [
        (QUEUE, "", "https://rest.fal.ai/.well-known/jwks.json"),
        ("https://QUEUE.fal.run:443/", "", "https://rest.fal.ai/.well-known/jwks.json"),
        ("http://127.0.0.1:9", "", "http://127.0.0.1:9/.well-known/jwks.json"),
        (QUEUE, "https://keys.example/k", "https://keys.example/k"),
    ],
)
def test_the_public_keys_are_asked_for_without_our_own(
    base_url: str, jwks_url: str, asked: str
) -> None:
    request = fal(base_url, jwks_url).callback_keys_request()
    assert (request.method, request.url) == ("GET", asked)
    assert dict(request.headers) == {"accept": "application/json"}


def test_a_key_quoted_in_a_result_is_struck_from_the_stored_answer_only() -> None:
    url = f"https://v3.fal.media/a.mp4?token={KEY.partition(':')[2]}"
    follow_up = fal().read_look(COMPLETED).follow_up
    assert follow_up
    sighting = follow_up.read(reply(200, {"video": {"url": url}}))
    assert sighting.result_urls == (url,)
    assert "key-secret" not in str(sighting.raw)
