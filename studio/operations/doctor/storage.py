"""Storage, as an engine meets it: put a file, get it by its public address, take it away."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from assets import hosting
from assets.models import Look
from jobs import registry
from jobs.engines import http
from jobs.engines.base import EngineError, Request, Response
from jobs.reachability import Unreachable, check_inputs
from studio.operations.doctor.check import Check, Level, ok, problem, warning
from studio.operations.doctor.engine_accounts import used

SIZE_BYTES = 70_000
SECONDS = 15.0
TYPE = "image/png"


def examine() -> Iterator[Check]:
    """Put; get, HEAD, a range and a refusal as a stranger; delete."""
    content = secrets.token_bytes(SIZE_BYTES)
    try:
        name = default_storage.save(
            f"doctor/{secrets.token_urlsafe(24)}/doctor.png", ContentFile(content)
        )
    except Exception as error:  # each storage has exceptions of its own
        yield problem("storage", f"A file could not be put there: {error}.", _fix_storage())
        return
    try:
        yield ok("storage", f"A file was put into {place()}.")
        yield from _as_a_stranger(hosting.input_url(Look(image=name).image, seconds=300), content)
    finally:
        gone = _delete(name)
    yield gone


def place() -> str:
    """Where files are kept, in words."""
    return f"the bucket {settings.S3_BUCKET}" if settings.S3_BUCKET else str(settings.MEDIA_ROOT)


def _as_a_stranger(url: str, content: bytes) -> Iterator[Check]:
    whole = _get(url)
    if isinstance(whole, Check):
        yield whole
        return
    first = _whole(whole, content)
    yield first
    if first.level is not Level.OK:
        return  # the rest would say the same again
    yield _part(url, content)
    if _promises_head():
        yield _head(url, content)
    yield _without_signature(url)
    yield from _by_engines(url)


def _whole(answer: Response, content: bytes) -> Check:
    name = "storage: public get"
    if 300 <= answer.status < 400:
        return problem(
            name,
            f"It redirects to {answer.headers.get('location', 'nowhere')}; engines do not follow.",
            f"Set {_setting()} to the final address, https included.",
        )
    if answer.status != 200:
        return problem(name, f"It answers with HTTP {answer.status}.", _fix_address())
    if answer.body != content:
        return problem(
            name,
            "Something else than the file comes back: another server answers there.",
            f"{_setting()} must lead to this very studio, with the same SECRET_KEY and storage.",
        )
    if answer.headers.get("content-type", "").split(";")[0] != TYPE:
        return problem(
            name,
            f"A PNG comes as “{answer.headers.get('content-type', '')}”: engines refuse that.",
            "Let the proxy in between hand on the Content-Type as it is.",
        )
    return ok(name, "A stranger with the signed address gets the very bytes.")


def _part(url: str, content: bytes) -> Check:
    answer = _get(url, headers={"range": "bytes=10-19"})
    if isinstance(answer, Check):
        return answer
    if answer.status == 206 and answer.body == content[10:20]:
        return ok("storage: range", "A part can be had.")
    return warning(
        "storage: range",
        f"A range is answered with HTTP {answer.status} and {len(answer.body)} bytes.",
        "Let the proxy hand on Range and 206 as they are: without them nobody can jump in a "
        "video, and some engines download in parts.",
    )


def _head(url: str, content: bytes) -> Check:
    answer = _get(url, method="HEAD")
    if isinstance(answer, Check):
        return answer
    length = answer.headers.get("content-length", "")
    if answer.status == 200 and length == str(len(content)):
        return ok("storage: HEAD", "Size and type can be asked for.")
    return warning(
        "storage: HEAD",
        f"HEAD is answered with HTTP {answer.status} and a length of {length or 'nothing'}.",
        "Let the proxy hand on HEAD: some engines ask for the size before they download.",
    )


def _without_signature(url: str) -> Check:
    """A signed address without its signature must lead to nothing."""
    name = "storage: privacy"
    if settings.S3_BUCKET and settings.S3_PUBLIC_URL:
        return ok(name, "S3_PUBLIC_URL is set: who knows a file's secret path gets it.")
    # A bucket signs in the query; our own address begins with the token.
    bare = url.partition("?")[0] if settings.S3_BUCKET else url.replace("/inputs/", "/inputs/x", 1)
    answer = _get(bare)
    if isinstance(answer, Check) or answer.status >= 400:
        return ok(name, "Without its signature the address leads to nothing.")
    return warning(
        name,
        "The file can be had without a signature, for ever.",
        "Take public reading away from the bucket, unless you mean it: then set S3_PUBLIC_URL.",
    )


def _by_engines(url: str) -> Iterator[Check]:
    """For engines elsewhere: the same test as before each job, private addresses refused."""
    elsewhere = [name for name in used() if name != registry.SANDBOX]
    if not elsewhere:
        return
    try:
        check_inputs({url: TYPE})
    except Unreachable as refusal:
        level = Level.WARNING if all(map(_takes_inline, elsewhere)) else Level.PROBLEM
        yield Check("storage: engines", level, refusal.sentence, _fix_address())
    else:
        yield ok("storage: engines", f"{', '.join(elsewhere)} can get inputs from there.")


def _takes_inline(name: str) -> bool:
    return registry.engine(name).capabilities.takes_inline


def _delete(name: str) -> Check:
    with suppress(Exception):
        default_storage.delete(name)
    try:
        still_there = default_storage.exists(name)
    except Exception:
        still_there = True
    if still_there:
        return warning(
            "storage: delete",
            f"The trial file {name} could not be taken away.",
            "Give the studio's key the right to delete; a half-fetched video would stay as well.",
        )
    _remove_folders(name)
    return ok("storage: delete", "The file was taken away again.")


def _remove_folders(name: str) -> None:
    if isinstance(default_storage, FileSystemStorage):
        for folder in (name.rpartition("/")[0], "doctor"):
            with suppress(OSError):  # somebody else's trial file is in it
                default_storage.delete(folder)


def _get(
    url: str, *, method: str = "GET", headers: dict[str, str] | None = None
) -> Response | Check:
    try:
        return http.send(
            Request(method=method, url=url, headers=headers or {}, timeout_seconds=SECONDS)
        )
    except EngineError as error:
        said = error.detail or error.message
        return problem("storage: public get", f"Nothing answers there: {said}.", _fix_address())


def _promises_head() -> bool:
    """S3 signs the method too, so a presigned address answers GET only."""
    return not settings.S3_BUCKET or bool(settings.S3_PUBLIC_URL)


def _setting() -> str:
    if not settings.S3_BUCKET:
        return "PUBLIC_URL"
    return "S3_PUBLIC_URL" if settings.S3_PUBLIC_URL else "S3_ENDPOINT_URL"


def _fix_address() -> str:
    what = "the bucket's rights" if settings.S3_BUCKET else "the proxy, and whether web runs"
    return f"Look at {_setting()}, at its DNS entry, at {what}."


def _fix_storage() -> str:
    if settings.S3_BUCKET:
        return (
            "Look at S3_ENDPOINT_URL, S3_ACCESS_KEY and S3_SECRET_KEY; manage.py setup_storage "
            "makes the bucket."
        )
    return f"The user of the studio must be able to write in {settings.MEDIA_ROOT}; is it full?"
