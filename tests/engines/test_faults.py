"""What a fault of the network may show of the request that it befell."""

import jwt
import pytest

from jobs.engines import http
from jobs.engines.base import EngineError, Request
from jobs.engines.credentials import text_struck_out
from tests.engines.loopback import answer, serving

TOKEN = jwt.encode({"iss": "an access key", "exp": 1781082600}, "s" * 32, algorithm="HS256")


@pytest.mark.parametrize(
    ("scheme", "secret"),
    [
        ("Bearer", "sk-secret-0123456789"),
        ("Key", "5f0c-fal:9e1d-secret"),
        ("Bearer", TOKEN),
    ],
)
def test_a_fault_that_quotes_any_kind_of_key_shows_only_that_there_was_one(
    scheme: str, secret: str
) -> None:
    with serving(answer()) as server, pytest.raises(EngineError) as caught:
        headers = {
            "authorization": f"{scheme} {secret}\n"
        }  # cannot be written: the error quotes it
        http.send(Request(method="GET", url=server.url, headers=headers, timeout_seconds=5))
    error = caught.value
    assert secret not in f"{error!r} {error} {error.detail}"
    assert f"{scheme} [key removed]" in error.detail


def test_a_sentence_keeps_its_words_and_loses_its_secrets() -> None:
    text = "Keyed header 'Key 5f0c-fal:9e1d-secret' of the Bearer is invalid"
    assert text_struck_out(text, "Key", "5f0c-fal:9e1d-secret") == (
        "Keyed header 'Key [key removed]' of the Bearer is invalid"
    )


def test_a_token_of_another_request_or_one_cut_short_is_struck_out_too() -> None:
    header, claims, _ = TOKEN.split(".")
    shown = text_struck_out(f"{TOKEN}, {header}.{claims} and {header}")
    assert shown == "[key removed], [key removed] and [key removed]"
