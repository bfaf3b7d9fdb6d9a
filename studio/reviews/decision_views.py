"""Deciding on a version, and taking one's own decision back."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from jobs.models import Version
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role, User
from studio.reviews import answers, deciding
from studio.reviews.forms import DecisionForm
from studio.reviews.models import Decision, Verdict
from studio.reviews.standing import status_of
from studio.reviews.views import VERSIONS

DECISION_FORM = "reviews/decision_form.html"


@login_required
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a verdict. Who may is asked with the version locked, so that the answer is true."""
    version = fetch(request, VERSIONS.all(), pk)
    form = DecisionForm(request.POST, version_number=version.number)
    if form.is_valid() and _decide(version, form, by=cast(User, request.user)):
        verdict = Verdict(form.cleaned_data["verdict"])
        messages.success(request, _said(verdict, status_of([version])[version.pk].sentence))
        return _after(request, version, event=answers.DECIDED)
    if answers.is_partial(request):
        return _form_again(request, version, form)
    if not cast(MemberRequest, request).member.may(Role.APPROVER):
        # The page has no form any more that could say it.
        for sentence in form.non_field_errors():
            messages.error(request, str(sentence))
    return answers.page(request, version, decision_form=form, status=422)


@login_required
@require_POST
def decision_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back one's own decision, which stays visible as withdrawn."""
    decision = Decision.objects.select_related("version").filter(pk=pk).first()
    if decision is None:
        raise Http404
    version = fetch(request, VERSIONS.all(), decision.version_id)
    try:
        deciding.withdraw(decision=decision, by=cast(User, request.user))
    except deciding.NotDecided as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Your decision is withdrawn. You can decide again.")
    return _after(request, version, event=answers.WITHDRAWN)


_DONE = {
    Verdict.APPROVE: "Approved",
    Verdict.APPROVE_WITH_CHANGES: "Approved with changes",
    Verdict.REQUEST_CHANGES: "Changes asked",
    Verdict.REJECT: "Rejected",
}


def _said(verdict: Verdict, sentence: str) -> str:
    """What was decided, and where the version stands now; once, where both are the same."""
    done = _DONE[verdict]
    return f"{sentence}." if sentence.startswith(done) else f"{done}. {sentence}."


def _decide(version: Version, form: DecisionForm, *, by: User) -> bool:
    said = form.cleaned_data
    try:
        deciding.decide(
            version=version,
            by=by,
            verdict=said["verdict"],
            reason=said["reason"],
            seen_sha256=said["sha256"],
            seen_stage=said["stage"],
            seen_rule=said["rule"],
        )
    except deciding.NotDecided as refusal:
        form.add_error(refusal.field or None, refusal.sentence)
        return False
    return True


def _form_again(request: HttpRequest, version: Version, form: DecisionForm) -> HttpResponse:
    """The form with its sentence, and stage and rule as they are now."""
    context = answers.context_of(request, version) | {"decision_form": form}
    return answers.form_part(request, DECISION_FORM, context)


def _after(request: HttpRequest, version: Version, *, event: str) -> HttpResponse:
    if answers.is_partial(request):
        return answers.parts(request, version, event=event)
    return answers.back(version)
