"""What is particular to the gateway: its address, its request body, its prompt rule."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from assets.limits import STRICT
from jobs.engines.base import Order
from jobs.engines.gateway import Gateway
from jobs.engines.words import known_words
from tests.engines.recorded import reply
from tests.engines.test_contract import ORDER


def gateway(base_url: str = "https://api.example.com", key: str = "sk-12345678") -> Gateway:
    return Gateway(base_url=base_url, key=key, limits=STRICT, models=("m",), is_local=True)


def body_of(order: Order) -> dict[str, object]:
    body = gateway().submit_request(order).json
    assert body is not None
    return dict(body)


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api.example.com",
        "https://api.example.com/",
        "https://api.example.com/v1",
        " https://api.example.com/v1/ ",
    ],
)
def test_every_usual_spelling_of_the_address_leads_to_the_same_path(base_url: str) -> None:
    url = gateway(base_url).submit_request(ORDER).url
    assert url == "https://api.example.com/v1/video/generations"


def test_a_gateway_below_a_path_keeps_the_path() -> None:
    url = gateway("https://example.com/relay/v1").look_request("t").url
    assert url == "https://example.com/relay/v1/video/generations/t"


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.example.com",
        "ftp://api.example.com",
        "https://",
        "https://a:b@x.example",
        "http://x?y=1",
    ],
)
def test_an_address_that_cannot_work_is_refused_at_the_start(base_url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        gateway(base_url)


@pytest.mark.parametrize("key", ["", "  ", "sk-geheim-ü", "sk-two words", "sk-line\nbreak"])
def test_a_key_that_cannot_be_a_header_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ValueError, match="key") as caught:
        gateway(key=key)
    assert not key.strip() or key not in str(caught.value)


def test_a_line_end_after_the_key_does_no_harm() -> None:
    headers = gateway(key="sk-12345678\n").submit_request(ORDER).headers
    assert headers["authorization"] == "Bearer sk-12345678"


def test_the_order_has_exactly_the_documented_fields() -> None:
    assert body_of(ORDER) == {
        "model": "kling-avatar-v2-pro",
        "image_url": "https://studio.example/i.png",
        "audio_url": "https://studio.example/a.mp3",
        "audio_duration_seconds": 18.532,
        "prompt": "a calm presenter",
    }


@pytest.mark.parametrize(("seconds", "text"), [("12", "12"), ("12.00", "12"), ("18.5", "18.5")])
def test_the_length_is_a_plain_json_number(seconds: str, text: str) -> None:
    body = body_of(replace(ORDER, audio_seconds=Decimal(seconds)))
    assert json.dumps(body["audio_duration_seconds"]) == text


@pytest.mark.parametrize("prompt", ["", "  ", "\n"])
def test_a_blank_prompt_is_sent_as_a_dot(prompt: str) -> None:
    assert body_of(replace(ORDER, prompt=prompt))["prompt"] == "."


def test_a_key_quoted_by_a_finished_task_is_struck_from_the_stored_answer_only() -> None:
    url = "https://api.example.com/v1/videos/t/content?key=sk-12345678"
    sighting = gateway().read_look(reply(200, {"status": "completed", "video_url": url}))
    assert sighting.result_urls == (url,)
    assert "sk-12345678" not in str(sighting.raw)


def test_all_words_of_the_reference_are_known() -> None:
    words = (
        "queued queueing queuing in_queue pending waiting submitted not_start notstarted created "
        "starting preparing staged unknown processing in_progress running generating completed "
        "complete succeeded succeed success finished done ok failed failure fail error cancelled "
        "canceled aborted expired"
    )
    assert set(words.split()) <= set(known_words())
