"""A look of two requests, and all of fal's steps, against a server that plays its queue."""

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from assets.limits import STRICT
from jobs.engines import http, looks
from jobs.engines.base import CancelAnswer, EngineError, Phase, Sighting
from jobs.engines.gateway import Gateway
from tests.engines.loopback import Behaviour, Loopback, Seen, answer, hang_up, serving
from tests.engines.recorded_fal_looks import MEDIA, VIDEO
from tests.engines.recorded_fal_submits import queued
from tests.engines.test_contract import ORDER
from tests.engines.test_fal import KEY, body_of, fal


def as_bytes(body: object) -> Behaviour:
    return answer(body=json.dumps(body).encode(), headers="content-type: application/json\r\n")


def a_queue(answers: Mapping[str, Callable[[str], Behaviour]]) -> Behaviour:
    """A server with one behaviour for each method and end of a path; it is told its own address."""

    def behave(connection: socket.socket, seen: Seen) -> None:
        here = f"http://{seen.headers['host']}"
        for rule, made in answers.items():
            method, end = rule.split(" ")
            if seen.method == method and seen.path.endswith(end):
                made(here)(connection, seen)
                return
        answer("404 Not Found", b'{"detail": "Not found"}')(connection, seen)

    return behave


def task_at(here: str, name: str = "task_1") -> str:
    return f"{here}/fal-ai/kling-video/requests/{name}"


def asked(server: Loopback) -> list[tuple[str, str]]:
    return [(seen.method, seen.path.rpartition("/requests/")[2]) for seen in server.seen]


QUEUE_RULES: Mapping[str, Callable[[str], Behaviour]] = {
    "POST /v2/pro": lambda here: as_bytes(queued(task_at(here))),
    "GET task_1/status": lambda here: as_bytes({"status": "COMPLETED"}),
    "GET task_1": lambda here: answer(body=VIDEO.body),
    "GET task_2/status": lambda here: as_bytes({"status": "IN_QUEUE"}),
    "GET task_3/status": lambda here: hang_up,
    "GET task_4/status": lambda here: as_bytes({"status": "COMPLETED"}),
    "GET task_4": lambda here: hang_up,
    "GET task_5/status": lambda here: as_bytes({"status": "COMPLETED", "error": "boom"}),
    "GET task_5": lambda here: answer("401 Unauthorized", b'{"detail": "no"}'),
    "PUT task_1/cancel": lambda here: answer("202 Accepted", b'{"status": "OK"}'),
}


def test_an_order_is_bought_followed_and_found_with_the_key_at_every_step() -> None:
    with serving(a_queue(QUEUE_RULES)) as server:
        engine = fal(server.url)
        handle = engine.read_submit(http.send(engine.submit_request(ORDER))).handle
        sighting = looks.look(engine, handle)
    assert handle == task_at(server.url)
    assert (sighting.phase, sighting.result_urls) == (Phase.SUCCEEDED, (MEDIA,))
    assert asked(server)[1:] == [("GET", "task_1/status"), ("GET", "task_1")]
    assert {seen.headers["authorization"] for seen in server.seen} == {f"Key {KEY}"}
    assert json.loads(server.seen[0].body) == dict(body_of(ORDER))
    assert dict(engine.download_headers(MEDIA)) == {}


def test_a_cancel_is_an_empty_put() -> None:
    with serving(a_queue(QUEUE_RULES)) as server:
        engine = fal(server.url)
        sent = http.send(engine.cancel_request(task_at(server.url)))
        assert engine.read_cancel(sent) is CancelAnswer.ACCEPTED
    assert [(seen.method, seen.body) for seen in server.seen] == [("PUT", b"")]


def test_a_lost_answer_to_a_cancel_says_nothing_about_money() -> None:
    with serving(hang_up) as server, pytest.raises(EngineError) as caught:
        http.send(fal(server.url).cancel_request(task_at(server.url)))
    assert "charged" not in caught.value.message


def test_many_looks_follow_up_only_what_is_completed_and_keep_their_order() -> None:
    names = ["task_5", "task_2", "task_1", "task_3", "task_4", "task_6"]
    with serving(a_queue(QUEUE_RULES)) as server:
        engine = fal(server.url)
        seen = looks.look_many(engine, [task_at(server.url, name) for name in names], 4)
    shown = [each.phase if isinstance(each, Sighting) else each.code for each in seen]
    assert shown == [
        "wrong_key",
        Phase.QUEUED,
        Phase.SUCCEEDED,
        "connection_lost",
        "connection_lost",
        "task_unknown",
    ]
    # A set: the client may repeat a GET whose connection broke.
    assert {path for _, path in asked(server) if "/" not in path} == {"task_1", "task_4", "task_5"}


def test_one_odd_row_does_not_keep_the_others_from_being_looked_at() -> None:
    rules = {"GET /task_1": lambda _: as_bytes({"status": "queued"})}
    with serving(a_queue(rules)) as server:
        gateway = Gateway(base_url=server.url, key=KEY, limits=STRICT, models=("m",), is_local=True)
        odd, fine = looks.look_many(gateway, ["..", "task_1"], 4)
        with pytest.raises(EngineError, match="odd_handle"):
            looks.look(gateway, "..")
    assert isinstance(odd, EngineError)
    assert (odd.code, odd.permanent, odd.pauses_engine) == ("odd_handle", False, False)
    assert isinstance(fine, Sighting)
    assert len(server.seen) == 1


def test_no_looks_are_no_work() -> None:
    assert looks.look_many(fal(), [], 4) == []


def test_a_network_fault_that_quotes_the_header_loses_the_key_and_keeps_the_scheme() -> None:
    with serving(hang_up) as server:
        request = fal(server.url).submit_request(ORDER)
        unwritable = {"authorization": f"{request.headers['authorization']}\n"}
        with pytest.raises(EngineError) as caught:
            http.send(replace(request, headers=unwritable))
    assert "Key [key removed]" in caught.value.detail
    assert "key-secret" not in caught.value.detail
