"""Bringing the finished video home: whole, once, from an allowed address."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models.fields.files import FieldFile

from assets import hosting
from jobs import clock, registry, trace
from jobs.engines import http, looks
from jobs.engines.addresses import origin_of
from jobs.engines.base import Engine, EngineError, Phase
from jobs.engines.transfers import DownloadError
from jobs.leases import claim, holding, kept
from jobs.models import NO_PROBLEM, AvatarJob, Problem, State, Version
from jobs.nudges import nudge
from jobs.reels import NotWhatWasOrdered, Reel, make_reel
from studio.clips.models import hold_for_review

log = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
#: A file that is not a playable video is downloaded this often: the first may have been cut off.
TRIES_FOR_A_VIDEO = 3

#: After this a worker begins no further video, so that a stop never waits for a whole crowd.
TURN_SECONDS = 5.0
#: Between counting and claiming no other thread claims.
_one_counts = threading.Lock()


class NotThisTime(Exception):
    """The video could not be had now; `final` if it never will be."""

    def __init__(self, code: str, sentence: str, *, final: bool = False, detail: str = "") -> None:
        self.problem = Problem(code, sentence, detail)
        self.final = final
        super().__init__(sentence)


def fetch_due() -> int:
    """Bring home what is due, one after another for a while; how many were tried.

    Where more is due and there is a place for it, another worker is asked to come at once.
    """
    done, until = 0, time.monotonic() + TURN_SECONDS
    while done == 0 or time.monotonic() < until:
        lease, jobs = _claimed()
        if not jobs:
            return done
        _call_for_more()
        with trace.about(jobs[0]):
            _fetch(jobs[0], lease)
        done += 1
    _call_for_more()
    return done


def _claimed() -> tuple[str, list[AvatarJob]]:
    with _one_counts:
        if _under_way() >= settings.FETCHES_AT_ONCE:
            return "", []
        return claim(State.FETCHING, limit=1, seconds=LEASE_SECONDS)


def _call_for_more() -> None:
    is_due = AvatarJob.objects.due(clock.now(), State.FETCHING).exists()
    if is_due and _under_way() < settings.FETCHES_AT_ONCE:
        nudge("fetch_due")


def _under_way() -> int:
    # Decoding takes a whole core each; sending and looking must not wait for it.
    leased = AvatarJob.objects.filter(state=State.FETCHING, leased_until__gt=clock.now())
    return leased.count()


def _fetch(job: AvatarJob, lease: str) -> None:
    try:
        engine = registry.engine(job.account)
        with kept(job, lease, seconds=LEASE_SECONDS), hosting.workspace() as folder:
            video = _download(job, engine, folder)
            reel = make_reel(video, ordered_seconds=float(job.duration_seconds))
            _keep(job, reel, lease)
    except registry.NoSuchEngine as problem:
        _try_later(job, lease, NotThisTime("engine_missing", str(problem)))
    except NotWhatWasOrdered as problem:
        final = _is_last_try(job)
        _try_later(job, lease, NotThisTime(problem.code, problem.sentence, final=final))
    except NotThisTime as problem:
        _try_later(job, lease, problem)
    except OSError as problem:
        # A full disk above all. The engine still has the video; room can be made.
        log.exception("Fetching job %s failed at the disk.", job.pk)
        sentence = (
            f"The studio could not store the video ({problem.strerror or problem}). It is paid "
            "and still at the engine: make room, and it is fetched by itself."
        )
        _try_later(job, lease, NotThisTime("storage", sentence))
    except Exception as problem:
        log.exception("Fetching job %s failed.", job.pk)
        sentence = "The finished video could not be taken in; it is tried again by itself."
        _try_later(job, lease, NotThisTime("fetch_failed", sentence, detail=repr(problem)[:500]))


def _download(job: AvatarJob, engine: Engine, folder: Path) -> Path:
    """The first of the job's addresses that can be had; all gone: ask once for fresh ones."""
    try:
        return _download_any(job.result_urls, engine, folder)
    except DownloadError as error:
        if error.code != "gone":
            raise _not_fetched(job, error) from error
    fresh = [url for url in _fresh_addresses(job, engine) if url not in job.result_urls]
    sentence = (
        "The engine finished this video, but its address has expired or is refused. "
        "The video is paid: ask the engine's support for it, or settle it below."
    )
    if not fresh:
        raise NotThisTime("result_gone", sentence, final=True)
    try:
        return _download_any(fresh, engine, folder)
    except DownloadError as error:
        if error.code != "gone":
            raise _not_fetched(job, error) from error
        raise NotThisTime("result_gone", sentence, final=True) from error


def _not_fetched(job: AvatarJob, error: DownloadError) -> NotThisTime:
    # A page in the video's place may be a proxy's passing trouble, so it gets a second look.
    final = error.permanent and (error.code != "not_a_video" or _is_last_try(job))
    sentence = f"{error.sentence} The video is paid and finished at the engine."
    return NotThisTime(error.code, sentence, final=final, detail=error.detail)


def _is_last_try(job: AvatarJob) -> bool:
    return job.fetches + 1 >= TRIES_FOR_A_VIDEO


def _download_any(urls: list[str], engine: Engine, folder: Path) -> Path:
    to = folder / "video.mp4"
    error = DownloadError(
        "no_address",
        "The engine says it is finished but names no video: it may have been filtered.",
        permanent=True,
    )
    for url in urls:
        try:
            http.download(
                url,
                to,
                headers=engine.download_headers(url),
                max_bytes=settings.RESULT_MAX_BYTES,
                # A private address is allowed only where it is the engine's own.
                allow_origin=origin_of(url) if engine.owns(url) else None,
            )
        except DownloadError as problem:
            # One address that may work later says more than others that are gone.
            error = problem if error.code in ("no_address", "gone") else error
        else:
            return to
    raise error


def _fresh_addresses(job: AvatarJob, engine: Engine) -> tuple[str, ...]:
    try:
        sighting = looks.look(engine, job.handle)
    except EngineError as error:
        raise NotThisTime(error.code, error.message) from error
    return sighting.result_urls if sighting.phase is Phase.SUCCEEDED else ()


def _keep(job: AvatarJob, reel: Reel, lease: str) -> None:
    """Store the files, then version and `succeeded` in one transaction; all or nothing stays.

    From here on the video can be watched; what takes longer to make follows it (`jobs.deriving`).
    """
    version = reel.version_of(job)
    with ExitStack() as undo:
        for field, path in reel.files_for(version):
            _store(field, path)
            undo.callback(field.delete, save=False)
        hosting.secure(version.video)  # a row that says `succeeded` must not outlive its file
        try:
            is_kept = _write(version, job, lease)
        except (OperationalError, InterfaceError):
            if _may_be_there(version):  # an orphaned file is cheap, a lost video is not
                undo.pop_all()
            raise
        if is_kept:
            undo.pop_all()


def _write(version: Version, job: AvatarJob, lease: str) -> bool:
    with transaction.atomic():
        moved = holding(job, lease) and job.advance(
            State.SUCCEEDED,
            cause="fetched",
            next_at=None,
            fetches=job.fetches + 1,
            problem=NO_PROBLEM,
        )
        if moved:
            version.save(force_insert=True)
            hold_for_review(version.clip, version.number)  # it is under review from now on
            nudge("derive_due")
    return moved


def _may_be_there(version: Version) -> bool:
    """Whether a commit whose answer was lost may have been one."""
    connection.close()
    try:
        return Version.objects.filter(pk=version.pk).exists()
    except Error:
        return True


def _store(field: FieldFile, path: Path) -> None:
    with path.open("rb") as file:
        field.save(path.name, hosting.Finished(file), save=False)


def _try_later(job: AvatarJob, lease: str, failure: NotThisTime) -> None:
    now, problem = clock.now(), failure.problem
    give_up = timedelta(seconds=settings.FETCH_GIVE_UP_SECONDS)
    if failure.final or now - (job.done_at or job.state_at) > give_up:
        with transaction.atomic():
            if holding(job, lease):
                job.advance(
                    State.LOST,
                    cause=problem.code,
                    next_at=None,
                    fetches=job.fetches + 1,
                    problem=problem,
                )
        return
    seconds = min(300, 5 * 2 ** min(job.fetches, 6))
    AvatarJob.objects.filter(pk=job.pk, lease=lease, state=State.FETCHING).update(
        next_at=now + timedelta(seconds=seconds),
        lease="",
        leased_until=None,
        fetches=job.fetches + 1,
        **problem.as_fields(),
    )
