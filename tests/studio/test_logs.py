"""Logs: one JSON object per line, with what the work is about and without anything secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.contextvars import bound_contextvars

from studio import logs
from studio.engine_accounts import AccountSettings
from studio.redaction import REMOVED, text_struck_out
from tests.log_lines import Lines, caught

TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJha18xMjMifQ.dBjftJeZ4CVP-mB92K27uhbU"


@pytest.fixture
def lines() -> Iterator[Lines]:
    with caught() as found:
        yield found


def test_a_line_of_any_logger_says_what_the_work_is_about(lines: Lines) -> None:
    with bound_contextvars(request_id="r-1", job_id="j-1"):
        logging.getLogger("somewhere").warning("It took %s s", 3, extra={"account": "kling"})
        structlog.get_logger("elsewhere").info("done", tries=2)
    first, second = lines()
    assert first["event"] == "It took 3 s"
    assert (first["logger"], first["level"], first["account"]) == ("somewhere", "warning", "kling")
    assert (second["event"], second["tries"]) == ("done", 2)
    assert {(one["request_id"], one["job_id"]) for one in (first, second)} == {("r-1", "j-1")}
    assert all(one["at"].endswith("Z") for one in (first, second))


def test_an_exception_is_part_of_its_one_line(lines: Lines) -> None:
    try:
        raise ValueError(f"the engine said {TOKEN}")
    except ValueError:
        logging.getLogger("x").exception("It failed:\nbadly")
    (line,) = lines()
    assert line["event"] == "It failed:\nbadly"
    assert "ValueError: the engine said [removed]" in line["exception"]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Authorization: Bearer sk-abc123def", "sk-abc123def"),
        ("{'authorization': 'Key 0f3c:99aa', 'x': 1}", "0f3c:99aa"),
        ("Bearer 0123456789abcdef was refused", "0123456789abcdef"),
        (f"token {TOKEN}", TOKEN.split(".")[2]),
        (f"cut short: {TOKEN[:30]}", TOKEN[:30]),
        (
            "https://b.s3.example/a.png?X-Amz-Credential=AKIA1/x&X-Amz-Signature=deadbeef01&x=1",
            "deadbeef01",
        ),
        ("https://b.s3.example/a.png?X-Amz-Credential=AKIA1/x&y=1", "AKIA1"),
        ("AWS4-HMAC-SHA256 Credential=AKIA2/x, SignedHeaders=host, Signature=beef02", "beef02"),
        ("https://api.example/v1?api_key=secret-1&page=2", "secret-1"),
        ("postgres://studio:hunter22@database:5432/studio", "hunter22"),
        ("GET /inputs/WyJsb29rcy8xLnBuZyJd:1vP9:abc/look.png", "WyJsb29rcy8xLnBuZyJd"),
        ("GET /invitation/wGTWfRQ/", "wGTWfRQ"),
        ("GET /guest/wGTWfRQ/media/x", "wGTWfRQ"),
        ("GET /password/MQ/c8a-0f12/", "c8a-0f12"),
    ],
)
def test_what_opens_a_door_is_struck_out_of_a_text(lines: Lines, text: str, hidden: str) -> None:
    assert hidden in text
    logging.getLogger("x").info("It was %s", text)
    logging.getLogger("x").info("It was", extra={"facts": {"nested": [text]}})
    for line in lines():
        assert hidden not in json.dumps(line)
        assert REMOVED in json.dumps(line)


@pytest.mark.parametrize(
    "text",
    [
        "The key is wrong: set GATEWAY_KEY again.",
        "https://studio.example/o/demo/projects/?q=signature",
        "GET /password/reset/sent/",
        "Basic settings were read, and the key certainly fits.",
        "job 5f8c2f7e-3f60-4a3c-9d6e-2f9ad3a2b111 at gateway as task_0123456789",
    ],
)
def test_what_opens_no_door_stays_readable(text: str) -> None:
    assert text_struck_out(text) == text


@pytest.mark.parametrize(
    "name", ["authorization", "Cookie", "api_key", "key", "password", "X-Auth-Token", "secret_key"]
)
def test_a_field_with_a_telling_name_is_struck_out_whatever_it_holds(
    lines: Lines, name: str
) -> None:
    logging.getLogger("x").info("headers", extra={"headers": {name: "abc", "accept": "*/*"}})
    (line,) = lines()
    assert line["headers"] == {name: REMOVED, "accept": "*/*"}


def test_the_keys_of_this_installation_are_known_by_heart(lines: Lines, settings: Any) -> None:
    account = AccountSettings(
        name="kling", engine="kling", label="Kling", url="https://k.example",
        access_key="plainlookingaccess", secret_key="plainlookingsecret",
    )  # fmt: skip
    settings.ENGINE_ACCOUNTS = {"kling": account}
    settings.SANDBOX_KEY = "word-of-the-sandbox"
    said = f"{account.access_key} {account.secret_key} {settings.SANDBOX_KEY} {settings.SECRET_KEY}"
    logging.getLogger("x").error("The engine repeats: %s", said)
    (line,) = lines()
    assert line["event"] == f"The engine repeats: {' '.join([REMOVED] * 4)}"


def test_people_read_text_with_the_same_facts() -> None:
    record = logging.makeLogRecord({"name": "x", "msg": "sent", "levelname": "INFO", "job_id": "7"})
    with bound_contextvars(request_id="r-7"):
        line = logs.formatter(logs.TEXT).format(record)
    assert "sent" in line and "job_id=7" in line and "request_id=r-7" in line
    assert "\x1b" not in line, "no colours in a file"
