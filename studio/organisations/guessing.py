"""By which name and address wrong passwords are counted (settings.AXES_*_CALLABLE)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def login_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The address as typed, in lower case: `OLGA@` and `olga@` are one person to guess at."""
    typed = (credentials or {}).get("username")
    if not typed and request is not None:
        typed = request.POST.get("username")
    return str(typed or "").strip().lower()


def client_address(request: HttpRequest) -> str:
    """Where the request comes from.

    Behind a proxy it is the last address of X-Forwarded-For, the one that our own proxy wrote;
    those before it are what the client claims.
    """
    if settings.BEHIND_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))
