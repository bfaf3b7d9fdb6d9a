"""The embedded broker under many writers and readers: every message once, none half-written."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from studio import embedded_broker


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    embedded_broker.register()
    (tmp_path / "messages").mkdir()
    return Connection(
        "embedded://here",
        transport_options={
            "data_folder_in": str(tmp_path / "messages"),
            "data_folder_out": str(tmp_path / "messages"),
            "control_folder": str(tmp_path / "control"),
        },
    )


def channel_of(connection: Connection) -> Any:
    """A channel; kombu's types do not know the parts that a transport overrides."""
    return connection.channel()


def test_every_message_of_many_writers_arrives_once(connection: Connection) -> None:
    writers, readers, each = 4, 4, 200
    got: list[str] = []
    writing = threading.Event()
    writing.set()

    def write(number: int) -> None:
        channel = channel_of(connection.clone())
        for count in range(each):
            channel._put("jobs", {"body": f"{number}-{count}"})

    def read() -> None:
        channel = channel_of(connection.clone())
        while True:
            running = writing.is_set()
            try:
                got.append(channel._get("jobs")["body"])
            except Empty:
                if not running:
                    return

    reading = [threading.Thread(target=read) for _ in range(readers)]
    writes = [threading.Thread(target=write, args=[number]) for number in range(writers)]
    for thread in [*reading, *writes]:
        thread.start()
    for thread in writes:
        thread.join(60)
    writing.clear()
    for thread in reading:
        thread.join(60)
    expected = {f"{number}-{count}" for number in range(writers) for count in range(each)}
    assert len(got) == len(expected)
    assert set(got) == expected


def test_a_worker_that_looks_at_any_moment_sees_whole_messages_only(
    connection: Connection, tmp_path: Path
) -> None:
    (tmp_path / "messages" / ".part_1").write_bytes(b"")
    channel = channel_of(connection)
    with pytest.raises(Empty):
        channel._get("jobs")


def test_bindings_of_several_queues_stay(connection: Connection) -> None:
    channel = channel_of(connection)
    for queue in ("machine", "fetch", "machine"):
        channel._queue_bind("studio", queue, "", queue)
    assert {row.queue for row in channel.get_table("studio")} == {"machine", "fetch"}


def test_the_queue_can_be_emptied_before_a_start(connection: Connection, tmp_path: Path) -> None:
    channel = channel_of(connection)
    channel._put("jobs", {"body": "old"})
    embedded_broker.forget_messages(tmp_path / "messages")
    with pytest.raises(Empty):
        channel._get("jobs")
