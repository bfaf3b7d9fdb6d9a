"""What the network can do to a call, played by a real server: proven unsent, or unknown."""

import json
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.engines import bulk, faults, http
from jobs.engines.base import EngineError, Request, Response, Sent
from tests.engines.loopback import (
    Behaviour,
    Seen,
    answer,
    hang_up,
    make_certificate,
    serving,
)
from tests.services.programs import free_port

KEY = "sk-secret-0123456789"

type Sender = Callable[[Request], Response]


def send_in_a_batch(request: Request) -> Response:
    """`send_many` with one request, raising like `send`."""
    (result,) = bulk.send_many([request], 4)
    if isinstance(result, EngineError):
        raise result
    return result


both_ways = pytest.mark.parametrize("sender", [http.send, send_in_a_batch], ids=["send", "many"])


def order(url: str, timeout_seconds: float = 30.0) -> Request:
    return Request(
        method="POST",
        url=url,
        headers={"authorization": f"Bearer {KEY}", "content-type": "application/json"},
        json={"prompt": "a", "audio_duration_seconds": 18.5},
        timeout_seconds=timeout_seconds,
    )


def fault(sender: Sender, request: Request) -> EngineError:
    with pytest.raises(EngineError) as caught:
        sender(request)
    error = caught.value
    assert KEY not in f"{error!r} {error.message} {error.detail}"
    assert not error.permanent
    return error


def then_reset(connection: socket.socket, _: Seen) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def never_answer(connection: socket.socket, _: Seen) -> None:
    connection.recv(1)  # until the caller gives up


DRIPS = 40
"""Seconds for which an answer drips in."""


def _drip(connection: socket.socket, head: bytes, drop: bytes) -> None:
    connection.sendall(head)
    for _tenth in range(DRIPS * 10):
        connection.sendall(drop)
        time.sleep(0.1)


def drip(connection: socket.socket, _: Seen) -> None:
    _drip(connection, b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n", b" ")


def drip_without_a_length(connection: socket.socket, _: Seen) -> None:
    _drip(connection, b'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"id": "task_1"}', b" ")


def drip_a_head(connection: socket.socket, _: Seen) -> None:
    _drip(connection, b"HTTP/1.1 200 OK\r\n", b"x-wait: 1\r\n")


def half_a_head(connection: socket.socket, _: Seen) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-le")


def no_http_at_all(connection: socket.socket, _: Seen) -> None:
    connection.sendall(b"220 mail.example ESMTP\r\n\r\n")


@both_ways
def test_an_answer_comes_back_whole_whatever_its_status(sender: Sender) -> None:
    behaviour = answer("429 Too Many", b'{"a": 1}', headers="Retry-After: 7\r\n")
    with serving(behaviour) as server:
        response = sender(order(server.url + "/v1/x"))
    assert response.status == 429
    assert response.json() == {"a": 1}
    assert response.headers["retry-after"] == "7"
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", "/v1/x")
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(seen.body) == {"prompt": "a", "audio_duration_seconds": 18.5}


@both_ways
def test_a_redirect_is_not_followed(sender: Sender) -> None:
    with serving(answer("307 Moved", headers="Location: /elsewhere\r\n")) as server:
        assert sender(order(server.url)).status == 307
    assert len(server.seen) == 1


@both_ways
def test_a_refused_connection_proves_that_nothing_was_sent(sender: Sender) -> None:
    error = fault(sender, order(f"http://127.0.0.1:{free_port()}/v1"))
    assert (error.sent, error.code) == (Sent.NO, "unreachable")


@both_ways
def test_an_unknown_name_proves_that_nothing_was_sent(sender: Sender) -> None:
    assert fault(sender, order("http://engine.invalid/v1")).sent is Sent.NO


@both_ways
@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "nonsense", "http://127.0.0.1:99999/"])
def test_an_unusable_address_proves_that_nothing_was_sent(sender: Sender, url: str) -> None:
    assert fault(sender, order(url)).sent is Sent.NO


@both_ways
def test_a_failed_tls_handshake_proves_that_nothing_was_sent(sender: Sender) -> None:
    def greet(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.sendall(b"HTTP/1.1 400 this is not TLS\r\n\r\n")
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=greet, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        assert fault(sender, order(f"https://127.0.0.1:{port}/v1")).sent is Sent.NO


@both_ways
def test_a_connection_that_is_never_accepted_proves_that_nothing_was_sent(sender: Sender) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        error = fault(sender, order(f"http://127.0.0.1:{address[1]}/", timeout_seconds=0.5))
        for filler in fillers:
            filler.close()
    assert (error.sent, error.code) == (Sent.NO, "unreachable")


@both_ways
@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (hang_up, "connection_lost"),
        (then_reset, "connection_lost"),
        (half_a_head, "connection_lost"),
        (no_http_at_all, "connection_lost"),
        (answer(body=b'{"id": "task_', length=500), "connection_lost"),
        pytest.param(never_answer, "no_answer", marks=pytest.mark.quiet),
    ],
    ids=["hung up", "reset", "half a head", "not HTTP", "half a body", "silence"],
)
def test_an_answer_lost_after_sending_is_unknown(
    sender: Sender, behaviour: Behaviour, code: str
) -> None:
    with serving(behaviour) as server:
        error = fault(sender, order(server.url, 0.7 if code == "no_answer" else 30))
        assert len(server.seen) == 1
    assert (error.sent, error.code) == (Sent.MAYBE, code)
    assert "charged" in error.message


@both_ways
@pytest.mark.parametrize("behaviour", [drip, drip_a_head, drip_without_a_length])
def test_an_answer_that_drips_in_forever_is_given_up_on(
    sender: Sender, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CONNECT_SECONDS", 1.0)
    with serving(behaviour) as server:
        began = time.monotonic()
        error = fault(sender, order(server.url, timeout_seconds=0.5))
    assert time.monotonic() - began < DRIPS / 2
    assert (error.sent, error.code) == (Sent.MAYBE, "no_answer")


@pytest.mark.quiet
@both_ways
def test_an_order_that_is_taken_byte_by_byte_is_given_up_on_and_may_have_been_taken(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CONNECT_SECONDS", 1.0)
    ended = threading.Event()

    def sip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        while not ended.wait(0.05) and connection.recv(100_000):
            pass
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=sip, args=(listener,), daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        large = replace(order(url, timeout_seconds=2), json={"image": "a" * 40_000_000})
        began = time.monotonic()
        error = fault(sender, large)
        ended.set()
    assert time.monotonic() - began < 10, "it would have taken twenty seconds"
    assert (error.sent, error.code) == (Sent.MAYBE, "no_answer")


@pytest.mark.quiet
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_call_over_tls_has_a_deadline_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path, "localhost")
    monkeypatch.setattr(http, "_ssl", lambda: ssl.create_default_context(cafile=certificate))
    with serving(drip_a_head, tls=certificate) as server:
        began = time.monotonic()
        url = f"https://localhost:{server.port}/v1"
        error = fault(http.send, order(url, timeout_seconds=0.7))
        assert len(server.seen) == 1
    assert time.monotonic() - began < DRIPS / 2
    assert (error.sent, error.code) == (Sent.MAYBE, "no_answer")


@both_ways
def test_an_answer_without_end_is_cut_off(sender: Sender) -> None:
    with serving(answer(body=b" " * (faults.MAX_ANSWER_BYTES + 1))) as server:
        error = fault(sender, order(server.url))
    assert (error.sent, error.code) == (Sent.MAYBE, "answer_too_large")


def test_a_lost_look_says_nothing_about_money() -> None:
    with serving(hang_up) as server:
        error = fault(http.send, Request(method="GET", url=server.url, headers={}))
    assert "charged" not in error.message


@both_ways
def test_a_fault_that_quotes_the_key_does_not_show_it(sender: Sender) -> None:
    with serving(answer()) as server:
        headers = {"authorization": f"Bearer {KEY}\n"}
        request = Request(method="GET", url=server.url, headers=headers, timeout_seconds=5)
        assert fault(sender, request).detail


def test_many_looks_come_back_in_order_with_their_faults_in_place() -> None:
    def echo(connection: socket.socket, seen: Seen) -> None:
        if seen.path == "/7":
            return
        time.sleep(0.01 * (10 - int(seen.path[1:])))
        answer(body=seen.path.encode())(connection, seen)

    with serving(echo) as server:
        requests = [
            Request(method="GET", url=f"{server.url}/{n}", headers={}, timeout_seconds=5)
            for n in range(10)
        ]
        results = bulk.send_many(requests, 4)
    assert [type(each) for each in results].count(EngineError) == 1
    assert isinstance(results[7], EngineError)
    bodies = [each.body for each in results if isinstance(each, Response)]
    assert bodies == [b"/%d" % n for n in range(10) if n != 7]


def test_no_requests_are_no_work() -> None:
    assert bulk.send_many([], 5) == []


def test_an_engine_on_this_machine_is_not_asked_by_way_of_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(answer(body=b"{}")) as server:
        assert http.send(order(server.url)).status == 200
        assert send_in_a_batch(order(server.url)).status == 200
    assert fault(http.send, order("http://93.184.216.34/")).sent is Sent.NO
