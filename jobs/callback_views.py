"""Where engines call. The signature is the login."""

from __future__ import annotations

import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jobs import callbacks
from jobs.engines.base import NotFromTheEngine

log = logging.getLogger(__name__)

LONGEST_BODY_BYTES = 100_000


@csrf_exempt
@require_POST
def callback(request: HttpRequest, account: str, pk: UUID) -> HttpResponse:
    """A message of an engine about one job: 200 for every true one, new or repeated."""
    body = request.read(LONGEST_BODY_BYTES + 1)
    if len(body) > LONGEST_BODY_BYTES:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        callbacks.receive(account, pk, headers, body)
    except NotFromTheEngine as refusal:
        # The reason is for the operator: a forger learns nothing from it.
        log.warning("A callback for job %s by %s was refused: %s", pk, account, refusal)
        return HttpResponse(status=401)
    return HttpResponse(status=200)
