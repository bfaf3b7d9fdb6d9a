"""Settings that are right one by one and do not fit together.

What is plainly wrong or half set refuses to start (`studio.env`), the doctor included.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from jobs import registry, submission
from studio.operations.doctor.check import Check, ok, warning

NAME = "settings"
SECRET_CHARACTERS = 50
#: How long docker-compose.yml lets a worker end what it has begun (its `stop_grace_period`).
STOP_GRACE_SECONDS = 150


def examine() -> Iterator[Check]:
    """What does not fit together; one line if all of it does."""
    found = [check for each in (_reach, _secrets, _hosts, _accounts, _stopping) for check in each()]
    yield from found or [ok(NAME, "They fit together.")]


def _reach() -> Iterator[Check]:
    if settings.DEBUG and settings.IS_HTTPS:
        yield warning(
            NAME,
            "DEBUG is on at a public address: error pages show code and settings.",
            "Take DEBUG out.",
        )
    if settings.BEHIND_PROXY and not settings.IS_HTTPS:
        yield warning(
            NAME,
            "BEHIND_PROXY is on, but PUBLIC_URL is not https.",
            "Set PUBLIC_URL to the proxy's https address; without a proxy take BEHIND_PROXY out, "
            "or visitors can claim any address.",
        )
    if settings.IS_HTTPS and _plain(settings.S3_PUBLIC_URL or settings.S3_ENDPOINT_URL):
        yield warning(
            NAME,
            "The site is https and the bucket is not: browsers refuse to play from there.",
            "Set S3_PUBLIC_URL or S3_ENDPOINT_URL to an https address of the bucket.",
        )


def _secrets() -> Iterator[Check]:
    if len(settings.SECRET_KEY) < SECRET_CHARACTERS or len(set(settings.SECRET_KEY)) < 5:
        yield warning(
            NAME,
            "SECRET_KEY is short: it signs logins and the addresses of files.",
            f"Make it {SECRET_CHARACTERS} random characters or more; everybody logs in anew then.",
        )


def _hosts() -> Iterator[Check]:
    """What several hosts share must not lie on one of them."""
    is_server = connection.vendor == "postgresql"
    if is_server and not settings.REDIS_URL:
        yield warning(
            NAME,
            "DATABASE_URL names a server, but the broker is a folder of this host.",
            "Set REDIS_URL before a second host runs workers.",
        )
    if is_server and not settings.S3_BUCKET:
        yield warning(
            NAME,
            "DATABASE_URL names a server, but files are kept on this host.",
            "Set the S3_ variables before a second host runs, or share DATA_DIR between them; and "
            "see that both are in the backup.",
        )
    if settings.REDIS_URL and not is_server:
        yield warning(
            NAME,
            "REDIS_URL names a server, but the database is a file of this host.",
            "Set DATABASE_URL to a PostgreSQL before a second host runs workers.",
        )


def _accounts() -> Iterator[Check]:
    several = [one.name for one in registry.accounts() if one.name != registry.SANDBOX]
    if len(several) > 1 and not settings.DEFAULT_ACCOUNT:
        yield warning(
            NAME,
            f"There are {len(several)} engine accounts and no DEFAULT_ACCOUNT: projects that "
            f"choose none pay by “{registry.default_name()}”.",
            f"Set DEFAULT_ACCOUNT to one of {', '.join(several)}.",
        )


def _stopping() -> Iterator[Check]:
    """A worker that is killed in the middle of a paid call leaves an order of unknown end."""
    needed = settings.SUBMIT_SECONDS + submission.TOO_LATE_SECONDS
    if needed > STOP_GRACE_SECONDS:
        yield warning(
            NAME,
            f"SUBMIT_SECONDS is {settings.SUBMIT_SECONDS:g}, so a worker that is to stop may need "
            f"{needed:.0f} s to end its paid calls; docker-compose.yml gives it "
            f"{STOP_GRACE_SECONDS} s.",
            "Raise stop_grace_period of the service “worker” (or the grace period of whatever "
            "stops it) beyond that, or lower SUBMIT_SECONDS.",
        )


def _plain(url: str) -> bool:
    return bool(settings.S3_BUCKET) and url.startswith("http://")
