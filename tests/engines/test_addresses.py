"""The guard lets the public Internet through, and nothing else."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from jobs.engines.addresses import AddressProblem, check_url, is_public, is_this_machine, origin_of


def resolving(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.254",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "100::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
    ],
)
def test_an_address_that_is_not_of_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.32.0.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::",
    ],
)
def test_a_public_address_passes(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.com/a", "not_a_url"),
        ("file:///etc/passwd", "not_a_url"),
        ("//example.com/a", "not_a_url"),
        ("example.com/a", "not_a_url"),
        ("https://", "not_a_url"),
        ("https:///a", "not_a_url"),
        ("https://example.com:99999/", "not_a_url"),
        ("https://example.com:0/", "not_a_url"),
        ("https://exa mple.com/", "not_a_url"),
        ("https://example.com\\@127.0.0.1/", "not_a_url"),
        ("https://example.com/\r\nhost: x", "not_a_url"),
        ("https://[::1/", "not_a_url"),
        ("https://user@example.com/", "login_in_url"),
        ("https://user:word@example.com/", "login_in_url"),
        ("https://:@example.com/", "login_in_url"),
        ("http://localhost/", "local_name"),
        ("http://LOCALHOST.:8000/", "local_name"),
        ("http://api.localhost/", "local_name"),
        ("http://printer.local/", "local_name"),
        ("http://127.0.0.1/", "private_address"),
        ("http://127.1/", "private_address"),
        ("http://2130706433/", "private_address"),
        ("http://0x7f.0.0.1/", "private_address"),
        ("http://[::1]/", "private_address"),
        ("http://[::ffff:127.0.0.1]/", "private_address"),
        ("http://169.254.169.254/latest/meta-data", "private_address"),
        ("http://nothing-here.invalid/", "unresolvable"),
    ],
)
def test_a_url_that_may_not_be_fetched_is_refused_with_a_sentence(url: str, code: str) -> None:
    with pytest.raises(AddressProblem) as caught:
        check_url(url)
    assert caught.value.code == code
    assert caught.value.sentence.endswith(".")
    assert caught.value.permanent is (code != "unresolvable")


def test_only_the_public_ones_of_a_names_addresses_are_handed_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving(monkeypatch, "10.0.0.1", "93.184.216.34", "127.0.0.1", "93.184.216.34")
    checked = check_url("https://Example.com./a.mp4")
    assert checked.addresses == ("93.184.216.34",)
    assert (checked.host, checked.port, checked.host_header) == ("example.com", 443, "example.com")


def test_a_name_with_private_addresses_only_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "10.0.0.1", "fd00::1")
    with pytest.raises(AddressProblem) as caught:
        check_url("https://example.com/a.mp4")
    assert caught.value.code == "private_address"


def test_exactly_the_engines_own_origin_is_exempt() -> None:
    own = "http://127.0.0.1:8765"
    assert check_url(f"{own}/media/a.mp4", allow_origin=own + "/v1").addresses == ("127.0.0.1",)
    for other in ("http://127.0.0.1:8766/", "https://127.0.0.1:8765/", "http://127.0.0.2:8765/"):
        with pytest.raises(AddressProblem):
            check_url(other, allow_origin=own)


def test_a_local_name_is_fetched_when_it_is_the_engines_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving(monkeypatch, "127.0.0.1")
    checked = check_url("http://localhost:8765/a", allow_origin="http://localhost:8765")
    assert checked.host_header == "localhost:8765"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://A.example/x?y#z", "https://a.example:443"),
        ("HTTP://a.example:80", "http://a.example:80"),
        ("http://[::1]:8000/", "http://::1:8000"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example:443"),
        ("https://u:p@a.example/", None),
        ("data:video/mp4;base64,AA", None),
        ("", None),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765", "http://[::1]/", "http://localhost/x"])
def test_this_machine_is_recognised_by_its_written_name(url: str) -> None:
    assert is_this_machine(url)


@pytest.mark.parametrize("url", ["https://api.example.com", "http://10.0.0.1", "nonsense"])
def test_other_machines_are_not_this_one(url: str) -> None:
    assert not is_this_machine(url)
