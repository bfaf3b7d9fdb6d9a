"""Serve the finished films: GET and HEAD, with Range; and spoil them where a fault asks for it."""

import re
from pathlib import Path

from aiohttp import web

from jobs.sandbox.answers import html_error
from jobs.sandbox.faults import MEDIA, Faults

_NAME = re.compile(r"[A-Za-z0-9_-]{20,64}\.mp4")


async def media_answer(request: web.Request, folder: Path, faults: Faults) -> web.StreamResponse:
    """The film with this unguessable name, or 404."""
    name = request.match_info["name"]
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        return web.Response(status=404, text="404 page not found")
    if fault := faults.strike("expired", MEDIA):
        return _expired(int(fault.number("status")))
    if fault := faults.strike("html", MEDIA):
        return html_error(int(fault.number("status")))
    if faults.strike("server_error", MEDIA):
        return web.Response(status=500, text="Internal Server Error")
    if faults.strike("not_a_video", MEDIA):
        # Called a video, large enough to be one, but its bytes are text.
        return web.Response(body=b"This is not a video.\n" * 2_000, content_type="video/mp4")
    if request.method == "GET" and faults.strike("truncated", MEDIA):
        return await _truncated(request, path)
    headers = {"Content-Type": "video/mp4", "Cache-Control": "private, max-age=3600"}
    return web.FileResponse(path, headers=headers)


def _expired(status: int) -> web.Response:
    """What an object store says about an address whose time is over."""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
    )
    return web.Response(status=status, text=text, content_type="application/xml")


async def _truncated(request: web.Request, path: Path) -> web.StreamResponse:
    """Promise the whole film, send half of it, hang up."""
    size = path.stat().st_size
    answer = web.StreamResponse(headers={"Content-Type": "video/mp4", "Content-Length": str(size)})
    await answer.prepare(request)
    with path.open("rb") as film:
        left = size // 2
        while left > 0 and (chunk := film.read(min(left, 65_536))):
            await answer.write(chunk)
            left -= len(chunk)
    if request.transport:
        request.transport.close()
    return answer
