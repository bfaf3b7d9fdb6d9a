"""`manage.py demo` with an engine that costs real money: it says the price and asks."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command

from jobs.models import AvatarJob
from studio import engine_accounts
from studio.env import Environment
from studio.operations.management.commands.demo import Command


@pytest.fixture
def gateway(db: None, settings: Any) -> None:
    """Orders go to a gateway, which is paid."""
    environment = {"GATEWAY_URL": "https://gateway.example", "GATEWAY_KEY": "sk-test"}
    settings.ENGINE_ACCOUNTS = engine_accounts.read(Environment(environment))
    settings.DEFAULT_ACCOUNT = "gateway"


@pytest.mark.parametrize("answer", ["", "n", "no", "yess"])
def test_nothing_is_ordered_without_a_yes(
    gateway: None, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    asked: list[str] = []

    def answered(question: str) -> str:
        asked.append(question)
        return answer

    monkeypatch.setattr("builtins.input", answered)
    said, complained = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("demo", stdout=said, stderr=complained)
    assert ended.value.code == 2
    assert asked == ["Pay $0.70 to gateway? [y/N] "]
    assert "real money" not in said.getvalue()
    assert "Nothing was ordered." in complained.getvalue()
    assert not AvatarJob.objects.exists()


def test_who_gives_no_reason_has_agreed_at_the_command_line() -> None:
    given = Command().create_parser("manage.py", "demo").parse_args([])
    assert given.reason == "Agreed to at the command line."
