"""What happened to a job, and the things a person may do about it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from jobs import cancelling, costs, history, registry, settling
from jobs.forms import EXISTS, GONE, SettleForm
from jobs.models import AvatarJob
from jobs.sentences import sentence, tone
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role, User

_JOBS = AvatarJob.objects.select_related(
    "clip__project__organisation", "look__character", "take", "requested_by", "based_on", "version"
)


@login_required
@require_safe
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about one attempt; the live part alone when htmx asks."""
    found = fetch(request, _JOBS.all(), pk)
    return _page(request, found)


@login_required
@require_POST
def job_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel what was surely not sent; leads back to `next`, or to what happened."""
    found = fetch(request, _JOBS.all(), pk, at_least=Role.CREATOR)
    try:
        cancelling.cancel(found, by=cast(User, request.user))
    except cancelling.NotCancelled as refusal:
        messages.error(request, f"{refusal.sentence} What became of it is on this page.")
        return redirect("job", found.pk)
    messages.success(request, f"{found}: {sentence(found, timezone.now())}")
    return redirect(_wanted(request) or reverse("job", args=[found.pk]))


@login_required
@require_POST
def job_settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An admin's evidence about a job whose end the machine cannot know."""
    found = fetch(request, _JOBS.all(), pk, at_least=Role.ADMIN)
    finding = request.POST.get("finding", "")
    if finding not in (EXISTS, GONE):
        return HttpResponseBadRequest("Say whether the job exists at the engine or not.")
    form = SettleForm(request.POST, finding=finding, known_handle=found.handle)
    if form.is_valid() and _settle(found, form, by=cast(User, request.user)):
        messages.success(request, f"{found} is settled: {sentence(found, timezone.now())}")
        return redirect("job", found.pk)
    return _page(request, found, settle=form, status=422)


def _wanted(request: HttpRequest) -> str:
    """The page of this site that asked to be led back to, or nothing."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe else ""


def _settle(job: AvatarJob, form: SettleForm, *, by: User) -> bool:
    said: dict[str, Any] = form.cleaned_data
    try:
        if form.finding == EXISTS:
            settling.it_exists(job, handle=said["handle"], by=by, evidence=said["evidence"])
        else:
            settling.it_does_not_exist(job, by=by, evidence=said["evidence"])
    except settling.NotSettled as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


def _page(
    request: HttpRequest, job: AvatarJob, *, settle: SettleForm | None = None, status: int = 200
) -> HttpResponse:
    member = cast(MemberRequest, request).member
    context = {
        "job": job,
        "version": getattr(job, "version", None),
        "sentence": sentence(job, timezone.now()),
        "notice_level": {"bad": "stop", "good": "good", "info": "note"}.get(tone(job), "warn"),
        "steps": history.steps_of(job),
        "money": history.money_of(job),
        "price": costs.show(job.price_amount, job.currency),
        "rate": f"{job.rate_amount.normalize():f}",
        "model_label": registry.model_label(job.engine_model),
        "may_cancel": cancelling.can_cancel(job) and member.may(Role.CREATOR),
        "may_make": member.may(Role.CREATOR),
        "may_settle": job.is_unsettled and member.may(Role.ADMIN),
        "exists_form": _form(settle, EXISTS, job),
        "gone_form": _form(settle, GONE, job),
        "is_admin": member.may(Role.ADMIN),
        "place": "projects",
    }
    part = "#live" if getattr(request, "htmx", False) else ""
    return render(request, f"jobs/job.html{part}", context, status=status)


def _form(returned: SettleForm | None, finding: str, job: AvatarJob) -> SettleForm:
    """The form that came back with errors, if it is of this finding; else a blank one."""
    if returned is not None and returned.finding == finding:
        return returned
    return SettleForm(finding=finding, known_handle=job.handle)
