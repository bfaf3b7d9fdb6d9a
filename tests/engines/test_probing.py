"""What the studio sees when it looks at an address as a stranger would."""

import pytest

from jobs.engines.http import probe
from tests.engines.loopback import answer, serving
from tests.services.programs import free_port

MP4 = "content-type: video/mp4\r\n"


def test_a_probe_shows_what_a_stranger_would_get() -> None:
    with serving(answer(body=b"v" * 300_000, headers=MP4)) as server:
        shown = probe(f"{server.url}/in/x.mp4", guard=False)
    assert (shown.status, shown.content_type) == (200, "video/mp4")
    assert (shown.content_length, shown.redirected_to) == (300_000, "")
    assert (shown.address_problem, shown.no_answer) == ("", "")


def test_a_probe_names_the_redirect_and_does_not_follow_it() -> None:
    with serving(answer("302 Found", headers="Location: /login\r\n")) as server:
        shown = probe(server.url, guard=False)
    assert (shown.status, shown.redirected_to, len(server.seen)) == (302, "/login", 1)


def test_a_probe_of_a_private_address_says_so_without_connecting() -> None:
    with serving(answer()) as server:
        shown = probe(server.url)
    assert shown.status is None
    assert "private address" in shown.address_problem
    assert server.seen == []


@pytest.mark.parametrize("url", ["http://localhost/x", "http://studio.local/x", "/in/x.mp4"])
def test_a_probe_of_an_address_nobody_outside_can_use_says_why(url: str) -> None:
    assert probe(url).address_problem.endswith(".")


def test_a_probe_of_a_silent_address_says_so() -> None:
    shown = probe(f"http://127.0.0.1:{free_port()}/", guard=False)
    assert shown.status is None
    assert shown.no_answer.startswith("Nothing answers")
