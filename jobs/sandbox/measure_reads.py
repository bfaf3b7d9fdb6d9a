"""How fast the engine answers with many tasks: ``python -m jobs.sandbox.measure_reads [count]``.

The engine is a process of its own. Requests per second of *its* processor time are counted, so
that neither the asking process nor the machine's other work is measured.
"""

import asyncio
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-measure"
CONNECTIONS, REQUESTS = 8, 16_000


@contextmanager
def engine(folder: str) -> Iterator[tuple[int, int]]:
    """A running engine: its process id and its port."""
    command = [sys.executable, "-m", "jobs.sandbox", "--port", "0", "--data-dir", folder]
    command += ["--key", KEY, "--seconds", "30-60"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        found = re.search(r":(\d+)\s*$", process.stdout.readline())
        assert found
        yield process.pid, int(found[1])
    finally:
        process.terminate()
        process.wait()


def ask(port: int, method: str, path: str, body: object = None) -> Any:
    """One answer as JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, json.dumps(body) if body else None)
    with connection.getresponse() as answer:
        return json.load(answer)


def processor_seconds(pid: int) -> float:
    """What the process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_bytes(pid: int) -> int:
    """What the process has in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def _look(port: int, ids: list[str], count: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for turn in range(count):
        path = f"/v1/video/generations/{ids[turn % len(ids)]}"
        head = f"GET {path} HTTP/1.1\r\nHost: engine\r\nAuthorization: Bearer {KEY}\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", answer)
        assert answer.startswith(b"HTTP/1.1 200") and length
        await reader.readexactly(int(length[1]))
    writer.close()


async def looks(pid: int, port: int, ids: list[str]) -> int:
    """Looks per second of the engine's processor time, over all tasks in turn."""
    before = processor_seconds(pid)
    shares = [ids[start::CONNECTIONS] for start in range(CONNECTIONS)]
    each = REQUESTS // CONNECTIONS
    await asyncio.gather(*(_look(port, share, each) for share in shares))
    return round(REQUESTS / (processor_seconds(pid) - before))


def main() -> None:
    """Measure, and print the table."""
    count, out = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, sys.stdout
    with tempfile.TemporaryDirectory() as folder, engine(folder) as (pid, port):
        empty, started = memory_bytes(pid), time.monotonic()
        ids = ask(port, "POST", "/sandbox/seed", {"count": count})["ids"]
        seeding, full = time.monotonic() - started, memory_bytes(pid)
        running = asyncio.run(looks(pid, port, ids))
        while ask(port, "GET", "/sandbox/health")["unfinished"]:
            time.sleep(0.5)
        finished = asyncio.run(looks(pid, port, ids))
    out.write("| what | measured |\n| --- | --- |\n")
    out.write(f"| seed {count:,} running tasks | {seeding:.1f} s |\n")
    out.write(f"| memory for one of them | {(full - empty) / count / 1000:.1f} kB |\n")
    out.write(f"| looks at running tasks, per second of processor time | {running:,} |\n")
    out.write(f"| looks at finished tasks, per second of processor time | {finished:,} |\n")


if __name__ == "__main__":
    main()
