"""One short run in every test run: real processes, killed; the engine counts."""

from __future__ import annotations

import json
import subprocess
import sys

from studio.operations.processes import ROOT


def test_a_worker_killed_with_its_calls_in_the_air_buys_nothing_twice() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.campaign"),
            *("--only", "brief", "--stack", "sqlite", "--jobs", "40", "--seed", "7"),
        ],
        cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["runs"], last["jobs"]) == (1, 40)
    assert (last["paid_twice"], last["lost"], last["money_off"]) == (0, 0, 0)
    assert 0 < last["unsettled"] < 40, "those in the air, and no others; the bill settled them all"
