"""Drawing the animatics that people asked for: one at a time, behind everything that is paid.

A worker claims a row by a lease, draws outside any transaction in a process of its own, and names
the files in one guarded UPDATE. Drawing is free and gives the same twice, so a worker that died
costs nothing but time: its lease runs out and another one begins again.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import InterfaceError, OperationalError

from assets import hosting
from jobs import clock
from jobs.drawing_line import line
from jobs.leases import a_lease, renewed
from jobs.models import Animatic, Drawing
from jobs.nudges import nudge
from jobs.own_process import BrokeOff, Stopped, told_by

log = logging.getLogger(__name__)

CHILD = "jobs.drawing_child"
LEASE_SECONDS = 30
#: An animatic that ended its worker so often is not begun again: its inputs may be the cause.
TRIES = 3
#: How long drawing may take: far longer than on the slowest machine.
SECONDS_AT_LEAST, SECONDS_PER_SECOND = 180, 20
#: Progress is written this often: a page looks every other second.
WRITE_EVERY_SECONDS = 1.0
#: So many are tried to be claimed when other workers are faster.
_CANDIDATES = 5
_REFUSALS = {"image": "The picture cannot be drawn", "audio": "The take cannot be played"}

#: Drawing uses the cores of a machine by itself; more at once need more workers.
_turn = threading.Lock()


class NotDrawn(Exception):
    """What could not be drawn, and why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class Passed(Exception):
    """Nobody waits for this drawing any more: it was cancelled, or the lease has passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What the child has drawn, still in the workspace. `rate` is in frames per second."""

    video: str
    poster: str
    film_strip: str
    tiles: int
    sha256: str
    seconds: float
    rate: int
    frames: int
    width: int
    height: int


def draw_due() -> int:
    """Draw the next animatic of the line, if it is this process's turn; how many were tried."""
    if not _turn.acquire(blocking=False):
        return 0
    try:
        animatic = _claimed()
        if animatic is not None:
            _draw(animatic)
    finally:
        _turn.release()
    if animatic is not None and Animatic.objects.filter(state=Drawing.QUEUED).exists():
        nudge("draw_due")  # a task for each, so that a worker that is to stop soon can
    return 0 if animatic is None else 1


def give_back_abandoned(now: datetime) -> int:
    """Animatics whose worker is gone wait again, unless it went too often; how many there were."""
    moved = sum(map(_begin_again, Animatic.objects.abandoned(now)))
    if moved:
        nudge("draw_due")
    return moved


def _claimed() -> Animatic | None:
    """The first animatic of the line that nobody else took at the same moment."""
    first = [one.animatic for one in line()[:_CANDIDATES]]
    waiting = Animatic.objects.filter(state=Drawing.QUEUED).select_related("look", "take")
    there = waiting.in_bulk(first)
    for animatic in (there[pk] for pk in first if pk in there):
        now = clock.now()
        if animatic.advance(
            Drawing.DRAWING,
            lease=a_lease(),
            leased_until=now + timedelta(seconds=LEASE_SECONDS),
            tries=animatic.tries + 1,
            started_at=now,
            progress=0,
            progress_at=None,
        ):
            return animatic
    return None


def _draw(animatic: Animatic) -> None:
    try:
        with _kept(animatic), hosting.workspace() as folder:
            _keep(animatic, _drawn(animatic, folder))
    except Passed:
        log.info("Animatic %s is not needed any more, or drawn by somebody else.", animatic.pk)
    except Stopped:
        log.info("This worker is to stop: others draw animatic %s.", animatic.pk)
        animatic.advance(Drawing.QUEUED, tries=animatic.tries - 1, progress=0, progress_at=None)
    except BrokeOff:
        log.warning("The process that drew animatic %s ended before it was done.", animatic.pk)
        _begin_again(animatic)
    except NotDrawn as problem:
        animatic.advance(Drawing.FAILED, problem=problem.sentence)
    except (OperationalError, InterfaceError):
        log.exception("The database is away: animatic %s is drawn again later.", animatic.pk)
    except OSError as problem:
        log.exception("Drawing animatic %s failed at the disk.", animatic.pk)
        reason = problem.strerror or str(problem)
        sentence = f"It could not be stored ({reason}): make room, then draft it again."
        animatic.advance(Drawing.FAILED, problem=sentence)
    except Exception as problem:
        log.exception("Drawing animatic %s failed.", animatic.pk)
        sentence = f"It could not be drawn ({type(problem).__name__}). Draft it again."
        animatic.advance(Drawing.FAILED, problem=sentence)


def _drawn(animatic: Animatic, folder: Path) -> Drawn:
    """Let the child draw into `folder`; raises what stops it, and Passed."""
    image = hosting.at_hand(animatic.look.image, folder)
    audio = hosting.at_hand(animatic.take.send_copy, folder)
    prompt = folder / "prompt.txt"
    prompt.write_text(animatic.prompt_text, "utf-8")
    inputs = [str(path) for path in (image, audio, prompt, folder)]
    seconds = SECONDS_AT_LEAST + SECONDS_PER_SECOND * float(animatic.duration_seconds)
    written = 0.0
    with told_by(CHILD, *inputs, seconds=seconds) as told:
        for answer in told:
            if "drawn" in answer:
                return Drawn(**answer["drawn"])
            if "refused" in answer:
                owner, message = answer["refused"]["owner"], answer["refused"]["message"]
                raise NotDrawn(f"{_REFUSALS[owner]}: {message}.")
            if "errno" in answer:
                raise OSError(answer["errno"], answer["strerror"])
            if time.monotonic() - written >= WRITE_EVERY_SECONDS:
                written = time.monotonic()
                _note_progress(animatic, answer["progress"])
    raise BrokeOff


def _note_progress(animatic: Animatic, share: float) -> None:
    """Write how far it is, if the database can; Passed if nobody waits for it any more."""
    mine = Animatic.objects.filter(pk=animatic.pk, state=Drawing.DRAWING, lease=animatic.lease)
    with suppress(OperationalError, InterfaceError):
        if not mine.update(progress=round(100 * share), progress_at=clock.now()):
            raise Passed


def _keep(animatic: Animatic, drawn: Drawn) -> None:
    """Store the files; the fence is in the UPDATE that names them."""
    files = [
        (animatic.video, Path(drawn.video)),
        (animatic.poster, Path(drawn.poster)),
        (animatic.film_strip, Path(drawn.film_strip)),
    ]
    kept: bool | None = False
    try:
        for field, path in files:
            with path.open("rb") as opened:
                field.save(path.name, hosting.Finished(opened), save=False)
        kept = None  # should the database go now, the row may name them or not
        kept = animatic.advance(
            Drawing.READY,
            **{field.field.name: field.name for field, _ in files},
            sha256=drawn.sha256,
            duration_seconds=Decimal(f"{drawn.seconds:.3f}"),
            width=drawn.width,
            height=drawn.height,
            rate_numerator=drawn.rate,
            rate_denominator=1,
            frames=drawn.frames,
            film_strip_tiles=drawn.tiles,
            progress=100,
            progress_at=clock.now(),
        )
    finally:
        if kept is False:
            for field, _ in files:
                if field:
                    field.delete(save=False)
    if not kept:
        raise Passed


def _begin_again(animatic: Animatic) -> bool:
    """Its process or its worker is gone: somebody draws it anew, a few times."""
    if animatic.tries < TRIES:
        return animatic.advance(Drawing.QUEUED, progress=0, progress_at=None)
    sentence = f"Drawing it broke off {animatic.tries} times: try another picture or take."
    return animatic.advance(Drawing.FAILED, problem=sentence)


def _kept(animatic: Animatic) -> AbstractContextManager[None]:
    """Renew the lease while the block runs."""
    mine = Animatic.objects.filter(pk=animatic.pk, state=Drawing.DRAWING, lease=animatic.lease)
    return renewed(
        lambda: mine.update(leased_until=clock.now() + timedelta(seconds=LEASE_SECONDS)),
        every_seconds=LEASE_SECONDS / 3,
    )
