"""Workers and beat: their signs of life in the database, and work that arrives by the broker.

A worker can be alive and cut off from the broker. So the workers are asked through it how much
periodic work they have taken: a moment later it must be more, or no tick gets through.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from celery import current_app

from jobs import clock, heartbeats
from jobs.models import Heartbeat
from studio.operations.doctor.check import Check, ok, problem, warning

ANSWER_SECONDS = 2.0
#: Ticks come every second; a busy worker takes them a little later.
TICKS_WITHIN_SECONDS = 12.0
COMPOSE = "under compose, docker compose up -d"


def examine() -> Iterator[Check]:
    """One line for each queue, one for each process that fell silent, beat, and the ticks."""
    now = clock.now()
    known = heartbeats.known(now)
    alive = [one for one in known if heartbeats.is_alive(one, now)]
    yield from _queues([one for one in alive if one.role == heartbeats.WORKER])
    for one in known:
        if one not in alive:
            yield warning(
                one.role,
                f"{one.name} gave no sign of life since {one.at:%H:%M:%S} UTC.",
                "See its log, and start it again; if it is gone for good, this passes in an hour.",
            )
    yield _beat([one for one in alive if one.role == heartbeats.BEAT])
    yield _ticks()


def _queues(workers: list[Heartbeat]) -> Iterator[Check]:
    """Each queue needs a worker; without one, its part of every job stands still."""
    queues = [queue.name for queue in current_app.conf.task_queues]
    served = {
        queue: [worker.name for worker in workers if queue in worker.queues.split(", ")]
        for queue in queues
    }
    missing = ",".join(queue for queue in queues if not served[queue])
    for queue, names in served.items():
        if names:
            yield ok(f"worker: {queue}", f"Served by {', '.join(names)}.")
        else:
            yield problem(
                f"worker: {queue}",
                f"No worker serves the queue “{queue}”.",
                f"Start one: celery -A studio worker -Q {missing} --hostname worker@%h; {COMPOSE}.",
            )


def _beat(there: list[Heartbeat]) -> Check:
    names = ", ".join(one.name for one in there)
    if not there:
        fix = f"Start it: celery -A studio beat; {COMPOSE}. Jobs wait until then and lose nothing."
        return problem("beat", "It gives no sign of life.", fix)
    if len(there) > 1:
        found = f"There are {len(there)}: {names}."
        return warning("beat", found, "One is enough; the others only waste ticks. Stop them.")
    return ok("beat", f"{names} is alive.")


def _ticks() -> Check:
    """Whether more periodic work arrives at the workers within a few seconds."""
    try:
        before = _taken()
        until = time.monotonic() + TICKS_WITHIN_SECONDS
        while before and time.monotonic() < until:
            time.sleep(1)
            if any(count > before.get(worker, 0) for worker, count in _taken().items()):
                return ok("ticks", "They arrive at the workers.")
    except Exception as error:  # each transport has exceptions of its own
        return problem("ticks", f"The workers cannot be asked: {error}.", "Mend the broker first.")
    if not before:
        return problem(
            "ticks",
            "No worker answers through the broker.",
            "Start workers; those that run must have the same REDIS_URL (or DATA_DIR) as this.",
        )
    found = f"No periodic work reached the workers for {TICKS_WITHIN_SECONDS:.0f} s."
    return problem("ticks", found, "Start beat, with the same REDIS_URL (or DATA_DIR) as workers.")


def _taken() -> dict[str, int]:
    """How much periodic work each worker that answers has taken since it started."""
    periodic = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    answers = current_app.control.inspect(timeout=ANSWER_SECONDS).stats() or {}
    return {
        worker: sum(count for task, count in facts.get("total", {}).items() if task in periodic)
        for worker, facts in answers.items()
    }
