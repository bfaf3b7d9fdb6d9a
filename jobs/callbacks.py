"""What engines call to say. It only accelerates: polling alone is enough.

A callback is verified, counted once, and then the task is read again; nothing in it is believed
but the engine's id of a job whose answer was lost.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from uuid import UUID

from django.core.cache import cache

from jobs import clock, registry, submission
from jobs.engines import http, looks
from jobs.engines.base import Callback, Engine, EngineError, NotFromTheEngine
from jobs.models import AvatarJob, ReceivedCallback, State
from jobs.nudges import nudge
from jobs.watched import WATCHED

log = logging.getLogger(__name__)

#: How long the published keys of an engine are kept.
KEYS_REMEMBERED_SECONDS = 3600
#: An unknown key may be a new one; but a forger must not make us fetch at will.
KEYS_AGAIN_SECONDS = 60


def receive(account: str, job_id: UUID, headers: Mapping[str, str], body: bytes) -> bool:
    """Take one callback in. True if it told something new. Raises NotFromTheEngine.

    `headers` have names in lower case, `body` is raw, as it was signed.
    """
    try:
        engine = registry.engine(account)
    except registry.NoSuchEngine as problem:
        raise NotFromTheEngine(str(problem)) from None
    callback = _verified(account, engine, headers, body)
    job = AvatarJob.objects.filter(pk=job_id, account=account).first()
    if job is None or (job.handle and callback.handle and job.handle != callback.handle):
        raise NotFromTheEngine("This job is not the one that the message is about.")
    _, is_new = ReceivedCallback.objects.get_or_create(
        account=account,
        event_id=callback.event_id[:255],
        defaults={"job": job, "handle": callback.handle},
    )
    if is_new:
        _act_on(job, callback)
    return is_new


def _act_on(job: AvatarJob, callback: Callback) -> None:
    """Look now. A job that is still being sent is looked at once its answer is there."""
    if job.state == State.UNKNOWN and callback.handle and _is_there(job, callback.handle):
        submission.found(job, callback.handle, cause="the engine called back")
    watched = AvatarJob.objects.filter(pk=job.pk, state__in=WATCHED).exclude(handle="")
    if watched.update(next_at=clock.now()):
        nudge("look_due")


def _is_there(job: AvatarJob, handle: str) -> bool:
    """Whether our own account has this task: a signature may be shared by all customers."""
    try:
        looks.look(registry.engine(job.account), handle)
    except (EngineError, registry.NoSuchEngine) as error:
        log.warning("The callback's task of job %s could not be seen: %s", job.pk, error)
        return False
    return True


def _verified(account: str, engine: Engine, headers: Mapping[str, str], body: bytes) -> Callback:
    """With the keys at hand; if they do not fit, once more with fresh ones."""
    if not engine.capabilities.sends_callbacks:
        raise NotFromTheEngine("This account takes no callbacks.")
    try:
        return engine.read_callback(headers, body, keys=_keys(account, engine))
    except NotFromTheEngine:
        if engine.callback_keys_request() is None or not cache.add(
            f"keys-again:{account}", True, KEYS_AGAIN_SECONDS
        ):
            raise
    return engine.read_callback(headers, body, keys=_keys(account, engine, fresh=True))


def _keys(account: str, engine: Engine, *, fresh: bool = False) -> bytes:
    request, name = engine.callback_keys_request(), f"keys:{account}"
    if request is None:
        return b""
    keys: bytes | None = None if fresh else cache.get(name)
    if keys is None:
        try:
            answer = http.send(request)
        except EngineError as error:
            raise NotFromTheEngine(f"The engine's keys could not be had: {error.code}.") from None
        keys = answer.body if answer.status == 200 else b""
        cache.set(name, keys, KEYS_REMEMBERED_SECONDS if keys else 1)
    return keys
