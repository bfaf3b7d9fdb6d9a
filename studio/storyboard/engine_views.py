"""Which engine account pays a project's jobs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jobs import accounts, costs, registry
from jobs.engines.base import Capabilities
from jobs.models import EngineChoice
from studio.engine_accounts import AccountSettings
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role
from studio.projects.models import Project
from studio.storyboard.board import refuse_archived

_PROJECTS = Project.objects.select_related("organisation")
#: What people call the types of sound and picture.
_TYPES = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP", "image/gif": "GIF",
    "image/avif": "AVIF", "audio/mpeg": "MP3", "audio/wav": "WAV", "audio/mp4": "M4A",
    "audio/aac": "AAC", "audio/ogg": "OGG",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One account as a person weighs it."""

    account: AccountSettings
    able: Capabilities
    rates: list[str]
    sounds: str
    pictures: str
    is_default: bool
    pause: str

    @property
    def longest(self) -> str:
        """The longest audio, in words."""
        seconds = round(self.able.limits.audio_max_seconds)
        minutes, rest = divmod(seconds, 60)
        return f"{minutes} min" if minutes and not rest else f"{seconds} s"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_engine(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Choose among the organisation's accounts; what is ordered already stays where it is."""
    project = fetch(request, _PROJECTS, pk, at_least=Role.APPROVER)
    refuse_archived(project)
    allowed = registry.accounts_for(project.organisation)
    form = AccountForm(request.POST or None, allowed=allowed)
    if request.method == "POST" and form.is_valid():
        chosen: str = form.cleaned_data["account"]
        # A project that takes the default follows it when the operator changes it.
        wanted = "" if chosen == registry.default_name() else chosen
        with transaction.atomic():
            project.engine_account = wanted
            project.save(update_fields=["engine_account"])
            EngineChoice.objects.create(project=project, account=wanted, by=request.user)
        label = registry.account_for(project).label
        messages.success(request, f"{label} renders what “{project}” orders from now on.")
        return redirect("storyboard", project.pk)
    context = _context(project, allowed) | {"form": form}
    status = 422 if form.errors else 200
    return render(request, "storyboard/engine.html", context, status=status)


class AccountForm(forms.Form):
    """The account that is chosen, of those that the organisation may use."""

    def __init__(self, data: Any = None, *, allowed: list[AccountSettings]) -> None:
        super().__init__(data)
        self.fields["account"] = forms.ChoiceField(
            choices=[(one.name, one.label) for one in allowed],
            error_messages={
                "required": "Choose an account.",
                "invalid_choice": "Your organisation may not use this account. Choose another.",
            },
        )


def _context(project: Project, allowed: list[AccountSettings]) -> dict[str, Any]:
    current = registry.account_for(project).name
    wanted = project.engine_account
    pauses = {state.name: state.pause_message for state in accounts.paused()}
    return {
        "project": project,
        "choices": [_choice(one, pauses.get(one.name, "")) for one in allowed],
        "current": current,
        "gone": wanted if wanted and wanted != current else "",
        "last": project.engine_choices.select_related("by").last(),
        "place": "projects",
    }


def _choice(account: AccountSettings, pause: str) -> Choice:
    able = registry.engine(account.name).capabilities
    return Choice(
        account=account,
        able=able,
        rates=[
            f"{model.label} {costs.show_rate(model.rate_amount, model.currency)}"
            for model in registry.engine_models(account.name)
        ],
        sounds=_named(able.limits.audio_types),
        pictures=_named(able.limits.image_types),
        is_default=account.name == registry.default_name(),
        pause=pause,
    )


def _named(types: Iterable[str]) -> str:
    return ", ".join(sorted({_TYPES.get(one, one) for one in types}))
