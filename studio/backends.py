"""What the studio leans on: Django's settings for database, mail, files and caches, by address.

Standard library only, as `studio.env` is: the tests read it without Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from studio.env import Environment, SettingsError

POSTGRES_OPTIONS = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name"}
)
DEFAULT_PORT_POSTGRES = 5432

# Django asks for a write lock only at the first write of a transaction; two of those deadlock at
# once in SQLite. IMMEDIATE takes the lock at BEGIN, so the second one waits (timeout, in seconds).
SQLITE_OPTIONS: Mapping[str, object] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def database(url: str | None, data_dir: Path) -> dict[str, dict[str, object]]:
    """Django's DATABASES for `url`; without one, SQLite in `data_dir`.

    sqlite:///name.sqlite3 lies in `data_dir`, sqlite:////srv/name.sqlite3 is absolute;
    postgres://user:password@host:port/name, with sslmode and the like as a query, or
    ?host=/var/run/postgresql for a socket.
    """
    parts = urlsplit(url or "sqlite:///studio.sqlite3")
    if parts.scheme == "sqlite":
        return {"default": _sqlite(parts, data_dir)}
    if parts.scheme in {"postgres", "postgresql"}:
        return {"default": _postgres(parts)}
    raise SettingsError("DATABASE_URL must begin with sqlite:///, postgres:// or postgresql://.")


def email(url: str | None) -> dict[str, dict[str, object]]:
    """Django's MAILERS for `url`; without one, mail is written to the console.

    console://, file:///folder, or smtp://user:password@host:port, where ?tls=1 asks for STARTTLS
    (port 587) and ?ssl=1 for TLS from the first byte (port 465).
    """
    parts = urlsplit(url or "console://")
    if parts.scheme == "console":
        return {"default": {"BACKEND": "studio.mail.ConsoleMail"}}
    if parts.scheme == "file" and parts.path.startswith("/"):
        options: dict[str, object] = {"file_path": unquote(parts.path)}
        return {"default": {"BACKEND": "studio.mail.FileMail", "OPTIONS": options}}
    if parts.scheme == "smtp" and parts.hostname:
        smtp = "django.core.mail.backends.smtp.EmailBackend"
        return {"default": {"BACKEND": smtp, "OPTIONS": _smtp(parts)}}
    raise SettingsError(
        "EMAIL_URL must be smtp://user:password@host:port?tls=1, file:///folder or console://."
    )


def storage(environment: Environment, folder: Path) -> dict[str, object]:
    """Django's default storage: the bucket that S3_BUCKET names, or `folder` without one."""
    has_bucket = environment.group(
        "S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY",
        optional=("S3_ENDPOINT_URL", "S3_REGION", "S3_PUBLIC_URL", "S3_ADDRESSING_STYLE"),
        why="to keep files in DATA_DIR",
    )  # fmt: skip
    if has_bucket:
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _bucket(environment)}
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder, "directory_permissions_mode": 0o750},
    }


def caches(redis_url: str) -> dict[str, dict[str, object]]:
    """Django's CACHES: "default" is each process's own; "shared" counts what all web processes
    must count together, in Redis where there is one."""
    local = "django.core.cache.backends.locmem.LocMemCache"
    shared: dict[str, object] = {"BACKEND": local, "LOCATION": "shared"}
    if redis_url:
        shared = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": "understudy",
        }
    return {"default": {"BACKEND": local}, "shared": shared}


def _sqlite(parts: SplitResult, data_dir: Path) -> dict[str, object]:
    name = unquote(parts.path.removeprefix("/"))
    if parts.netloc or not name or name == ":memory:" or parts.query:
        raise SettingsError(
            "DATABASE_URL must name a file: sqlite:///studio.sqlite3 (in DATA_DIR) or "
            "sqlite:////srv/studio.sqlite3. The processes share it, so it cannot be in memory."
        )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": data_dir / name,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }


def _postgres(parts: SplitResult) -> dict[str, object]:
    options: dict[str, object] = dict(parse_qsl(parts.query))
    socket_folder = options.pop("host", None)
    unknown = sorted(options.keys() - POSTGRES_OPTIONS)
    name = unquote(parts.path.removeprefix("/"))
    if unknown:
        raise SettingsError(f"DATABASE_URL has the unknown option {unknown[0]!r}.")
    if not name or not (parts.hostname or socket_folder):
        raise SettingsError("DATABASE_URL must be postgres://user:password@host:port/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": socket_folder or parts.hostname,
        "PORT": _port(parts, "DATABASE_URL") or DEFAULT_PORT_POSTGRES,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _smtp(parts: SplitResult) -> dict[str, object]:
    asked = Environment({f"EMAIL_URL {key}": value for key, value in parse_qsl(parts.query)})
    tls, ssl = asked.flag("EMAIL_URL tls"), asked.flag("EMAIL_URL ssl")
    asked.refuse_unknown("EMAIL_URL ")
    if tls and ssl:
        raise SettingsError(
            "EMAIL_URL asks for both tls=1 and ssl=1: keep the one your server uses."
        )
    return {
        "host": parts.hostname,
        "port": _port(parts, "EMAIL_URL") or (587 if tls else 465 if ssl else 25),
        "username": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "use_tls": tls,
        "use_ssl": ssl,
        "timeout": 20,
    }


def _port(parts: SplitResult, name: str) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise SettingsError(f"{name} has a port that is not a number from 1 to 65535.") from None


def _bucket(environment: Environment) -> dict[str, object]:
    return {
        "bucket_name": environment.text("S3_BUCKET"),
        "endpoint_url": environment.url("S3_ENDPOINT_URL", default="") or None,
        "access_key": environment.text("S3_ACCESS_KEY"),
        "secret_key": environment.text("S3_SECRET_KEY"),
        "region_name": environment.text("S3_REGION", default="us-east-1"),
        "signature_version": "s3v4",
        "addressing_style": environment.text("S3_ADDRESSING_STYLE", default="path"),
        "file_overwrite": False,
        "default_acl": None,
        "querystring_auth": True,
    }
