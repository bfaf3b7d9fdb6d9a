"""Asking the doctor in a test, in this process or as an operator does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from studio.engine_accounts import AccountSettings
from studio.operations.doctor import guarded
from studio.operations.doctor.check import Check
from studio.operations.processes import ROOT

type Said = dict[str, tuple[str, str]]


def gateway(url: str, **more: Any) -> dict[str, AccountSettings]:
    """What ENGINE_ACCOUNTS holds with one gateway set."""
    return {
        "gateway": AccountSettings(
            name="gateway", engine="gateway", label="Gateway", url=url, key="sk-real", **more
        )
    }


def said(examine: Callable[[], Iterable[Check]]) -> Said:
    """name: (level, what was found). A fix stands exactly where something is wrong."""
    checks = list(guarded("guarded", examine))
    assert all(bool(check.fix) == (check.level != "ok") for check in checks)
    return {check.name: (str(check.level), check.found) for check in checks}


def doctor(environment: Mapping[str, str]) -> tuple[int, dict[str, dict[str, Any]]]:
    """`manage.py doctor --json` with these settings: exit code, and the checks by name."""
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.stdout, done.stderr
    checks = json.loads(done.stdout)["checks"]
    return done.returncode, {check["name"]: check for check in checks}


def wrong(checks: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """Name and level of what is not in order."""
    return {name: check["level"] for name, check in checks.items() if check["level"] != "ok"}
