"""Downloads over real connections: whole or not at all, and only from allowed places."""

import os
import shutil
import socket
import ssl
import time
from pathlib import Path

import pytest

from jobs.engines import addresses, http
from jobs.engines.http import DownloadError, download
from tests.engines.loopback import (
    Behaviour,
    Seen,
    answer,
    hang_up,
    make_certificate,
    serving,
)
from tests.services.programs import free_port

VIDEO = os.urandom(300_000)
MP4 = "content-type: video/mp4\r\n"
MAX = 10_000_000


def fetch(url: str, to: Path, *, own: str | None, max_bytes: int = MAX) -> http.Downloaded:
    return download(
        url,
        to,
        headers={"authorization": "Bearer sk-secret"},
        max_bytes=max_bytes,
        allow_origin=own,
        total_seconds=5,
    )


def refusal(url: str, to: Path, *, own: str | None, max_bytes: int = MAX) -> DownloadError:
    with pytest.raises(DownloadError) as caught:
        fetch(url, to, own=own, max_bytes=max_bytes)
    assert not to.exists()
    assert caught.value.sentence.endswith(".")
    assert "sk-secret" not in f"{caught.value!r} {caught.value.detail}"
    return caught.value


def as_public(monkeypatch: pytest.MonkeyPatch, *addresses_: str) -> None:
    """Let the guard take these loopback addresses for public ones."""
    original = addresses.is_public
    monkeypatch.setattr(
        addresses, "is_public", lambda each: str(each) in addresses_ or original(each)
    )


def chunked(*, whole: bool) -> Behaviour:
    def behave(connection: socket.socket, _: Seen) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        connection.sendall(b"%x\r\n%s\r\n" % (len(VIDEO), VIDEO))
        if whole:
            connection.sendall(b"0\r\n\r\n")

    return behave


def test_a_result_arrives_whole_and_is_asked_for_with_the_key(tmp_path: Path) -> None:
    with serving(answer(body=VIDEO, headers=MP4)) as server:
        done = fetch(f"{server.url}/media/a.mp4", tmp_path / "a.part", own=server.url)
    assert (done.bytes, done.content_type) == (len(VIDEO), "video/mp4")
    assert (tmp_path / "a.part").read_bytes() == VIDEO
    (seen,) = server.seen
    assert seen.headers["authorization"] == "Bearer sk-secret"
    assert seen.headers["host"] == f"127.0.0.1:{server.port}"
    assert seen.headers["accept-encoding"] == "identity"


def test_a_result_of_unknown_length_arrives_whole(tmp_path: Path) -> None:
    with serving(chunked(whole=True)) as server:
        assert fetch(server.url, tmp_path / "a", own=server.url).bytes == len(VIDEO)


@pytest.mark.parametrize(
    "behaviour",
    [answer(body=VIDEO, length=len(VIDEO) + 1), chunked(whole=False)],
    ids=["shorter than announced", "chunks without an end"],
)
def test_a_truncated_result_is_an_error_and_leaves_no_file(
    behaviour: Behaviour, tmp_path: Path
) -> None:
    with serving(behaviour) as server:
        error = refusal(server.url, tmp_path / "a", own=server.url)
    assert (error.code, error.permanent) == ("truncated", False)


@pytest.mark.parametrize(
    ("behaviour", "code", "permanent"),
    [
        (answer("401 No"), "gone", True),
        (answer("403 No"), "gone", True),
        (answer("404 No"), "gone", True),
        (answer("410 No"), "gone", True),
        (answer("400 No"), "refused", True),
        (answer("206 Part", VIDEO), "refused", True),
        (answer("429 Slow"), "engine_down", False),
        (answer("500 Oh"), "engine_down", False),
        (answer("502 Oh", b"<html>"), "engine_down", False),
        (answer(body=b"<html>", headers="content-type: text/html\r\n"), "not_a_video", True),
        (answer(body=b"{}", headers="content-type: application/json\r\n"), "not_a_video", True),
        (answer(body=b"x", headers="content-encoding: gzip\r\n"), "not_a_video", True),
        (answer(body=b""), "empty", False),
        (hang_up, "unreachable", False),
    ],
)
def test_a_result_that_cannot_be_had_has_a_reason(
    behaviour: Behaviour, code: str, permanent: bool, tmp_path: Path
) -> None:
    with serving(behaviour) as server:
        error = refusal(server.url, tmp_path / "a", own=server.url)
    assert (error.code, error.permanent) == (code, permanent)


def test_a_server_that_is_away_may_come_back(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    error = refusal(url, tmp_path / "a", own=url)
    assert (error.code, error.permanent) == ("unreachable", False)


@pytest.mark.parametrize(
    "behaviour", [answer(body=VIDEO), chunked(whole=True)], ids=["announced", "found out"]
)
def test_a_result_above_the_limit_is_cut_off(behaviour: Behaviour, tmp_path: Path) -> None:
    with serving(behaviour) as server:
        error = refusal(server.url, tmp_path / "a", own=server.url, max_bytes=len(VIDEO) - 1)
    assert (error.code, error.permanent) == ("too_large", True)


def test_a_result_that_drips_in_is_given_up_on(tmp_path: Path) -> None:
    def drip(connection: socket.socket, _: Seen) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        for _tenth in range(300):
            connection.sendall(b"x")
            time.sleep(0.1)

    with serving(drip) as server, pytest.raises(DownloadError) as caught:
        download(
            server.url,
            tmp_path / "a",
            max_bytes=MAX,
            allow_origin=server.url,
            total_seconds=0.4,
        )
    assert (caught.value.code, caught.value.permanent) == ("too_slow", False)
    assert not (tmp_path / "a").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_shows_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("/dev/full")
    with serving(answer(body=VIDEO)) as server, pytest.raises(OSError, match="No space left"):
        fetch(server.url, tmp_path / "a", own=server.url)
    assert not os.path.lexists(tmp_path / "a")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/"]
)
def test_a_private_address_is_never_even_connected_to(url: str, tmp_path: Path) -> None:
    with serving(answer(body=VIDEO)) as server:
        error = refusal(url.format(port=server.port), tmp_path / "a", own=None)
    assert error.code in ("private_address", "local_name")
    assert error.permanent
    assert server.seen == []


def test_a_redirect_to_a_private_address_is_refused(tmp_path: Path) -> None:
    with serving(answer(body=VIDEO)) as inside:
        to_inside = answer("302 Found", headers=f"Location: {inside.url}/secrets\r\n")
        with serving(to_inside) as engine:
            error = refusal(engine.url, tmp_path / "a", own=engine.url)
    assert error.code == "private_address"
    assert len(engine.seen) == 1
    assert inside.seen == []


def test_a_stranger_cannot_redirect_to_the_engine_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_public(monkeypatch, "127.0.0.2")
    places: list[str] = []

    def back(connection: socket.socket, seen: Seen) -> None:
        answer("302 Found", headers=f"Location: {places[0]}/admin\r\n")(connection, seen)

    with serving(back, host="127.0.0.2") as stranger:
        away = answer("302 Found", headers=f"Location: {stranger.url}/x\r\n")
        with serving(away) as engine:
            places.append(engine.url)
            error = refusal(engine.url, tmp_path / "a", own=engine.url)
    assert error.code == "private_address"
    assert (len(stranger.seen), len(engine.seen)) == (1, 1)


def test_a_redirect_to_another_origin_does_not_carry_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_public(monkeypatch, "127.0.0.1")
    with serving(answer(body=VIDEO)) as cdn:
        away = answer("307 Temporary", headers=f"Location: {cdn.url}/v.mp4\r\n")
        with serving(away) as engine:
            done = fetch(f"{engine.url}/content", tmp_path / "a", own=engine.url)
    assert done.bytes == len(VIDEO)
    assert "authorization" in engine.seen[0].headers
    assert "authorization" not in cdn.seen[0].headers


def test_a_redirect_within_the_engine_keeps_the_key(tmp_path: Path) -> None:
    def behave(connection: socket.socket, seen: Seen) -> None:
        moved = answer("301 Moved", headers="Location: /v2/content\r\n")
        (moved if seen.path == "/content" else answer(body=VIDEO))(connection, seen)

    with serving(behave) as engine:
        fetch(f"{engine.url}/content", tmp_path / "a", own=engine.url)
    assert [seen.path for seen in engine.seen] == ["/content", "/v2/content"]
    assert engine.seen[1].headers["authorization"] == "Bearer sk-secret"


def test_redirects_without_end_are_given_up_on(tmp_path: Path) -> None:
    with serving(answer("302 Found", headers="Location: /again\r\n")) as server:
        error = refusal(server.url, tmp_path / "a", own=server.url)
    assert (error.code, error.permanent) == ("redirects", True)
    assert len(server.seen) == http.MAX_REDIRECTS + 1


def test_the_connection_goes_to_the_address_that_was_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_public(monkeypatch, "127.0.0.1")
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, *more: object, **named: object) -> object:
        """First a harmless answer; for a second question the address of the attack."""
        asked.append(host)
        if host != "cdn.example":
            return real(host, *more, **named)  # type: ignore[arg-type]
        return real("127.0.0.1" if asked.count(host) == 1 else "127.0.0.9", *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with serving(answer(body=VIDEO)) as server:
        url = f"http://cdn.example:{server.port}/v.mp4"
        done = download(url, tmp_path / "a", max_bytes=MAX)
    assert done.bytes == len(VIDEO)
    assert asked.count("cdn.example") == 1
    assert server.seen[0].headers["host"] == f"cdn.example:{server.port}"


def test_a_second_address_is_tried_when_the_first_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_public(monkeypatch, "127.0.0.1", "127.0.0.9")
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ("127.0.0.9", "127.0.0.1"))
    with serving(answer(body=VIDEO)) as server:
        url = f"http://cdn.example:{server.port}/v.mp4"
        assert download(url, tmp_path / "a", max_bytes=MAX).bytes == len(VIDEO)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(("name", "arrives"), [("cdn.example", True), ("other.example", False)])
def test_the_certificate_must_be_the_hosts_although_the_connection_goes_to_its_ip(
    name: str, arrives: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_public(monkeypatch, "127.0.0.1")
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ("127.0.0.1",))
    certificate = make_certificate(tmp_path, name)
    monkeypatch.setattr(http, "_ssl", lambda: ssl.create_default_context(cafile=certificate))
    with serving(answer(body=VIDEO), tls=certificate) as server:
        url = f"https://cdn.example:{server.port}/v.mp4"
        if arrives:
            assert download(url, tmp_path / "a", max_bytes=MAX).bytes == len(VIDEO)
        else:
            assert refusal(url, tmp_path / "a", own=None).code == "unreachable"
            assert server.seen == []
