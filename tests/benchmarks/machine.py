"""What the figures were measured on, in words that fit any machine of the kind."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

import django

from tests.benchmarks import rows
from tests.benchmarks.services import Services

GIB = 2**30
_FAMILIES = re.compile(r"(AMD|Intel).*?(EPYC|Ryzen|Xeon|Core)", re.IGNORECASE)


def described(servers: Services) -> str:
    """One line: processor, memory, system and the versions that matter."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    family = processor_family(Path("/proc/cpuinfo").read_text())
    return (
        f"{cores} core{'s' * (cores != 1)} of {platform.machine()} ({family}), {memory:.0f} GiB, "
        f"Python {platform.python_version()}, Django {django.get_version()}, "
        f"PostgreSQL {_postgres(servers)}, Redis {_redis(servers)}"
    )


def processor_family(cpuinfo: str) -> str:
    """The maker and the family of the processor, without its model number."""
    named = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    family = _FAMILIES.search(named[1]) if named else None
    return f"{family[1]} {family[2]}" if family else "unnamed processor"


def _postgres(servers: Services) -> str:
    with rows.opened(f"{servers.postgres_url}/postgres") as server:
        return str(server.one("show server_version")).split()[0]


def _redis(servers: Services) -> str:
    import redis as client

    with client.Redis.from_url(servers.redis_url) as connection:
        return str(connection.info("server")["redis_version"])
