"""Serving a local file: GET, HEAD and one byte range, as players and engines ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from botocore.exceptions import ClientError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

BLOCK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def ranged_response(
    request: HttpRequest,
    path: Path,
    *,
    content_type: str,
    cache_control: str,
    download_as: str = "",
) -> HttpResponseBase:
    """The file, or the one range that was asked for (RFC 9110, section 14).

    Several ranges or a header that makes no sense are answered with the whole file, a range
    outside it with 416. Raises Http404 if the file is gone.
    """
    try:
        file = path.open("rb")
    except (FileNotFoundError, IsADirectoryError):
        raise Http404 from None
    size = path.stat().st_size
    wanted = _wanted(request.headers.get("Range", ""), size)
    if wanted == "outside":
        file.close()
        return _outside(size)
    first, last = wanted if isinstance(wanted, tuple) else (0, size - 1)
    answer: HttpResponseBase
    if request.method == "HEAD":
        file.close()
        answer = HttpResponse(content_type=content_type)
    else:
        answer = StreamingHttpResponse(
            _blocks(file, first, last - first + 1), content_type=content_type
        )
    if isinstance(wanted, tuple):
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    _say(answer, last - first + 1, cache_control=cache_control, download_as=download_as)
    return answer


def relayed_response(
    request: HttpRequest,
    stored: Any,
    *,
    content_type: str,
    cache_control: str,
    download_as: str = "",
) -> HttpResponseBase:
    """The same from a bucket: its object, or the one range, passed on as it comes in."""
    try:
        size = int(stored.content_length)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise Http404 from None
        raise
    wanted = _wanted(request.headers.get("Range", ""), size)
    if wanted == "outside":
        return _outside(size)
    first, last = wanted if isinstance(wanted, tuple) else (0, size - 1)
    answer: HttpResponseBase
    if request.method == "HEAD" or size == 0:
        answer = HttpResponse(content_type=content_type)
    else:
        body = stored.get(Range=f"bytes={first}-{last}")["Body"]
        answer = StreamingHttpResponse(body.iter_chunks(BLOCK_BYTES), content_type=content_type)
    if isinstance(wanted, tuple):
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    _say(answer, last - first + 1, cache_control=cache_control, download_as=download_as)
    return answer


def _outside(size: int) -> HttpResponse:
    answer = HttpResponse(status=416)
    answer["Content-Range"] = f"bytes */{size}"
    return answer


def _say(answer: HttpResponseBase, length: int, *, cache_control: str, download_as: str) -> None:
    answer["Content-Length"] = str(length)
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = cache_control
    if download_as:
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(download_as)}"


def _wanted(header: str, size: int) -> tuple[int, int] | str | None:
    match = _RANGE.fullmatch(header.strip())
    if not match or match.groups() == ("", ""):
        return None
    start, end = match.groups()
    if not start:  # the last so many bytes
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(start), min(int(end) if end else size - 1, size - 1)
    return (first, last) if first <= last else "outside"


def _blocks(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (block := file.read(min(BLOCK_BYTES, length))):
            length -= len(block)
            yield block
