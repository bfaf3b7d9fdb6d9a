"""What processes are said to have used, against processes that used it."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tests.benchmarks import accounting
from tests.benchmarks.accounting import TICKS_PER_SECOND, Stat, family, read_stat
from tests.benchmarks.machine import processor_family

BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"
#: A parent that waits for a child, says so, and stays.
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURN.format(seconds=0.4)!r}], check=True)
print("done", flush=True)
sys.stdin.read()
"""


def test_a_stat_line_is_read_whatever_the_process_is_called() -> None:
    times = f"{3 * TICKS_PER_SECOND} {TICKS_PER_SECOND} {5 * TICKS_PER_SECOND} 0"
    line = f"42 (a) b (c d)) S 7 42 42 0 -1 4194304 1 2 3 4 {times} 20 0 1"
    assert read_stat(line) == Stat(parent=7, own_seconds=4, reaped_seconds=5)


def test_a_family_is_a_process_with_all_that_descends_from_it() -> None:
    parents = {1: 0, 10: 1, 11: 10, 12: 11, 20: 1, 21: 20}
    processes = {pid: Stat(parent, 0, 0) for pid, parent in parents.items()}
    assert family([10], processes) == {10, 11, 12}
    assert family([11, 20], processes) == {11, 12, 20, 21}
    assert family([99], processes) == set(), "it has ended"


def test_the_time_of_a_child_that_ended_is_not_forgotten() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        before = accounting.cpu_seconds([parent.pid])
        assert parent.stdout.readline() == b"done\n"
        used = accounting.cpu_seconds([parent.pid]) - before
        parent.communicate()
    assert used >= 0.35


def test_memory_counts_the_process_and_its_peak() -> None:
    command = "held = bytearray(60_000_000); print('held', flush=True); held = 0; input()"
    with subprocess.Popen(
        [sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        until = time.monotonic() + 10
        while accounting.memory_bytes([process.pid]) > 50_000_000 and time.monotonic() < until:
            time.sleep(0.01)  # it gives the memory back a moment after it said so
        assert accounting.memory_bytes([process.pid]) < 50_000_000
        assert accounting.peak_bytes(process.pid) > 60_000_000
        process.communicate(b"\n")


def test_a_server_is_found_by_the_port_in_its_command() -> None:
    sleeper = [sys.executable, "-c", "input()", "port-of-this-test"]
    with subprocess.Popen(sleeper, stdin=subprocess.PIPE) as server:
        assert accounting.child_with("port-of-this-test") == server.pid
        server.communicate(b"\n")
    with pytest.raises(LookupError, match="0 children"):
        accounting.child_with("port-of-this-test")


@pytest.mark.parametrize(
    ("model", "family_name"),
    [
        ("AMD EPYC 9R14", "AMD EPYC"),
        ("Intel(R) Xeon(R) Platinum 8488C", "Intel Xeon"),
        ("Neoverse-V1", "unnamed processor"),
    ],
)
def test_the_processor_is_named_by_its_family(model: str, family_name: str) -> None:
    assert processor_family(f"processor\t: 0\nmodel name\t: {model}\n") == family_name
