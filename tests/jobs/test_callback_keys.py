"""fal signs with keys that it publishes, and names its requests by their id alone."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from jobs import callbacks, clock, registry
from jobs.engines import http
from jobs.engines.base import Request, Response
from jobs.models import AvatarJob
from tests.engine import SandboxEngine
from tests.jobs.calling import by_fal, call, everything
from tests.jobs.conftest import Configure

LATER = timedelta(minutes=50)


@pytest.fixture
def keys_fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses from which keys were fetched, or should have been."""
    fetched: list[str] = []
    really_send = http.send

    def send(request: Request) -> Response:
        if "jwks" in request.url:
            fetched.append(request.url)
        return really_send(request)

    monkeypatch.setattr(http, "send", send)
    return fetched


@pytest.mark.parametrize("calling_account", ["fal"], indirect=True)
@pytest.mark.parametrize(
    "pattern",
    [
        "{url}/fal-ai/kling-video/requests/{id}",
        "{url}/fal-ai/kling-video/ai-avatar/requests/{id}",
        "{url}/a/requests/{id} {url}/a/requests/{id}/state {url}/a/requests/{id}/stop",
    ],
)
def test_a_call_of_fal_is_known_by_its_request_whatever_the_stored_addresses_are(
    running: AvatarJob, engine: SandboxEngine, fal_key: Path, pattern: str
) -> None:
    task = running.handle.rpartition("/")[2]
    handle = pattern.format(url=engine.url, id=task)
    AvatarJob.objects.filter(pk=running.pk).update(handle=handle, next_at=timezone.now() + LATER)
    assert call("fal", running, *by_fal(task, key=fal_key)) == 200
    running.refresh_from_db()
    assert running.next_at is not None
    assert running.next_at <= clock.now()
    assert call("fal", running, *by_fal(str(uuid.uuid4()), key=fal_key)) == 401


@pytest.mark.parametrize("calling_account", ["fal"], indirect=True)
def test_the_keys_of_fal_are_fetched_once(
    running: AvatarJob, engine: SandboxEngine, fal_key: Path, keys_fetched: list[str]
) -> None:
    task = running.handle.rpartition("/")[2]
    for status in ("OK", "ERROR", "OK"):
        assert call("fal", running, *by_fal(task, key=fal_key, status=status)) == 200
    assert keys_fetched == [f"{engine.url}/.well-known/jwks.json"]


@pytest.mark.parametrize("calling_account", ["fal"], indirect=True)
def test_calls_that_come_while_the_keys_are_being_fetched_wait_for_them(
    running: AvatarJob, fal_key: Path, keys_fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    really_send = http.send

    def slowly(request: Request) -> Response:
        time.sleep(0.5)
        return really_send(request)

    monkeypatch.setattr(http, "send", slowly)
    monkeypatch.setattr(callbacks, "KEYS_AWAITED_SECONDS", 60.0)
    task = running.handle.rpartition("/")[2]
    engine = registry.engine("fal")

    def verified() -> str:
        return callbacks._verified("fal", engine, *by_fal(task, key=fal_key)).handle

    with ThreadPoolExecutor(5) as several:
        heard = [said.result() for said in [several.submit(verified) for _ in range(5)]]
    assert len(heard) == 5, "none of them was refused"
    assert len(keys_fetched) == 1


@pytest.mark.parametrize("calling_account", ["fal"], indirect=True)
def test_calls_that_no_key_could_prove_fetch_none(
    running: AvatarJob, fal_key: Path, keys_fetched: list[str]
) -> None:
    task = running.handle.rpartition("/")[2]
    assert call("fal", running, {}, b"{}") == 401
    assert call("fal", running, *by_fal(task, key=fal_key, late_seconds=400)) == 401
    assert keys_fetched == []


@pytest.mark.parametrize("calling_account", ["fal"], indirect=True)
def test_forged_calls_make_us_fetch_keys_once_a_minute_at_most(
    running: AvatarJob, fal_key: Path, tmp_path: Path, keys_fetched: list[str]
) -> None:
    task = running.handle.rpartition("/")[2]
    forged = by_fal(task, key=tmp_path / "forged")
    assert [call("fal", running, *forged) for _ in range(10)] == [401] * 10
    assert len(keys_fetched) == 1
    assert call("fal", running, *by_fal(task, key=fal_key)) == 200
    assert len(keys_fetched) == 1


@pytest.mark.parametrize("calling_account", ["fal"], indirect=True)
def test_a_new_key_of_fal_is_learnt_within_a_minute(
    running: AvatarJob, fal_key: Path, keys_fetched: list[str]
) -> None:
    # An hour ago the keys were others.
    cache.set("keys:fal", b'{"keys": []}', 3600)
    task = running.handle.rpartition("/")[2]
    assert call("fal", running, *by_fal(task, key=fal_key)) == 200
    assert len(keys_fetched) == 1


@pytest.mark.parametrize("calling_account", ["fal"], indirect=True)
def test_keys_that_cannot_be_had_are_not_asked_for_by_every_call(
    running: AvatarJob, fal_key: Path, keys_fetched: list[str], configure: Configure,
    fal: dict[str, str],
) -> None:  # fmt: skip
    configure(**fal | {"FAL_URL": "http://127.0.0.1:9"})
    said = by_fal(running.handle.rpartition("/")[2], key=fal_key)
    before = everything()
    assert [call("fal", running, *said) for _ in range(5)] == [401] * 5
    assert len(keys_fetched) == 1
    assert everything() == before
