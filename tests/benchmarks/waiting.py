"""How long people wait: from the click to the engine's yes, from done there to playable here."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from studio.operations.processes import Processes
from tests.benchmarks import rows, services
from tests.benchmarks.figures import Waits
from tests.benchmarks.services import POLL_SECONDS, POSTGRES_AND_REDIS, Services
from tests.benchmarks.visitor import Visitor
from tests.engine import SandboxEngine

CLICK_TARGET_SECONDS = 1.0
FILM_TARGET_SECONDS = POLL_SECONDS + 3.0
FILM_SECONDS = 30
#: Of the demo organisation.
CREATOR, PASSWORD = "jonas@demo.example", "understudy demo"
PATIENCE_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A running studio with one creator at a clip."""

    creator: Visitor
    table: rows.Rows
    engine: SandboxEngine
    clip: str

    def order(self) -> float:
        """Open the clip's page and press Generate; when it was pressed, since 1970."""
        form = self.creator.form(f"/clips/{self.clip}/", form="clip-form", button="generate")
        pressed = time.time()
        self.creator.send(form)
        return pressed

    def version(self, number: int) -> str:
        """The id of the clip's version of this number."""
        return str(self.table.one(f"select id from jobs_version where number = {number}"))

    def job(self, number: int, column: str, *, such_that: str) -> str:
        """A column of the clip's job of this number, once `such_that` holds."""
        query = f"select {column} from jobs_avatarjob where number = {number} and {such_that}"
        return str(self.table.wait_for(query, seconds=PATIENCE_SECONDS))


@contextlib.contextmanager
def _scene(servers: Services, *, take_seconds: int, **more: str) -> Iterator[Scene]:
    """All processes of the studio as `make run` starts them, on PostgreSQL and Redis."""
    environment = servers.fresh(POSTGRES_AND_REDIS, **more)
    clip = services.run(environment, "-m", "tests.benchmarks.stage", str(take_seconds)).strip()
    with (
        Processes(env=environment, logs=Path(environment["DATA_DIR"]) / "logs"),
        rows.opened(environment["DATABASE_URL"]) as table,
        Visitor(environment["PUBLIC_URL"]) as creator,
    ):
        creator.log_in(CREATOR, PASSWORD)
        yield Scene(creator, table, SandboxEngine(environment["SANDBOX_URL"]), clip)
    services.remove(environment)


def click_to_accepted(servers: Services, count: int) -> Waits:
    """From the click to the engine's handle committed in our row; one order after another.

    The engine takes its time, so that nothing else happens meanwhile.
    """
    waits = []
    slow = {"SANDBOX_SECONDS": "3600", "SANDBOX_FILM": "small"}
    with _scene(servers, take_seconds=10, **slow) as scene:
        for number in range(1, count + 1):
            time.sleep(random.uniform(0, 1))  # not in step with what happens by the clock
            pressed = scene.order()
            accepted = scene.job(number, "accepted_at", such_that="accepted_at is not null")
            waits.append(rows.seconds(accepted) - pressed)
    return Waits("click to accepted by the engine", waits, CLICK_TARGET_SECONDS)


def completed_to_playable(servers: Services, count: int) -> list[Waits]:
    """From the engine's own end of a job to the first bytes of what the review page plays.

    And, as a part of it, to the moment at which the studio knows.
    """
    known, playable = [], []
    with _scene(servers, take_seconds=FILM_SECONDS, SANDBOX_SECONDS="3") as scene:
        for number in range(1, count + 1):
            scene.order()
            handle = scene.job(number, "handle", such_that="state = 'succeeded'")
            version = UUID(scene.version(number))
            while not scene.creator.plays(scene.creator.film(f"/versions/{version}/")):
                time.sleep(0.02)
            now, finished = time.time(), _finished_at(scene.engine, handle)
            done = scene.job(number, "done_at", such_that="done_at is not null")
            known.append(rows.seconds(done) - finished)
            playable.append(now - finished)
    film = f"{FILM_SECONDS} s of 720p"
    return [
        Waits(f"done at the engine to known here, {film}", known),
        Waits(f"done at the engine to playable, {film}", playable, FILM_TARGET_SECONDS),
    ]


def _finished_at(engine: SandboxEngine, handle: str) -> float:
    """When the engine was done, by its own clock."""
    tasks = engine.bill()["tasks"]
    return float(next(task["finished_at"] for task in tasks if task["task_id"] == handle))
