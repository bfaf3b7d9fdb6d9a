"""What is Kling's own: its fields, its two ways to prove an account, its numbers about money."""

import socket
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import jwt
import pytest

from assets.limits import STRICT
from jobs.engines import http
from jobs.engines.base import EngineError, Inline, Order, Request, Sent
from jobs.engines.kling import DEFAULT_BASE_URL, Kling
from jobs.engines.kling_codes import CODES
from tests.engines.loopback import Seen, answer, hang_up, serving
from tests.engines.recorded import reply
from tests.engines.recorded_kling import ACCESS_KEY, KEY, MODELS, SECRET_KEY
from tests.engines.recorded_kling_callbacks import SECRET
from tests.engines.recorded_kling_submits import NOW, made, said
from tests.engines.test_contract import ORDER

PAIR: dict[str, Any] = {"key": "", "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
FILES = Inline(image=bytes(range(256)) * 40, audio=b"\xff\xfb\x90" * 30_000)


def kling(**changes: Any) -> Kling:
    given: dict[str, Any] = {
        "base_url": DEFAULT_BASE_URL,
        "key": KEY,
        "limits": STRICT,
        "models": MODELS,
        "clock": lambda: NOW,
    }
    return Kling(**(given | changes))


def body_of(order: Order, **changes: Any) -> dict[str, object]:
    return dict(kling(**changes).submit_request(order).json or {})


def token_of(request: Request) -> str:
    return request.headers["authorization"].removeprefix("Bearer ")


# The order


def test_the_order_has_exactly_the_documented_fields() -> None:
    assert body_of(ORDER) == {
        "image": "https://studio.example/i.png",
        "sound_file": "https://studio.example/a.mp3",
        "prompt": "a calm presenter",
        "mode": "pro",
        "watermark_info": {"enabled": False},
        "external_task_id": "8d7f",
    }


def test_the_standard_model_is_kling_s_standard_mode() -> None:
    assert body_of(replace(ORDER, model="kling-avatar-v2-standard"))["mode"] == "std"


def test_a_model_that_kling_does_not_have_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="no model called kling-avatar-v3"):
        kling(models=("kling-avatar-v2-pro", "kling-avatar-v3"))


def test_an_old_order_for_a_model_that_is_gone_fails_unsent_and_never_in_another_mode() -> None:
    with pytest.raises(EngineError) as caught:
        kling().submit_request(replace(ORDER, model="kling-avatar-v1"))
    error = caught.value
    assert (error.code, error.sent, error.permanent) == ("model_unknown", Sent.NO, True)


@pytest.mark.parametrize("prompt", ["", "  ", "\n", " " * 3_000 + "late words"])
def test_a_blank_prompt_is_sent_as_a_dot(prompt: str) -> None:
    assert body_of(replace(ORDER, prompt=prompt))["prompt"] == "."


def test_a_prompt_is_never_longer_than_kling_accepts() -> None:
    assert body_of(replace(ORDER, prompt="é" * 2_500))["prompt"] == "é" * 2_500
    assert body_of(replace(ORDER, prompt="é" * 2_501))["prompt"] == "é" * 2_500


@pytest.mark.parametrize(("configured", "offered"), [(9_000, 2_500), (2_500, 2_500), (800, 800)])
def test_the_studio_checks_prompts_by_kling_s_limit_or_a_stricter_one(
    configured: int, offered: int
) -> None:
    limits = replace(STRICT, prompt_max_characters=configured)
    assert kling(limits=limits).capabilities.limits == replace(
        STRICT, prompt_max_characters=offered
    )


def test_inputs_inside_the_order_are_plain_base64_without_a_data_prefix() -> None:
    body = body_of(replace(ORDER, inline=FILES))
    for field, file in (("image", FILES.image), ("sound_file", FILES.audio)):
        text = str(body[field])
        assert not text.startswith("data:")
        assert b64decode(text, validate=True) == file


def test_kling_is_asked_to_call_back_only_where_its_calls_can_be_verified() -> None:
    order = replace(ORDER, callback_url="https://studio.example/callbacks/kling/1/")
    assert "callback_url" not in body_of(order)
    assert body_of(order, webhook_secret=SECRET)["callback_url"] == order.callback_url


# The account


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api-beijing.klingai.com",
        "https://api-beijing.klingai.com/",
        " https://api-beijing.klingai.com/v1/ ",
    ],
)
def test_every_usual_spelling_of_the_address_leads_to_the_same_path(base_url: str) -> None:
    url = kling(base_url=base_url).submit_request(ORDER).url
    assert url == "https://api-beijing.klingai.com/v1/videos/avatar/image2video"


@pytest.mark.parametrize(
    "keys",
    [
        {"key": ""},
        {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY},
        {"secret_key": SECRET_KEY},
        {"key": "", "access_key": ACCESS_KEY},
        {"key": "", "secret_key": SECRET_KEY},
        {"key": "two words"},
        {"key": "   "},
        PAIR | {"secret_key": SECRET_KEY + "\nline"},
        {"webhook_secret": "whsec_"},
        {"webhook_secret": "whsec_!" + SECRET[6:]},
    ],
)
def test_keys_that_cannot_be_used_are_refused_at_the_start_without_being_shown(
    keys: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match=r"(key|secret).*\.$") as caught:
        kling(**keys)
    for secret in (KEY, ACCESS_KEY, SECRET_KEY, SECRET[6:]):
        assert secret not in str(caught.value)


def test_an_api_key_is_the_token_itself() -> None:
    assert token_of(kling(key=f" {KEY}\n").submit_request(ORDER)) == KEY


@pytest.mark.parametrize(
    "request_of",
    [
        lambda engine: engine.submit_request(ORDER),
        lambda engine: engine.look_request("829"),
        lambda engine: engine.look_up_request("8d7f"),
    ],
)
def test_a_pair_of_keys_signs_every_request_anew(request_of: Callable[[Kling], Request]) -> None:
    ticks = count(int(NOW))
    engine = kling(**PAIR, clock=lambda: next(ticks) + 0.9)
    for began in (int(NOW), int(NOW) + 1):
        token = token_of(request_of(engine))
        assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
        assert jwt.decode(
            token,
            SECRET_KEY,
            algorithms=["HS256"],
            options={"verify_exp": False, "verify_nbf": False},
        ) == {"iss": ACCESS_KEY, "exp": began + 1800, "nbf": began - 5}


def test_a_token_made_by_the_real_clock_is_valid_at_this_moment() -> None:
    engine = Kling(base_url=DEFAULT_BASE_URL, limits=STRICT, models=MODELS, **PAIR)
    claims = jwt.decode(
        token_of(engine.look_request("1")),
        SECRET_KEY,
        algorithms=["HS256"],
        issuer=ACCESS_KEY,
        options={"require": ["iss", "exp", "nbf"]},
    )
    assert claims["exp"] - claims["nbf"] == 1805


# What comes back


def test_what_a_video_cost_stays_with_its_sighting() -> None:
    cost = {"final_unit_deduction": "14.8", "final_balance_deduction": {"quota": "2.07"}}
    sighting = kling().read_look(reply(200, made(task_status="succeed", **cost)))
    task = sighting.raw["data"]
    assert isinstance(task, dict)
    assert cost.items() <= task.items()


def test_a_key_and_a_token_in_a_result_s_address_are_struck_from_the_stored_answer_only() -> None:
    engine = kling(**PAIR)
    token = token_of(engine.look_request("1"))
    url = f"https://p1-kling.klingai.com/a.mp4?ak={ACCESS_KEY}&token={token}"
    done = made(task_status="succeed", task_result={"videos": [{"url": url}]})
    sighting = engine.read_look(reply(200, done))
    assert sighting.result_urls == (url,)
    assert ACCESS_KEY not in str(sighting.raw)
    assert token not in str(sighting.raw)


def test_every_documented_number_has_its_verdict() -> None:
    documented = {*range(1000, 1005), *range(1100, 1104), *range(1200, 1204), *range(1300, 1305)}
    assert {int(code) for code in CODES} == documented


@pytest.mark.parametrize("code", ["", "0", "1303", "5000", "abc", "99999", None, True, 1.5, [1303]])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_no_number_whatever_turns_a_server_s_fault_into_a_second_order(
    status: int, code: object
) -> None:
    with pytest.raises(EngineError) as caught:
        kling().read_submit(reply(status, said(code, "boom")))
    assert caught.value.sent is Sent.MAYBE


# Over a real connection


def test_a_lost_answer_is_found_by_our_own_id() -> None:
    def forgets_to_answer(connection: socket.socket, seen: Seen) -> None:
        if seen.method == "GET" and seen.path.endswith("/8d7f"):
            answer(body=reply(200, made()).body)(connection, seen)
        else:
            hang_up(connection, seen)

    with serving(forgets_to_answer) as server:
        engine = kling(base_url=server.url)
        with pytest.raises(EngineError) as caught:
            http.send(engine.submit_request(ORDER))
        assert caught.value.sent is Sent.MAYBE
        found = engine.read_look_up(http.send(engine.look_up_request(ORDER.reference)))
    assert found is not None
    assert found.handle == "829_1"
    assert [seen.method for seen in server.seen] == ["POST", "GET"]


def test_an_order_with_the_largest_inputs_arrives_whole() -> None:
    files = Inline(image=b"i" * 10_000_000, audio=b"a" * 5_000_000)
    with serving(answer(body=reply(200, made()).body)) as server:
        engine = kling(base_url=server.url, **PAIR)
        accepted = engine.read_submit(
            http.send(engine.submit_request(replace(ORDER, inline=files)))
        )
    assert accepted.handle == "829_1"
    (seen,) = server.seen
    assert seen.headers["content-type"] == "application/json"
    assert len(seen.body) > 20_000_000
