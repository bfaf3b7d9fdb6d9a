"""What we check and why: generated from the checks themselves."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assets.preflight import catalogue
from assets.preflight.audio import spoken_seconds
from assets.preflight.finding import spoken_megabytes, spoken_types
from jobs import registry
from studio.organisations.access import MemberRequest, in_organisation
from studio.organisations.models import Organisation


@require_safe
@in_organisation()
def checks_page(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """Every check with its level, reason, measure and source, and what the engines take."""
    context = {
        "organisation": organisation,
        "groups": [
            {"owner": owner, "title": title, "checks": catalogue.of(owner)}
            for owner, title in catalogue.OWNERS
        ],
        "limits": [_limits(one.name, one.label) for one in registry.accounts_for(organisation)],
        "place": "projects",
    }
    return render(request, "storyboard/checks.html", context)


def _limits(account: str, label: str) -> dict[str, Any]:
    """What one engine account takes, in words."""
    limits = registry.engine(account).capabilities.limits
    return {
        "label": label,
        "image": f"{spoken_types(limits.image_types)}, up to "
        f"{spoken_megabytes(limits.image_max_bytes)}, both sides {limits.image_min_side} px or "
        f"more, 1:{limits.image_max_ratio:g} at most",
        "audio": f"{spoken_types(limits.audio_types)}, up to "
        f"{spoken_megabytes(limits.audio_max_bytes)}, {spoken_seconds(limits.audio_min_seconds)} "
        f"to {spoken_seconds(limits.audio_max_seconds)}",
        "prompt": f"1 to {limits.prompt_max_characters:,} characters",
    }
