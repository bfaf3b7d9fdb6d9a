"""PUBLIC_URL as far as one can tell from inside: name, certificate, and who answers there."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from jobs import registry
from jobs.engines import http
from jobs.engines.addresses import AddressProblem, check_url
from jobs.engines.base import EngineError, Request
from studio.operations.doctor.check import Check, Level, ok, problem, warning
from studio.operations.doctor.engine_accounts import used

NAME = "public address"
SECONDS = 15.0
DAY_SECONDS = 86_400
#: A certificate that renews itself has a month left when it does.
SOON_DAYS, VERY_SOON_DAYS = 14, 3


def examine() -> Iterator[Check]:
    """Where it leads, how it is protected, and whether it is this studio."""
    yield _leads()
    if settings.PUBLIC_URL.startswith("https://"):
        yield _certificate()
    elif _is_elsewhere_needed():
        yield warning(
            f"{NAME}: https",
            f"{settings.PUBLIC_URL} is not https: passwords and videos travel in the open.",
            "Put a proxy that ends TLS in front of web and set PUBLIC_URL to its https address.",
        )
    yield _answers()


def _is_elsewhere_needed() -> bool:
    """Whether an engine that is not on this machine is to be served."""
    return any(name != registry.SANDBOX for name in used())


def _gets_inputs() -> bool:
    """Whether engines elsewhere come to PUBLIC_URL for the inputs."""
    engines = [registry.engine(name) for name in used() if name != registry.SANDBOX]
    inline = all(engine.capabilities.takes_inline for engine in engines)
    return bool(engines) and not settings.S3_BUCKET and not inline


def _leads() -> Check:
    try:
        checked = check_url(settings.PUBLIC_URL)
    except AddressProblem as error:
        return _not_public(error)
    return ok(NAME, f"{checked.host} leads to {', '.join(checked.addresses)}.")


def _not_public(error: AddressProblem) -> Check:
    fix = "Set PUBLIC_URL to the address at which the Internet sees the studio."
    if error.code == "unresolvable" or _gets_inputs():
        why = " Engines could not get the inputs." if _gets_inputs() else ""
        return Check(NAME, Level.PROBLEM, f"{error.sentence}{why}", fix)
    if _is_elsewhere_needed():
        return warning(
            NAME, f"{error.sentence} Engines cannot call back; their jobs are only looked at.", fix
        )
    return ok(NAME, f"{error.sentence} For the sandbox engine that is enough.")


def _certificate() -> Check:
    parts = urlsplit(settings.PUBLIC_URL)
    where = (parts.hostname or "", parts.port or 443)
    name = f"{NAME}: certificate"
    fix = "Renew it, with its whole chain; let the proxy do so by itself (Caddy, certbot)."
    try:
        with (
            socket.create_connection(where, timeout=SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=where[0]) as safe,
        ):
            ends = ssl.cert_time_to_seconds(str((safe.getpeercert() or {}).get("notAfter")))
    except ssl.SSLCertVerificationError as error:
        return problem(name, f"It is not trusted: {error.verify_message}.", fix)
    except (OSError, ValueError) as error:
        return problem(name, f"No TLS connection: {error}.", f"Let a proxy answer at {where[0]}.")
    days = int((ends - time.time()) // DAY_SECONDS)
    if days < SOON_DAYS:
        level = Level.PROBLEM if days < VERY_SOON_DAYS else Level.WARNING
        return Check(name, level, f"It ends in {days} days.", fix)
    return ok(name, f"It is trusted and good for {days} days.")


def _answers() -> Check:
    """The health page of this studio, without a redirect."""
    url = settings.PUBLIC_URL.rstrip("/") + reverse("health_live")
    name = f"{NAME}: web"
    try:
        answer = http.send(Request(method="GET", url=url, headers={}, timeout_seconds=SECONDS))
    except EngineError as error:
        said = error.detail or error.message
        fix = "Start web, and look at PUBLIC_URL, its DNS entry and the proxy."
        return problem(name, f"Nothing answers at {url}: {said}.", fix)
    if 300 <= answer.status < 400:
        return problem(
            name,
            f"It redirects to {answer.headers.get('location', 'nowhere')}; engines do not follow.",
            "Set PUBLIC_URL to the final address, https and port included.",
        )
    if answer.status == 400:
        return problem(
            name,
            "It answers with HTTP 400: the host name that arrives is not one of ours.",
            "Let the proxy hand on the Host header, or name that host in ALLOWED_HOSTS.",
        )
    with suppress(ValueError):
        if answer.status == 200 and json.loads(answer.body).get("alive") is True:
            return ok(name, f"The studio answers at {settings.PUBLIC_URL}.")
    return problem(
        name,
        f"Something else than the studio answers there (HTTP {answer.status}).",
        "Let the proxy lead to the web process, and PUBLIC_URL to the proxy.",
    )
