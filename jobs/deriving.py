"""Film strip and review copy of versions that can be watched already: the slow half of a version.

The video is safe and paid before this begins, and nothing here touches it: what fails is tried
again, later and later, and is said on the version. A row says when to try (`renditions_at`); a
claim moves that time into the future, so that a worker that died gives the version back by itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db.models import F, Q
from django.db.models.fields.files import FieldFile

from assets import hosting
from jobs import clock
from jobs.leases import a_lease, renewed
from jobs.models import Version
from jobs.models.version import VersionQuerySet
from jobs.nudges import nudge
from jobs.renditions import NotAVideo, apart

log = logging.getLogger(__name__)

LEASE_SECONDS = 60
#: Then it stays as it is until a person asks again (`again`).
TRIES = 20
LONGEST_WAIT_SECONDS = 3600
#: How long making may take: far longer than any real video needs on a busy machine.
SECONDS_AT_LEAST, SECONDS_PER_SECOND = 300, 60
#: So many are tried to be claimed when other workers are faster.
_CANDIDATES = 10

#: Encoding uses the cores of a machine by itself; more at once need more workers.
_turn = threading.Lock()


class NotDone(Exception):
    """What could not be made and why; `final` if trying again changes nothing."""

    def __init__(self, sentence: str, *, final: bool = False) -> None:
        self.sentence = sentence
        self.final = final
        super().__init__(sentence)


class Passed(Exception):
    """The claim has passed to somebody else: what was made is theirs to make."""


def derive_due() -> int:
    """Make what is missing of one version, if it is this process's turn; how many were tried."""
    if not _turn.acquire(blocking=False):
        return 0
    try:
        version = _claimed()
        if version is not None:
            _derive(version)
    finally:
        _turn.release()
    if version is not None and _due().exists():
        nudge("derive_due")  # a task for each, so that a worker that is to stop soon can
    return 0 if version is None else 1


def again(version: Version) -> bool:
    """Try anew what was given up; whether there is anything to make."""
    given_up = Version.objects.filter(pk=version.pk, renditions_at=None)
    missing = given_up.filter(review_copy="") | given_up.filter(film_strip="")
    return bool(missing.update(renditions_at=clock.now(), renditions_tries=0, renditions_lease=""))


def _due() -> VersionQuerySet:
    now = clock.now()
    # A time absurdly far away was left by a step of the clock.
    stray = Q(renditions_at__gt=now + timedelta(seconds=2 * LONGEST_WAIT_SECONDS))
    return Version.objects.filter(Q(renditions_at__lte=now) | stray).order_by("renditions_at")


def _claimed() -> Version | None:
    """The version that waits longest and that nobody else took at the same moment."""
    now, lease = clock.now(), a_lease()
    for version in _due()[:_CANDIDATES]:
        # The time that was read is the guard: whoever was faster has moved it.
        same = Version.objects.filter(pk=version.pk, renditions_at=version.renditions_at)
        tries = version.renditions_tries + 1
        if same.update(
            renditions_at=now + _span(tries), renditions_lease=lease, renditions_tries=tries
        ):
            version.renditions_lease, version.renditions_tries = lease, tries
            return version
    return None


def _derive(version: Version) -> None:
    try:
        with _kept(version), hosting.workspace() as folder:
            _make(version, folder)
    except Passed:
        log.info("The renditions of version %s are made by somebody else.", version.pk)
    except apart.Stopped:
        log.info("This worker is to stop: others make the renditions of version %s.", version.pk)
        _give_back(version)
    except NotDone as problem:
        _try_later(version, problem)
    except OSError as problem:
        log.exception("Making the renditions of version %s failed at the disk.", version.pk)
        reason = problem.strerror or str(problem)
        _try_later(version, NotDone(f"It could not be stored ({reason}): make room."))
    except Exception as problem:
        log.exception("Making the renditions of version %s failed.", version.pk)
        _try_later(version, NotDone(f"It could not be made ({type(problem).__name__})."))
    else:
        _mine(version).update(renditions_at=None, renditions_lease="", renditions_problem="")


def _make(version: Version, folder: Path) -> None:
    seconds = SECONDS_AT_LEAST + SECONDS_PER_SECOND * float(version.duration_seconds)
    wanted = [name for name in ("film_strip", "review_copy") if not getattr(version, name)]
    video = hosting.at_hand(version.video, folder)
    try:
        for made in apart.made_apart(
            video, folder, rate=version.frame_rate, wanted=wanted, seconds=seconds
        ):
            _check(version, made)
            _keep(version, made)
    except NotAVideo as problem:
        raise NotDone(problem.sentence, final=True) from problem
    except apart.Stopped:
        raise
    except apart.BrokeOff as problem:
        raise NotDone("The process that made it ended before it was done.") from problem


def _check(version: Version, made: apart.Made) -> None:
    """Comments count in the frames that the version has named since the video was there."""
    if made.name == "review_copy" and made.count != version.frames:
        sentence = f"It has {made.count} frames and the video {version.frames}."
        raise NotDone(sentence, final=True)


def _keep(version: Version, made: apart.Made) -> None:
    """Store one file; the fence is in the UPDATE that names it."""
    file: FieldFile = getattr(version, made.name)
    with made.path.open("rb") as opened:
        file.save(made.path.name, hosting.Finished(opened), save=False)
    if not _mine(version).update(**{made.name: file.name}):
        file.delete(save=False)
        raise Passed


def _mine(version: Version) -> VersionQuerySet:
    return Version.objects.filter(pk=version.pk, renditions_lease=version.renditions_lease)


@contextmanager
def _kept(version: Version) -> Iterator[None]:
    span = _span(version.renditions_tries)
    with renewed(
        lambda: _mine(version).update(renditions_at=clock.now() + span),
        every_seconds=LEASE_SECONDS / 3,
    ):
        yield


def _span(tries: int) -> timedelta:
    """How long a claim lasts. A video that kills its worker each time is left alone for longer."""
    return timedelta(seconds=max(LEASE_SECONDS, _wait_seconds(tries)))


def _wait_seconds(tries: int) -> int:
    return min(LONGEST_WAIT_SECONDS, 5 << min(tries, 12))


def _give_back(version: Version) -> None:
    """It is due now, as if nobody had begun it."""
    _mine(version).update(
        renditions_at=clock.now(), renditions_lease="", renditions_tries=F("renditions_tries") - 1
    )


def _try_later(version: Version, problem: NotDone) -> None:
    wait = timedelta(seconds=_wait_seconds(version.renditions_tries))
    is_over = problem.final or version.renditions_tries >= TRIES
    _mine(version).update(
        renditions_at=None if is_over else clock.now() + wait,
        renditions_lease="",
        renditions_problem=problem.sentence,
    )
