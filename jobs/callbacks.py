"""What engines call to say. It only accelerates: polling alone is enough.

A callback is verified, counted once, and then the task is read again; nothing in it is believed
but the engine's id of a job whose answer was lost, and that only once our own account sees it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError
from django.db.models import Exists

from jobs import clock, paid_answers, registry
from jobs.engines import http, looks
from jobs.engines.base import (
    Callback,
    Engine,
    EngineError,
    NotFromTheEngine,
    Request,
    UnknownKey,
)
from jobs.models import AvatarJob, ReceivedCallback, State
from jobs.nudges import nudge
from jobs.watched import WATCHED

log = logging.getLogger(__name__)

#: How long the published keys of an engine are kept.
KEYS_REMEMBERED_SECONDS = 3600
#: An unknown key may be a new one; but a forger must not make us fetch at will.
KEYS_AGAIN_SECONDS = 60
#: Calls come in swarms: whoever finds that the keys are being fetched waits for them so long.
KEYS_AWAITED_SECONDS = 3.0
#: A task that could not be seen when the engine called about it is asked for again for so long.
FIND_FOR = timedelta(hours=1)
#: Lost answers that one sweep tries to find by their callbacks: each may cost a long look.
FIND_AT_ONCE = 5
_ASKING, _ASKED = "asking", "asked"
# Anybody can call: only so many threads of a web process wait, the others have pages to answer.
_waiting = BoundedSemaphore(4)


def receive(account: str, job_id: UUID, headers: Mapping[str, str], body: bytes) -> bool:
    """Take one callback in. True if it told something new. Raises NotFromTheEngine.

    `headers` have names in lower case, `body` is raw, as it was signed.
    """
    try:
        engine = registry.engine(account)
    except registry.NoSuchEngine as problem:
        raise NotFromTheEngine(str(problem)) from None
    callback = _verified(account, engine, headers, body)
    job = _meant(account, job_id, engine, callback)
    known, is_new = ReceivedCallback.objects.get_or_create(
        account=account,
        event_id=callback.event_id[:255],
        defaults={"job": job, "handle": callback.handle},
    )
    if known.job_id != job.pk:
        raise NotFromTheEngine("This message came before, about another job.")
    if is_new:
        _act_on(job, known)
    return is_new


def find_lost(now: datetime) -> int:
    """Find orders whose answer was lost by what their engine called about; how many were found.

    For those whose task could not be seen, or was not looked for, when the callback came.
    """
    lately = ReceivedCallback.objects.filter(
        job__state=State.UNKNOWN, received_at__gt=now - FIND_FOR
    )
    return sum(
        _find(one.job, one) for one in lately.select_related("job").order_by("?")[:FIND_AT_ONCE]
    )


def _meant(account: str, job_id: UUID, engine: Engine, callback: Callback) -> AvatarJob:
    """The job at whose address the engine called. Raises NotFromTheEngine where the message is
    about another one.

    One statement reads the job and asks for others with that handle: the answer to the order may
    be written down in this very moment. A job without a handle may be the one; who it is that has
    the task is decided when the task is looked at, and by the database (`job_handle_once`).
    """
    others = AvatarJob.objects.filter(account=account, handle=callback.handle).exclude(pk=job_id)
    job = AvatarJob.objects.filter(~Exists(others), pk=job_id, account=account).first()
    is_other = bool(callback.reference) and callback.reference != str(job_id)
    if job is None or is_other or (job.handle and not engine.is_about(callback, job.handle)):
        raise NotFromTheEngine("This job is not the one that the message is about.")
    return job


def _act_on(job: AvatarJob, received: ReceivedCallback) -> None:
    """Look now. A job that is still being sent is looked at once its answer is there."""
    # What was read before the callback was stored may be old: whoever writes the answer to the
    # order down in this moment looks for callbacks only after that.
    job.refresh_from_db()
    if job.state == State.UNKNOWN:
        _find(job, received)
    watched = AvatarJob.objects.filter(pk=job.pk, state__in=WATCHED).exclude(handle="")
    if watched.update(next_at=clock.now()):
        nudge("look_due")


def _find(job: AvatarJob, received: ReceivedCallback) -> bool:
    """Follow the task that the engine named, if our own account has it.

    A signature may be shared by all customers of an engine, so it does not say whose task it is.
    """
    try:
        looks.look(registry.engine(job.account), received.handle)
        return paid_answers.found(job, received.handle, cause="the engine called back")
    except (EngineError, registry.NoSuchEngine) as error:
        log.warning("The callback's task of job %s could not be seen: %s", job.pk, error)
    except IntegrityError:  # a person gave it to another job meanwhile
        log.warning("The callback's task of job %s is another job's.", job.pk)
    return False


def _verified(account: str, engine: Engine, headers: Mapping[str, str], body: bytes) -> Callback:
    """With the keys at hand; if they do not fit, once more with fresh ones."""
    if not engine.capabilities.sends_callbacks:
        raise NotFromTheEngine("This account takes no callbacks.")
    request = engine.callback_keys_request()
    if request is None:
        return engine.read_callback(headers, body)
    try:
        return engine.read_callback(headers, body, keys=cache.get(_keys_of(account), b""))
    except UnknownKey:
        fresh = _fresh_keys(account, request)
        if not fresh:
            raise
    return engine.read_callback(headers, body, keys=fresh)


def _fresh_keys(account: str, request: Request) -> bytes:
    """The keys as they are published now, nothing if they cannot be had. If they were asked for
    less than a minute ago, by whomever, those of then; if right now, that answer."""
    asked = f"keys-again:{account}"
    if not cache.add(asked, _ASKING, KEYS_AGAIN_SECONDS):
        return _keys_being_fetched(account, asked)
    try:
        answer = http.send(request)
        if answer.status == 200:
            cache.set(_keys_of(account), answer.body, KEYS_REMEMBERED_SECONDS)
            return answer.body
        log.warning("The keys of %s could not be had: HTTP %s", account, answer.status)
    except EngineError as error:
        log.warning("The keys of %s could not be had: %s", account, error.code)
    finally:
        cache.set(asked, _ASKED, KEYS_AGAIN_SECONDS)
    return b""


def _keys_being_fetched(account: str, asked: str) -> bytes:
    """The keys at hand once nobody fetches others any more; those of now if many wait already."""
    if _waiting.acquire(blocking=False):
        try:
            until = time.monotonic() + KEYS_AWAITED_SECONDS
            while cache.get(asked) == _ASKING and time.monotonic() < until:
                time.sleep(0.02)
        finally:
            _waiting.release()
    keys: bytes = cache.get(_keys_of(account), b"")
    return keys


def _keys_of(account: str) -> str:
    return f"keys:{account}"
