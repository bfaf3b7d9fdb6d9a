"""The doctor, each check proven by breaking what it looks at."""

from __future__ import annotations

import shutil
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from jobs import accounts
from jobs.models import AvatarJob, EngineAccount, Heartbeat, Problem
from studio.operations.doctor import (
    broker,
    clocks,
    database,
    disk,
    engine_accounts,
    workers,
)
from studio.projects.models import Project
from tests.engine import SandboxEngine
from tests.engines.loopback import Seen, answer, serving
from tests.services.programs import free_port
from tests.studio.operations.examined import gateway, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is not called slow."""
    monkeypatch.setattr(database, "SLOW_SECONDS", 60.0)
    monkeypatch.setattr(broker, "SLOW_SECONDS", 60.0)
    monkeypatch.setattr(broker, "WAIT_SECONDS", 60.0)


class TestDatabase:
    def test_a_sound_one(self) -> None:
        found = said(database.examine)
        assert {level for level, _ in found.values()} == {"ok"}
        assert not EngineAccount.objects.exists(), "the trial row was taken back"

    def test_a_migration_that_did_not_run(self) -> None:
        done = MigrationRecorder(connection).migration_qs
        last = done.filter(app="jobs").order_by("-name").values_list("name", flat=True)[0]
        done.filter(app="jobs", name=last).delete()
        level, found = said(database.examine)["database: tables"]
        assert (level, found) == ("problem", "1 migrations are waiting, from jobs." + last + " on.")

    def test_a_database_of_a_newer_version(self) -> None:
        MigrationRecorder(connection).record_applied("jobs", "9999_from_the_future")
        level, found = said(database.examine)["database: tables"]
        assert level == "warning"
        assert "jobs.9999_from_the_future" in found

    def test_a_database_that_takes_no_writes(self) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("the switch below is SQLite's")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
            try:
                found = said(database.examine)
            finally:
                cursor.execute("PRAGMA query_only = OFF")
        assert found["database: writing"][0] == "problem"
        assert "readonly" in found["database: writing"][1]


def test_a_message_goes_through_the_broker_and_leaves_nothing(settings: Any) -> None:
    assert said(broker.examine) == {
        "broker": ("ok", "The embedded broker: a message went there and back.")
    }
    assert not list(Path(settings.BROKER_DIR, "messages").glob("*doctor*"))


class TestWorkers:
    """By their signs of life; that real ones are seen is in test_doctor_of_a_studio."""

    def live(self, name: str, role: str, queues: str = "", *, minutes_ago: float = 0) -> None:
        at = timezone.now() - timedelta(minutes=minutes_ago)
        Heartbeat.objects.create(name=name, role=role, queues=queues, started_at=at, at=at)

    def test_a_queue_that_nobody_serves(self) -> None:
        self.live("worker@a", "worker", "machine, send, look")
        self.live("beat@a", "beat")
        found = said(workers.examine)
        assert found["worker: send"] == ("ok", "Served by worker@a.")
        assert found["worker: fetch"] == ("problem", "No worker serves the queue “fetch”.")
        assert found["beat"] == ("ok", "beat@a is alive.")
        assert found["ticks"] == ("problem", "No worker answers through the broker.")

    def test_a_worker_that_fell_silent_counts_no_more(self) -> None:
        self.live("worker@a", "worker", "machine, send, look, fetch", minutes_ago=5)
        found = said(workers.examine)
        assert found["worker"][0] == "warning"
        assert found["worker"][1].startswith("worker@a gave no sign of life since ")
        assert found["worker: look"][0] == "problem"
        assert found["beat"] == ("problem", "It gives no sign of life.")

    def test_two_schedulers(self) -> None:
        self.live("beat@a", "beat")
        self.live("beat@b", "beat")
        assert said(workers.examine)["beat"] == ("warning", "There are 2: beat@a, beat@b.")


class TestDisk:
    def test_room_for_everything(self, settings: Any) -> None:
        settings.RESULT_MAX_BYTES = 1000
        assert {level for level, _ in said(disk.examine).values()} == {"ok"}

    def test_room_for_one_video_but_not_for_all_at_once(self, settings: Any) -> None:
        free = shutil.disk_usage(settings.DATA_DIR).free
        settings.FETCHES_AT_ONCE = 1000
        settings.RESULT_MAX_BYTES = free // 100
        assert said(disk.examine)["disk: data"][0] == "warning"

    def test_no_room_for_a_single_video(self, settings: Any) -> None:
        settings.RESULT_MAX_BYTES = shutil.disk_usage(settings.DATA_DIR).free
        assert said(disk.examine)["disk: data"][0] == "problem"

    def test_a_folder_that_takes_no_files(self, settings: Any) -> None:
        settings.MEDIA_ROOT = Path("/proc/understudy")
        level, found = said(disk.examine)["disk: files"]
        assert level == "problem"
        assert found.startswith("Nothing can be written in /proc: ")

    def test_with_a_bucket_no_file_is_kept_here(self, settings: Any) -> None:
        settings.S3_BUCKET = "understudy"
        settings.MEDIA_ROOT = Path("/proc/understudy")
        assert "disk: files" not in said(disk.examine)


@pytest.mark.django_db(transaction=True)
class TestEngineAccounts:
    def test_a_good_key(self, engine: SandboxEngine) -> None:
        assert said(engine_accounts.examine)["engine: sandbox"][0] == "ok"
        assert not engine.accepted(), "looking is free"

    def test_a_wrong_key(self, engine: SandboxEngine, settings: Any) -> None:
        settings.SANDBOX_KEY = "sk-wrong"
        level, found = said(engine_accounts.examine)["engine: sandbox"]
        assert level == "problem"
        assert "sk-wrong" not in found

    def test_a_stopped_engine(self, settings: Any) -> None:
        settings.SANDBOX_URL = f"http://127.0.0.1:{free_port()}"
        assert said(engine_accounts.examine)["engine: sandbox"][0] == "problem"

    def test_a_stopped_sandbox_that_nobody_uses_is_no_problem(self, settings: Any) -> None:
        settings.SANDBOX_URL = f"http://127.0.0.1:{free_port()}"
        settings.ENGINE_ACCOUNTS = gateway(settings.SANDBOX_URL)
        found = said(engine_accounts.examine)
        assert found["engine: sandbox"] == ("ok", "Nobody uses it, so it was not asked.")
        assert found["engine: gateway"][0] == "problem"

    def test_a_sandbox_that_a_project_chose_is_asked(self, settings: Any, project: Project) -> None:
        settings.SANDBOX_URL = f"http://127.0.0.1:{free_port()}"
        settings.ENGINE_ACCOUNTS = gateway(settings.SANDBOX_URL)
        Project.objects.filter(pk=project.pk).update(engine_account="sandbox")
        assert said(engine_accounts.examine)["engine: sandbox"][0] == "problem"

    def test_a_paused_account_says_why(self, engine: SandboxEngine) -> None:
        accounts.pause("sandbox", Problem("out_of_credit", "The engine has no credit left."))
        level, found = said(engine_accounts.examine)["engine: sandbox"]
        assert (level, found) == ("problem", "It is paused: The engine has no credit left.")

    def test_jobs_of_an_account_that_is_gone(self, job: AvatarJob, engine: SandboxEngine) -> None:
        AvatarJob.objects.update(account="kling-west")
        assert said(engine_accounts.examine)["engine: kling-west"] == (
            "problem", "It is not configured any more, and 1 jobs wait for it.",
        )  # fmt: skip

    def test_an_account_for_an_organisation_that_does_not_exist(
        self, engine: SandboxEngine, settings: Any
    ) -> None:
        settings.ENGINE_ACCOUNTS = gateway(engine.url, organisations=("nordlihct",))
        level, found = said(engine_accounts.examine)["engine: gateway"]
        assert level == "warning"
        assert "GATEWAY_ORGANISATIONS names nordlihct" in found


class TestClocks:
    def test_the_database_and_this_host(self) -> None:
        assert clocks.of_database().level == "ok"

    @pytest.mark.parametrize(
        ("seconds", "level", "found"),
        [
            (1, "ok", "This host and the database agree."),
            (-1, "ok", "This host and the database agree."),
            (12, "warning", "This host is 12 s behind the database."),
            (-12, "warning", "This host is 12 s ahead of the database."),
            (3600, "problem", "This host is 3600 s behind the database."),
        ],
    )
    def test_how_far_off_it_is(self, seconds: int, level: str, found: str) -> None:
        now = timezone.now()
        theirs = now + timedelta(seconds=seconds)
        check = clocks.compared("the database", theirs, now, now, seconds=2)
        assert (check.level, check.found) == (level, found)

    @pytest.mark.parametrize(
        ("date", "level"),
        [("Tue, 01 Jan 2019 00:00:00 GMT", "problem"), ("{now:%a, %d %b %Y %H:%M:%S GMT}", "ok")],
    )
    def test_an_engines_date(self, settings: Any, date: str, level: str) -> None:
        body = b'{"code":"task_not_exist","message":"no such task"}'

        def dated(connection: socket.socket, seen: Seen) -> None:
            header = f"date: {date.format(now=timezone.now())}\r\n"
            answer("400 Bad Request", body, headers=header)(connection, seen)

        with serving(dated) as server:
            settings.ENGINE_ACCOUNTS = gateway(server.url)
            [check] = clocks.of_engine("gateway")
        assert check.level == level

    def test_an_engine_without_a_date_says_nothing(self, settings: Any) -> None:
        with serving(answer(headers="date: yesterday\r\n")) as server:
            settings.ENGINE_ACCOUNTS = gateway(server.url)
            assert list(clocks.of_engine("gateway")) == []
