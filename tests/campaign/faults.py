"""How each trouble is made: kills, servers that are gone, an odd engine, a wrong clock, no room."""

from __future__ import annotations

import base64
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from studio.operations.processes import PROGRAMS
from tests.campaign import clock
from tests.campaign.stacks import Embedded
from tests.campaign.stage import Stage
from tests.services.programs import call

#: 500 orders arrive over about this long, so that every kind of call is in the air all the time.
ORDERING_SECONDS = 15.0
KILLS = 12
VICTIMS = {"worker": 5, "fetcher": 3, "beat": 2, "web": 2, "broker": 3}
#: So many must be seen at the engine before the worker is killed.
CALLS_IN_THE_AIR = 8
#: Name of a fault: how likely, and its own values.
Kinds = Mapping[str, tuple[float, Mapping[str, float]]]
SECRET = "whsec_" + base64.b64encode(b"only for this campaign, 32 bytes").decode()
#: Less than a version's files need.
NO_ROOM_BYTES = 150_000
FILLING_SECONDS = 120.0
#: Everything of ours; the engine is somebody else's.
STUDIO = tuple(name for name in PROGRAMS if name != "sandbox")


def kills(stage: Stage) -> Iterator[float]:
    """SIGKILL at random moments, while a quarter of the paid calls takes noticeably long."""
    _order(stage)
    stage.fault("slow", on="submit", delay_seconds=0.4, probability=0.25)
    for _ in range(KILLS):
        yield stage.chance.uniform(0.4, 2.2)
        stage.crash(*stage.chance.choices(list(VICTIMS), list(VICTIMS.values())))


def brief(stage: Stage) -> Iterator[float]:
    """One kill of the worker while every call of it is in the air, and nothing else under way."""
    stage.fault("slow", on="submit", delay_seconds=1.5)
    _order(stage)
    while stage.engine.hits("slow") < CALLS_IN_THE_AIR:
        yield 0.1
    stage.crash("worker")
    stage.engine.clear()


def two_of_each(stage: Stage) -> Iterator[float]:
    """Everything that works exists twice, and one of each pair dies now and then."""
    _order(stage)
    stage.fault("slow", on="submit", delay_seconds=0.4, probability=0.25)
    for _ in range(6):
        yield stage.chance.uniform(1.0, 3.0)
        stage.crash(stage.chance.choice(["worker", "worker2", "fetcher2", "beat2"]))


def broker_emptied(stage: Stage) -> Iterator[float]:
    """All messages gone, again and again."""
    _order(stage)
    for _ in range(6):
        yield stage.chance.uniform(1.5, 3.5)
        stage.crash("broker")


def database_gone(stage: Stage) -> Iterator[float]:
    """PostgreSQL is crashed and stays away; of SQLite somebody holds the only write lock."""
    _order(stage)
    yield stage.chance.uniform(5.0, 9.0)
    if isinstance(stage.studio.stack, Embedded):
        with closing(sqlite3.connect(stage.studio.folder / "data" / "studio.sqlite3")) as database:
            database.execute("pragma busy_timeout = 10000")
            database.execute("begin immediate")
            yield stage.length(60.0)
    else:
        stage.supervisor.kill("database", stay_down=True)
        yield stage.length(60.0)
        stage.supervisor.start("database")


def engine_down(stage: Stage) -> Iterator[float]:
    """The engine is killed and stays away; all waits are capped, so an hour is like minutes."""
    _order(stage)
    yield stage.chance.uniform(4.0, 8.0)
    stage.supervisor.kill("sandbox", stay_down=True)
    yield stage.length(200.0)
    stage.supervisor.start("sandbox")
    stage.supervisor.wait_until_ready("sandbox")


def engine_odd(stage: Stage) -> Iterator[float]:
    """Every answer the documents warn of, on all three kinds of request."""
    submit: Kinds = {
        "rate_limit": (0.15, {"retry_after": 1}), "server_error": (0.04, {}), "html": (0.04, {}),
        "lost_answer": (0.03, {}), "slow": (0.1, {"delay_seconds": 1.0}), "fail": (0.05, {}),
    }  # fmt: skip
    read: Kinds = {
        "rate_limit": (0.1, {"retry_after": 1}), "server_error": (0.05, {}), "html": (0.05, {}),
        "lost_answer": (0.05, {}), "slow": (0.05, {"delay_seconds": 1.0}), "not_yet": (0.05, {}),
    }  # fmt: skip
    media: Kinds = {
        "server_error": (0.05, {}), "html": (0.04, {}), "truncated": (0.04, {}),
        "slow": (0.05, {"delay_seconds": 1.0}),
    }  # fmt: skip
    for place, kinds in (("submit", submit), ("read", read), ("media", media)):
        for name, (probability, values) in kinds.items():
            stage.fault(name, on=place, probability=probability, **values)
    stage.fault("server_error", on="submit", when="after", probability=0.03)
    # Longer than the studio waits: it gives up, and the engine accepts all the same.
    stage.fault("slow", on="submit", delay_seconds=6.0, probability=0.02)
    _order(stage)
    yield 40.0


_FAKETIME = Path("/usr/lib")


def _library() -> Path | None:
    return next(_FAKETIME.glob("*/faketime/libfaketimeMT.so.1"), None)


def missing_clock() -> str:
    """What the clock scenario needs and this machine has not."""
    return "" if _library() else "faketime"


def clock_step(stage: Stage) -> Iterator[float]:
    """A host an hour ahead of everybody; its clock steps two hours forward, and later back again.

    With servers it is the host of worker and fetcher: scheduler and database have the right time.
    Embedded, there is but one host, with everything on it.
    """
    file = stage.studio.folder / "clock"
    _set_clock(file, hours=1)
    skewed = {
        "LD_PRELOAD": str(_library()), "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        # A step of the wall clock does not touch the monotonic one.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1", "PYTHONPATH": str(Path(clock.__file__).parent),
    }  # fmt: skip
    here = STUDIO if isinstance(stage.studio.stack, Embedded) else ("worker", "fetcher")
    stage.supervisor.terminate(*here)
    for name in here:
        stage.supervisor.env_of[name] = skewed
    stage.supervisor.start(*here)
    _order(stage, skewed if "web" in here else {})
    yield 8.0
    _set_clock(file, hours=3)
    yield 8.0
    _set_clock(file, hours=1)


def _set_clock(file: Path, *, hours: int) -> None:
    part = file.with_suffix(".part")
    part.write_text(f"+{hours * 3600}\n")
    part.replace(file)


def missing_mount() -> str:
    """What the disk scenario needs and this machine has not."""
    return "" if os.geteuid() == 0 and shutil.which("mount") else "the right to mount"


def disk_full(stage: Stage) -> Iterator[float]:
    """The disk has room for a part of the videos; later there is more."""
    _order(stage)
    until = time.monotonic() + FILLING_SECONDS
    while stage.free_bytes() > NO_ROOM_BYTES and time.monotonic() < until:
        yield 0.5
    yield 15.0
    stage.notes.append(f"{stage.free_bytes()} bytes were free when it was full")
    call("mount", "-o", "remount,size=1g", stage.disk)


def result_expired(stage: Stage) -> Iterator[float]:
    """The engine is done and bills, but a third of the addresses answer 403."""
    stage.fault("expired", on="media", probability=0.33)
    _order(stage)
    yield 25.0


#: An account at the sandbox engine's other face, which signs its callbacks.
CALLBACKS = {
    "DEFAULT_ACCOUNT": "kling", "KLING_URL": "{SANDBOX_URL}", "KLING_KEY": "{SANDBOX_KEY}",
    "KLING_WEBHOOK_SECRET": SECRET, "SANDBOX_WEBHOOK_SECRET": SECRET,
}  # fmt: skip


def callbacks(stage: Stage) -> Iterator[float]:
    """Callbacks as they must not be relied on; lost answers are found by our own id."""
    stage.fault("callback_early", on="submit", probability=0.3)
    stage.fault("callback_times", count=5, probability=0.5)
    stage.fault("callback_forged", probability=0.2)
    stage.fault("lost_answer", on="submit", probability=0.05)
    _order(stage)
    yield 25.0


def deploy(stage: Stage) -> Iterator[float]:
    """Stop everything of ours as a deploy does, migrate, start everything."""
    _order(stage)
    stage.fault("slow", on="submit", delay_seconds=0.4, probability=0.25)
    yield stage.chance.uniform(5.0, 9.0)
    stage.supervisor.terminate(*STUDIO)
    stage.studio.manage("migrate", "--verbosity", "0")
    stage.supervisor.start(*STUDIO)


def sigterm(stage: Stage) -> Iterator[float]:
    """What `docker stop` and a closing terminal do: the whole group at once, again and again."""
    _order(stage)
    stage.fault("slow", on="submit", delay_seconds=0.4, probability=0.25)
    for _ in range(10):
        yield stage.chance.uniform(1.0, 2.5)
        victim = stage.chance.choice(["worker", "worker", "fetcher"])
        stage.supervisor.terminate(victim)
        stage.supervisor.start(victim)


def _order(stage: Stage, environment: Mapping[str, str] | None = None) -> None:
    stage.order(over_seconds=ORDERING_SECONDS * stage.jobs / 500, environment=environment or {})
