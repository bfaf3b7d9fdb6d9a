"""Processes that live and die together: real ones, small, on free ports."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from studio.env import Environment, SettingsError
from studio.operations.ports import (
    AlreadyRunning,
    choose_port,
    free_addresses,
    is_free,
    only_one,
)
from studio.operations.processes import ROOT, ProcessDied, Processes, Program
from tests.services.programs import free_port

ENV = {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}
SERVE = (
    "import http.server as h; "
    "h.test(h.SimpleHTTPRequestHandler, port=int('{PORT}'), bind='127.0.0.1')"
)
SLEEP = "import time; print('awake', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(600)"
)
PARENT = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
    "print(child.pid, flush=True); time.sleep(600)"
)


def program(code: str, ready_at: str = "") -> Program:
    return Program(command=(sys.executable, "-c", code), ready_at=ready_at)


def run(folder: Path, programs: Mapping[str, Program], **options: Any) -> Processes:
    return Processes(env=ENV, logs=folder, programs=programs, **options)


def wait_for(what: Callable[[], object], seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@contextlib.contextmanager
def only_listening() -> Iterator[int]:
    """A port that somebody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def is_alive(pid: int) -> bool:
    """Whether a process has this id and has not ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_block_begins_when_the_server_answers_and_ends_without_it(tmp_path: Path) -> None:
    port = free_port()
    server = program(SERVE.replace("{PORT}", str(port)), ready_at=f"http://127.0.0.1:{port}/")
    with run(tmp_path, {"web": server}):
        assert not is_free(port)
    assert is_free(port)


def test_a_value_of_the_environment_fills_the_command(tmp_path: Path) -> None:
    says = Program(
        command=(sys.executable, "-c", "print('port', {PORT}); import time; time.sleep(600)")
    )
    with Processes(env={**ENV, "PORT": "8123"}, logs=tmp_path, programs={"web": says}) as running:
        wait_for(lambda: running.last_lines("web") == ["port 8123"])


def test_only_the_named_ones_start_in_their_own_order(tmp_path: Path) -> None:
    programs = {"a": program(SLEEP), "b": program(SLEEP), "c": program(SLEEP)}
    with Processes(["c", "a"], env=ENV, logs=tmp_path, programs=programs) as running:
        assert list(running.running) == ["a", "c"]


def test_a_process_that_ends_is_named_with_its_last_lines_and_the_others_stop(
    tmp_path: Path,
) -> None:
    programs = {"steady": program(SLEEP), "weak": program("import sys; sys.exit('no such table')")}
    with pytest.raises(ProcessDied) as died, run(tmp_path, programs) as running:
        steady = running.running["steady"].pid
        running.watch(every_seconds=0.02)
    assert died.value.sentence == "The weak process has stopped (exit code 1). Its last lines:"
    assert died.value.last_lines == ["no such table"]
    assert not is_alive(steady)


def test_a_process_ended_by_a_signal_is_described_by_its_name(tmp_path: Path) -> None:
    with (
        pytest.raises(ProcessDied, match="SIGKILL"),
        run(tmp_path, {"a": program(SLEEP)}) as running,
    ):
        running.running["a"].kill()
        running.watch(every_seconds=0.02)


def test_a_server_that_never_answers_is_given_up_and_ended(tmp_path: Path) -> None:
    silent = program(SLEEP, ready_at=f"http://127.0.0.1:{free_port()}/")
    processes = run(tmp_path, {"web": silent}, ready_seconds=1.0)
    with pytest.raises(ProcessDied, match="The web process was not ready after 1 s"), processes:
        pass
    assert processes.running == {}


def test_a_process_that_ignores_the_request_is_ended_by_force(tmp_path: Path) -> None:
    processes = run(tmp_path, {"a": program(STUBBORN)}, stop_seconds=0.3)
    with processes:
        wait_for(lambda: processes.last_lines("a") == ["deaf"])
        stubborn = processes.running["a"].pid
        began = time.monotonic()
    assert not is_alive(stubborn)
    assert time.monotonic() - began < 30


def test_children_of_a_process_do_not_outlive_it(tmp_path: Path) -> None:
    with run(tmp_path, {"a": program(PARENT)}) as running:
        wait_for(lambda: running.last_lines("a"))
        child = int(running.last_lines("a")[0])
        assert is_alive(child)
    wait_for(lambda: not is_alive(child))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends them for us")
def test_even_a_killed_supervisor_leaves_no_process_behind(tmp_path: Path) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "tests.studio.operations.supervise", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    assert is_alive(child)
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    wait_for(lambda: not is_alive(child))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_supervisor_stops_everything(tmp_path: Path, number: int) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "tests.studio.operations.supervise", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    supervisor.send_signal(number)
    assert supervisor.stdout.read() == "stopped\n"
    assert supervisor.wait(timeout=60) == 0
    supervisor.stdout.close()
    assert not is_alive(child)


def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"x" * 5_000_001)
    with run(tmp_path, {"a": program(SLEEP)}) as running:
        wait_for(lambda: running.last_lines("a") == ["awake"])
    assert (tmp_path / "a.log.1").stat().st_size == 5_000_001


def test_a_busy_usual_port_is_avoided() -> None:
    with only_listening() as port:
        assert choose_port(Environment({}), "PORT", usual=port) != port


def test_the_addresses_follow_the_ports() -> None:
    env = free_addresses({"HOME": "/home/ines"})
    assert env["HOME"] == "/home/ines"
    assert env["PUBLIC_URL"] == f"http://127.0.0.1:{env['PORT']}"
    assert env["SANDBOX_URL"] == f"http://127.0.0.1:{env['SANDBOX_PORT']}"


def test_an_address_that_was_set_is_kept() -> None:
    env = free_addresses({"PUBLIC_URL": "https://studio.example.com", "PORT": str(free_port())})
    assert env["PUBLIC_URL"] == "https://studio.example.com"


def test_a_busy_port_that_was_asked_for_is_refused() -> None:
    with only_listening() as port, pytest.raises(SettingsError, match="that port is in use"):
        free_addresses({"PORT": str(port)})


def test_one_data_folder_has_one_studio(tmp_path: Path) -> None:
    with only_one(tmp_path, "http://127.0.0.1:8000"):
        with pytest.raises(AlreadyRunning) as refused, only_one(tmp_path, "http://127.0.0.1:8001"):
            pass
        assert f"as process {os.getpid()}, at http://127.0.0.1:8000." in str(refused.value)
    with only_one(tmp_path, "http://127.0.0.1:8002"):
        assert "8002" in (tmp_path / "run.pid").read_text()
