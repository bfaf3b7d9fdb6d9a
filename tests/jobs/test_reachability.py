"""Before money is spent: could an engine on the Internet get the inputs?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jobs import submission
from jobs.engines.transfers import Probe
from jobs.models import AvatarJob, State
from jobs.reachability import Unreachable, check_input
from studio import engine_accounts
from studio.env import Environment

URL = "https://studio.example/inputs/abc/take.mp3"


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`seen(status=404)`: what a stranger would get at the address."""

    def answer(**facts: object) -> None:
        defaults = {"status": 200, "content_type": "audio/mpeg"}
        monkeypatch.setattr("jobs.engines.http.probe", lambda url: Probe(**(defaults | facts)))  # type: ignore[arg-type]

    return answer


def test_a_file_of_the_right_type_is_fine(seen: Callable[..., None]) -> None:
    seen(content_type="audio/mpeg; charset=binary")
    check_input(URL, "audio/mpeg")


@pytest.mark.parametrize(
    ("facts", "code", "sentence"),
    [
        ({"status": None, "address_problem": "it is private"}, "not_public", "Set PUBLIC_URL"),
        ({"status": None, "no_answer": "Nobody answers."}, "input_unreachable", "DNS"),
        ({"status": 302, "redirected_to": "https://other.example/x"}, "input_redirects", "final"),
        ({"status": 403}, "input_refused", "HTTP 403"),
        ({"content_type": "text/html"}, "input_wrong_type", "text/html"),
        ({"content_length": 0}, "input_empty", "empty file"),
    ],
    ids=["private address", "no answer", "redirect", "login wall", "web page", "empty file"],
)
def test_what_is_wrong_is_said_with_what_to_set(
    seen: Callable[..., None], facts: dict[str, object], code: str, sentence: str
) -> None:
    seen(**facts)
    with pytest.raises(Unreachable, match=sentence) as problem:
        check_input(URL, "audio/mpeg")
    assert problem.value.code == code


@pytest.mark.parametrize(
    "site",
    ["http://localhost:8000", "http://127.0.0.1:8000", "http://10.0.0.5", "http://box.local"],
)
def test_a_studio_at_a_private_address_sends_nothing_to_a_gateway(
    job: AvatarJob, settings: object, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"GATEWAY_URL": "https://gateway.example", "GATEWAY_KEY": "sk-test"}
    settings.ENGINE_ACCOUNTS = engine_accounts.read(Environment(environment))  # type: ignore[attr-defined]
    settings.PUBLIC_URL = site  # type: ignore[attr-defined]
    AvatarJob.objects.filter(pk=job.pk).update(account="gateway", engine="gateway")
    monkeypatch.setattr("jobs.engines.http.send", lambda request: pytest.fail("sent"))
    submission.submit_due()
    job.refresh_from_db()
    assert (job.state, job.error_code, job.tries) == (State.QUEUED, "not_public", 0)
    assert "Set PUBLIC_URL" in job.error_message
