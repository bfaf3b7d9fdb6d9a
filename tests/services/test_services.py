"""Each service that other tests lean on is real: it does what only the real one does."""

import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
import redis
from botocore.config import Config
from playwright.sync_api import Page

from tests.services import programs
from tests.services.ceph import S3
from tests.services.plugin import NewDatabase

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bucket(s3: S3) -> Any:
    """A client of the S3 server."""
    return boto3.client(
        "s3",
        endpoint_url=s3.endpoint_url,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key,
        region_name=s3.region,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )


def get(url: str, **headers: str) -> tuple[int, bytes]:
    """Status and body of a GET without following what a proxy says."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=60) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def signed(bucket: Any, s3: S3, key: str, seconds: int = 60) -> str:
    parameters = {"Bucket": s3.bucket, "Key": key}
    address = bucket.generate_presigned_url("get_object", parameters, ExpiresIn=seconds)
    return str(address)


def test_postgresql_answers_a_select(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        answer = connection.execute("SELECT current_setting('server_version_num')::int").fetchone()
    assert answer is not None
    assert answer[0] >= 140_000


def test_every_database_of_postgresql_is_a_new_one(new_database: NewDatabase) -> None:
    first, second = new_database(), new_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE marks (mark text)")
    with psycopg.connect(second) as connection:
        answer = connection.execute("SELECT to_regclass('marks') IS NULL").fetchone()
    assert answer == (True,)


def test_postgresql_makes_the_second_writer_of_a_row_wait(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as first, psycopg.connect(postgres_url) as second:
        first.execute("CREATE TABLE jobs (state text)")
        first.execute("INSERT INTO jobs VALUES ('queued')")
        first.commit()
        first.execute("UPDATE jobs SET state = 'submitting'")
        second.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            second.execute("UPDATE jobs SET state = 'submitting'")


def test_redis_gives_back_what_was_set(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("nudge", "job")
        assert client.get("nudge") == b"job"


def test_redis_is_empty_for_the_next_test(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys() == []


def test_s3_gives_a_stored_file_to_whoever_has_the_signed_address(bucket: Any, s3: S3) -> None:
    bucket.put_object(Bucket=s3.bucket, Key="a.png", Body=b"picture", ContentType="image/png")
    assert get(signed(bucket, s3, "a.png")) == (200, b"picture")


def test_s3_refuses_an_address_without_a_signature(bucket: Any, s3: S3) -> None:
    bucket.put_object(Bucket=s3.bucket, Key="b.png", Body=b"picture")
    assert get(f"{s3.endpoint_url}/{s3.bucket}/b.png")[0] == 403


def test_s3_refuses_a_signature_that_was_tampered_with(bucket: Any, s3: S3) -> None:
    bucket.put_object(Bucket=s3.bucket, Key="c.png", Body=b"picture")
    address = signed(bucket, s3, "c.png")
    last = "0" if address[-1] != "0" else "1"
    assert get(address[:-1] + last)[0] == 403
    assert get(address.replace("X-Amz-Expires=60", "X-Amz-Expires=61"))[0] == 403


def test_s3_answers_a_range_with_that_part(bucket: Any, s3: S3) -> None:
    bucket.put_object(Bucket=s3.bucket, Key="d.mp4", Body=bytes(range(100)))
    assert get(signed(bucket, s3, "d.mp4"), Range="bytes=10-19") == (206, bytes(range(10, 20)))
    assert get(signed(bucket, s3, "d.mp4"), Range="bytes=200-")[0] == 416


def test_chromium_opens_a_page_and_runs_its_script(page: Page) -> None:
    page.set_content("<h1 id=said>silent</h1><script>said.textContent = 2 + 3</script>")
    assert page.locator("h1").inner_text() == "5"


def test_chromium_plays_the_formats_of_a_finished_video(page: Page) -> None:
    kind = 'video/mp4; codecs="avc1.640028, mp4a.40.2"'
    played = page.evaluate("kind => document.createElement('video').canPlayType(kind)", kind)
    assert played == "probably"


def test_a_page_has_no_cookies_of_another_one(page: Page) -> None:
    assert page.context.cookies() == []


TEST_OF_A_MISSING_PROGRAM = """
from tests.services.programs import need

def test_it():
    need("no-such-server", untested="nothing at all")
"""


@pytest.mark.parametrize(("require_all", "outcome"), [("", "1 skipped"), ("1", "1 failed")])
def test_a_missing_program_skips_or_fails_with_one_line(
    require_all: str, outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "test_it.py").write_text(TEST_OF_A_MISSING_PROGRAM)
    monkeypatch.setenv("REQUIRE_ALL", require_all)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.services.plugin",
        "-c",
        "/dev/null",
    ]
    printed = subprocess.run(
        [*command, "--rootdir", tmp_path, "-p", "no:django", "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "not installed: no-such-server; not tested: nothing at all (1 tests)" in printed
    assert outcome in printed.splitlines()[-1]


def test_a_program_is_found_under_any_of_its_names() -> None:
    assert programs.find("no-such-server", "sh") == programs.find("sh")
    assert programs.find("no-such-server") is None
