"""What a person with evidence says about a job whose end the machine cannot know."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from jobs import costs, job_page, paying_again, settling
from jobs.forms import EXISTS, GONE, NOT_BILLED, PayAgainForm, SettleForm
from jobs.models import AvatarJob
from jobs.sentences import sentence
from studio.organisations.access import fetch
from studio.organisations.models import Role, User


@login_required
@require_POST
def job_settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It exists, under this id (an admin's word); or it does not, or was not billed (an approver
    releases the money)."""
    finding = request.POST.get("finding", "")
    needed = Role.ADMIN if finding == EXISTS else Role.APPROVER
    found = fetch(request, job_page.JOBS.all(), pk, at_least=needed)
    if finding not in _ACTS:
        return HttpResponseBadRequest("Say whether the job exists at the engine or not.")
    form = SettleForm(request.POST, finding=finding, known_handle=found.handle)
    if form.is_valid():
        try:
            _ACTS[finding](found, form, cast(User, request.user))
        except settling.NotSettled as refusal:
            form.add_error(None, refusal.sentence)
        else:
            line = sentence(found, timezone.now())
            messages.success(request, f"{found} is settled: {line}")
            return redirect("job", found.pk)
    return job_page.show(request, found, returned=form, status=422)


@login_required
@require_POST
def job_pay_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Order the same once more at the price that the button named; leads to the new job.

    However many people press it, there is one new job, and all of them are led to it.
    """
    lost = fetch(request, job_page.JOBS.all(), pk, at_least=Role.APPROVER)
    form = PayAgainForm(request.POST)
    person = cast(User, request.user)
    if form.is_valid() and not (refusal := _other_price(lost, form)):
        try:
            new = settling.pay_again(lost, by=person)
        except settling.NotSettled as problem:
            refusal = problem.sentence
        else:
            messages.success(request, _ordered(new, lost, person))
            return redirect("job", new.pk)
    if form.is_valid():
        form.add_error(None, refusal)
    return job_page.show(request, lost, returned=form, status=422)


def _exists(job: AvatarJob, form: SettleForm, by: User) -> None:
    said = form.cleaned_data
    settling.it_exists(job, handle=said["handle"], by=by, evidence=said["evidence"])


def _gone(job: AvatarJob, form: SettleForm, by: User) -> None:
    settling.it_does_not_exist(job, by=by, evidence=form.cleaned_data["evidence"])


def _not_billed(job: AvatarJob, form: SettleForm, by: User) -> None:
    settling.not_billed(job, by=by, evidence=form.cleaned_data["evidence"])


_ACTS: dict[str, Callable[[AvatarJob, SettleForm, User], None]] = {
    EXISTS: _exists,
    GONE: _gone,
    NOT_BILLED: _not_billed,
}


def _other_price(lost: AvatarJob, form: PayAgainForm) -> str:
    """Why the price on the button is not what it costs now; empty if it is.

    Once it was ordered, the second person is led to that job whatever the price says.
    """
    now, named = paying_again.price_again(lost), form.cleaned_data["price"]
    if now is None or now.amount == named or hasattr(lost, "replaced_by"):
        return ""
    return (
        f"This costs {costs.show(now.amount, now.currency)} now, not "
        f"{costs.show(named, now.currency)}: look again before you pay."
    )


def _ordered(new: AvatarJob, lost: AvatarJob, person: User) -> str:
    if new.requested_by_id != person.pk:
        who = new.requested_by.name
        return f"{who} had ordered v{new.number} in place of v{lost.number} a moment before."
    held = costs.show(new.price_amount, new.currency)
    return (
        f"v{new.number} is ordered in place of v{lost.number}; {held} is held for it. "
        f"v{lost.number} still waits for somebody to find out whether it was paid."
    )
