"""The services as fixtures: real servers that start when the first test asks for one. And what of a
run begins first, and what has the machine to itself.

`postgres_url`, `new_database`, `redis_url`, `s3`, `chromium`, `browser`, `page`. Each worker of
pytest-xdist has its own, but for the slow one (`s3`), which they share.
"""

import contextlib
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.services.ceph import S3, ceph
from tests.services.chromium import chromium_path, launched, opened
from tests.services.postgres import postgres
from tests.services.programs import MISSING
from tests.services.quiet import place
from tests.services.redis import redis
from tests.services.sharing import shared

NewDatabase = Callable[[], str]
_LAUNCHED: list[Browser] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes begins first, each at another worker, which begins with its own share.

    What needs a quiet machine comes last, when the fewest have to wait for it.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.get_closest_marker("long")]
    quiet = [item for item in items if item.get_closest_marker("quiet")]
    share = -(-len(items) // workers)
    items[:] = [item for item in items if item not in long and item not in quiet] + quiet
    for number, item in enumerate(long):
        items.insert(min(number * share, len(items)), item)


@pytest.fixture(scope="session")
def folder_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(autouse=True)
def place_at_the_machine(request: pytest.FixtureRequest, folder_of_all: Path) -> Iterator[None]:
    """Beside the tests of the other workers, or alone for a quiet test."""
    folder = folder_of_all / "machine"
    folder.mkdir(exist_ok=True)
    with place(folder, alone=request.node.get_closest_marker("quiet") is not None):
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server: its address without a database."""
    with postgres() as address:
        yield address


@pytest.fixture(scope="session")
def new_database(postgres_server: str) -> NewDatabase:
    """Makes an empty database and returns its address, as DATABASE_URL wants it."""
    import psycopg

    def make() -> str:
        name = f"studio_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"{postgres_server}/{name}"

    return make


@pytest.fixture
def postgres_url(new_database: NewDatabase) -> str:
    """An empty database of this test's own."""
    return new_database()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server's address."""
    with redis(tmp_path_factory.mktemp("redis")) as address:
        yield address


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """A Redis server that was emptied for this test."""
    import redis as client

    with client.Redis.from_url(redis_server) as connection:
        connection.flushall()
    return redis_server


@pytest.fixture(scope="session")
def s3(folder_of_all: Path) -> Iterator[S3]:
    """An S3 server with a bucket. All workers share it, so a test needs keys of its own."""
    with shared(folder_of_all / "s3", _started_s3) as facts:
        yield S3(**facts)


@contextlib.contextmanager
def _started_s3() -> Iterator[dict[str, str]]:
    import boto3

    with ceph() as server:
        boto3.client(
            "s3",
            endpoint_url=server.endpoint_url,
            aws_access_key_id=server.access_key,
            aws_secret_access_key=server.secret_key,
            region_name=server.region,
        ).create_bucket(Bucket=server.bucket)
        yield asdict(server)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program."""
    return chromium_path()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with launched() as browser:
        _LAUNCHED.append(browser)
        yield browser
        _LAUNCHED.remove(browser)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page without anybody's cookies."""
    with opened(browser) as page:
        yield page


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After a module its pages are closed: one that is left open goes on playing and asking."""
    if nextitem is None or nextitem.path != item.path:
        for browser in _LAUNCHED:
            for context in browser.contexts:
                context.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each program that was missing, and how many tests waited for it."""
    counts: dict[str, int] = {}
    for kind in ("skipped", "failed", "error"):
        for report in terminalreporter.stats.get(kind, []):
            _, found, sentence = str(report.longrepr).partition(MISSING)
            if found:
                line = sentence.split("\n")[0].rstrip("')")
                counts[line] = counts.get(line, 0) + 1
    for line, count in sorted(counts.items()):
        terminalreporter.write_line(f"{MISSING}{line} ({count} tests)", yellow=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With REQUIRE_ALL=1, a test that was skipped for whatever reason fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REQUIRE_ALL") != "1" or reporter is None:
        return
    if reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
