"""A page sends only in the name of the person it was made for.

While a page stays open somebody else may sign in in the same browser. The page takes the new
session's CSRF token, so that whoever signs in again can go on; that token alone would let it send
what one person wrote as another. So each page says with what it sends whom it was made for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

HEADER = "X-Person"
#: The same in a form that is sent without scripts' headers.
FIELD = "made_for"
#: "Precondition failed": the header names whom the request is for.
REFUSED = 412
_READING = ("GET", "HEAD", "OPTIONS", "TRACE")


class SamePerson:
    """Middleware: refuses a change that a page sends which was made for somebody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Nothing, or the refusal. Whoever is signed out is led to the door by the view itself."""
        if request.method in _READING or not request.user.is_authenticated:
            return None
        meant = request.headers.get(HEADER) or request.POST.get(FIELD)
        if meant in (None, str(request.user.pk)):
            return None
        words = "Somebody else is signed in in this browser. Nothing was saved."
        return HttpResponse(words, status=REFUSED, content_type="text/plain; charset=utf-8")
