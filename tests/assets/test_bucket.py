"""Files in a real S3 bucket: how engines and people get them."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from assets import hosting
from assets.models import Look
from studio.organisations.models import User
from tests import media
from tests.services.ceph import S3


@pytest.fixture
def bucket(s3: S3, settings: Any, private_folders: None) -> Any:
    """New files go to the bucket, as with the S3 variables set."""
    settings.S3_BUCKET = s3.bucket
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": s3.bucket,
                "endpoint_url": s3.endpoint_url,
                "access_key": s3.access_key,
                "secret_key": s3.secret_key,
                "region_name": s3.region,
                "signature_version": "s3v4",
                "addressing_style": "path",
                "querystring_auth": True,
            },
        }
    }
    return storages["default"]


@pytest.fixture
def stored(bucket: Any, look: Look) -> Look:
    """A look whose picture lies in the bucket."""
    look.image = ContentFile(media.make_png(400, 400), name="look.png")
    look.save()
    assert look.image.storage.bucket_name == bucket.bucket_name
    return look


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; a redirect is not followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any, **__: Any) -> None:
            return None

    opener = urllib.request.build_opener(Stay)
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def test_an_engine_gets_the_very_bytes_with_their_type_and_no_redirect(stored: Look) -> None:
    status, headers, body = get(hosting.input_url(stored.image))
    assert (status, headers["Content-Type"]) == (200, "image/png")
    with stored.image.open() as kept:
        assert body == kept.read()


def test_an_engine_may_ask_for_a_part(stored: Look) -> None:
    status, headers, body = get(hosting.input_url(stored.image), Range="bytes=0-7")
    assert (status, body) == (206, b"\x89PNG\r\n\x1a\n")
    assert headers["Content-Range"].startswith("bytes 0-7/")


def test_a_tampered_address_is_refused(stored: Look) -> None:
    url = hosting.input_url(stored.image)
    assert get(url.replace("X-Amz-Expires=86400", "X-Amz-Expires=604800"))[0] == 403
    assert get(url.partition("?")[0])[0] == 403


def test_an_address_expires(stored: Look) -> None:
    url = hosting.input_url(stored.image, seconds=1)
    time.sleep(2.2)
    assert get(url)[0] == 403


def test_a_public_base_address_is_used_where_one_is_set(stored: Look, settings: Any) -> None:
    settings.S3_PUBLIC_URL = "https://cdn.example"
    assert hosting.input_url(stored.image) == f"https://cdn.example/{stored.image.name}"
    secret = str(stored.image.name).split("/")[1]
    assert len(secret) >= 32, "the path is what protects it"


def test_people_are_sent_to_the_bucket_only_after_the_studio_has_checked_them(
    stored: Look, viewer: User, outsider: User, as_: Callable[[User], Client]
) -> None:
    url = f"/media/looks/{stored.pk}/image"
    answer = as_(viewer).get(url)
    assert answer.status_code == 302
    assert get(answer["Location"])[0] == 200
    assert as_(outsider).get(url).status_code == 404


def test_a_file_of_a_workspace_goes_to_the_bucket_and_comes_back_whole(
    bucket: Any, look: Look, tmp_path: Path
) -> None:
    made = media.written(tmp_path, "made.png", media.make_png(400, 400) + bytes(20_000_000))
    with made.open("rb") as opened:
        look.image.save("made.png", hosting.Finished(opened), save=False)
    assert made.exists(), "a bucket reads it; only a disk takes it away"
    (tmp_path / "here").mkdir()
    here = hosting.at_hand(look.image, tmp_path / "here")
    assert here.parent == tmp_path / "here"
    assert here.read_bytes() == made.read_bytes()
