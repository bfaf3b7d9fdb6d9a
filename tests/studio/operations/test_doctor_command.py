"""The doctor's command, and what it says of settings that do not fit together."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from studio.engine_accounts import AccountSettings
from studio.operations import doctor
from studio.operations.doctor import half_set
from studio.operations.doctor.check import Check, ok, problem, warning
from tests.studio.operations.examined import gateway, said

pytestmark = pytest.mark.django_db


class TestTheCommand:
    """What an operator, and a machine, read of it."""

    @pytest.fixture
    def finding(self, monkeypatch: pytest.MonkeyPatch) -> list[Check]:
        """What the checks find is put into this list."""
        checks: list[Check] = []
        monkeypatch.setattr(doctor, "EXAMINATIONS", {"all": lambda: checks})
        return checks

    def run(self, *options: str) -> tuple[str, int]:
        out = StringIO()
        try:
            call_command("doctor", *options, stdout=out)
        except SystemExit as end:
            return out.getvalue(), int(str(end.code))
        return out.getvalue(), 0

    def test_one_line_each_and_the_fix_below(self, finding: list[Check]) -> None:
        finding += [ok("disk", "12 GB free."), problem("broker", "It is away.", "Start it.")]
        text, code = self.run()
        lines = text.splitlines()
        assert code == 1
        assert lines[0].split(maxsplit=2) == ["ok", "disk", "12 GB free."]
        assert lines[1].split(maxsplit=2) == ["problem", "broker", "It is away."]
        assert lines[2].strip() == "-> Start it."
        assert len({line.index(word) for line, word in zip(
            lines, ("12 GB", "It is", "->"), strict=False)}) == 1, "aligned"  # fmt: skip
        assert lines[-1] == "2 checks: 1 ok, 0 to look at, 1 to mend."

    def test_warnings_alone_are_no_failure(self, finding: list[Check]) -> None:
        finding.append(warning("mail", "Written down.", "Set EMAIL_URL."))
        assert self.run()[1] == 0

    def test_machines_get_one_json_document(self, finding: list[Check]) -> None:
        finding.append(problem("broker", "It is away.", "Start it."))
        text, code = self.run("--json")
        assert code == 1
        assert json.loads(text) == {
            "ok": False,
            "checks": [
                {"name": "broker", "level": "problem", "found": "It is away.", "fix": "Start it."}
            ],
        }

    def test_a_check_that_breaks_does_not_end_the_others(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fine = {"broken": lambda: 1 / 0, "fine": lambda: [ok("fine", "Yes.")]}
        monkeypatch.setattr(doctor, "EXAMINATIONS", fine)
        text, code = self.run("--json")
        levels = {check["name"]: check["level"] for check in json.loads(text)["checks"]}
        assert (levels, code) == ({"broken": "problem", "fine": "ok"}, 1)


class TestSettingsThatDoNotFit:
    def test_the_embedded_default_fits(self) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("this is about a studio without a database server")
        assert said(half_set.examine) == {"settings": ("ok", "They fit together.")}

    @pytest.mark.parametrize(
        ("values", "found"),
        [
            ({"DEBUG": True, "IS_HTTPS": True}, "DEBUG is on at a public address"),
            ({"BEHIND_PROXY": True}, "BEHIND_PROXY is on, but PUBLIC_URL is not https"),
            ({"SECRET_KEY": "secret"}, "SECRET_KEY is short"),
            pytest.param(
                {"REDIS_URL": "redis://broker"}, "REDIS_URL names a server, but the database is",
                marks=pytest.mark.skipif(connection.vendor != "sqlite", reason="a server is set"),
            ),
            (
                {"IS_HTTPS": True, "S3_BUCKET": "b", "S3_ENDPOINT_URL": "http://s3.example"},
                "The site is https and the bucket is not",
            ),
            (
                {"ENGINE_ACCOUNTS": gateway("https://a.example")
                 | {"b": AccountSettings(name="b", engine="fal", label="", url="")}},
                "There are 2 engine accounts and no DEFAULT_ACCOUNT",
            ),
            (
                {"SUBMIT_SECONDS": 131},
                "SUBMIT_SECONDS is 131, so a worker that is to stop may need 151 s",
            ),
        ],
        ids=["debug", "proxy", "secret", "redis", "bucket", "accounts", "stopping"],
    )  # fmt: skip
    def test_what_does_not_fit_is_said(
        self, settings: Any, values: dict[str, Any], found: str
    ) -> None:
        for name, value in values.items():
            setattr(settings, name, value)
        said_so = [one for one in half_set.examine() if one.found.startswith(found)]
        assert [one.level for one in said_so] == ["warning"]
