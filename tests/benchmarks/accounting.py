"""What processes cost the machine, as the kernel counts it (Linux: /proc)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
KIB = 1024


@dataclass(frozen=True, slots=True)
class Stat:
    """One line of /proc/<pid>/stat: whose child, and the seconds of processor it has used.

    `reaped_seconds` are those of its children that ended and were waited for.
    """

    parent: int
    own_seconds: float
    reaped_seconds: float


def read_stat(line: str) -> Stat:
    """The parts of a stat line that matter (man 5 proc). The name in it may hold anything."""
    fields = line.rpartition(")")[2].split()
    user, system, reaped_user, reaped_system = (int(field) for field in fields[11:15])
    return Stat(
        parent=int(fields[1]),
        own_seconds=(user + system) / TICKS_PER_SECOND,
        reaped_seconds=(reaped_user + reaped_system) / TICKS_PER_SECOND,
    )


def everybody() -> dict[int, Stat]:
    """All processes of the machine, by their id."""
    found = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                found[int(folder.name)] = read_stat((folder / "stat").read_text())
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we were looking
    return found


def family(roots: Iterable[int], processes: dict[int, Stat]) -> set[int]:
    """`roots` and all that descends from them."""
    members = {pid for pid in roots if pid in processes}
    grown = True
    while grown:
        young = {pid for pid, stat in processes.items() if stat.parent in members} - members
        members |= young
        grown = bool(young)
    return members


def cpu_seconds(roots: Iterable[int]) -> float:
    """User and system time of `roots` and all their descendants, ended ones included.

    A child's time moves to its parent when it is waited for, so the sum never falls.
    """
    processes = everybody()
    members = (processes[pid] for pid in family(roots, processes))
    return sum(stat.own_seconds + stat.reaped_seconds for stat in members)


def memory_bytes(roots: Iterable[int]) -> int:
    """Memory of `roots` and their descendants; what several share is counted once."""
    members = family(roots, everybody())
    return sum(_kib(pid, "smaps_rollup", "Pss:") for pid in members) * KIB


def peak_bytes(pid: int) -> int:
    """The most memory that one process ever had resident, shared parts included."""
    return _kib(pid, "status", "VmHWM:") * KIB


def _kib(pid: int, file: str, label: str) -> int:
    for line in (PROC / str(pid) / file).read_text().splitlines():
        if line.startswith(label):
            return int(line.split()[1])
    raise ValueError(f"{file} of process {pid} has no {label}")


def child_with(word: str) -> int:
    """The one child of this process that has `word` in its command line, such as a port."""
    processes = everybody()
    children = [pid for pid, stat in processes.items() if stat.parent == os.getpid()]
    found = [pid for pid in children if word in (PROC / str(pid) / "cmdline").read_text()]
    if len(found) != 1:
        raise LookupError(f"{len(found)} children of this process have {word} in their command")
    return found[0]
