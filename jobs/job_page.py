"""The page of one attempt: what happened, what it cost, what a person may do about it."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jobs import cancelling, costs, history, paying_again, registry, standstill
from jobs.evidence import evidence_of
from jobs.forms import EXISTS, GONE, NOT_BILLED, PayAgainForm, SettleForm
from jobs.models import AvatarJob, Priority, State
from jobs.models.state import UNSETTLED
from jobs.outlook import outlook
from jobs.sentences import tone
from studio.organisations.access import MemberRequest
from studio.organisations.models import Member, Role

JOBS = AvatarJob.objects.select_related(
    "clip__project__organisation", "look__character", "take", "requested_by", "based_on", "version",
    "replaces", "replaced_by__requested_by",
)  # fmt: skip


def show(
    request: HttpRequest, job: AvatarJob, *, returned: Form | None = None, status: int = 200
) -> HttpResponse:
    """The page, or its live part where htmx asks; `returned` is a form that was refused."""
    member = cast(MemberRequest, request).member
    halted = standstill.context_of(standstill.of_project(job.project), request.GET.get("halt"))
    context = _facts(job, member) | _actions(job, member) | halted
    if (job.is_unsettled or job.failure_is_billed or job.is_silent) and member.may(Role.APPROVER):
        context |= _settling(job, member, returned)
    if not getattr(request, "htmx", False):
        return render(request, "jobs/job.html", context, status=status)
    answer = render(request, "jobs/job.html#live", context, status=status)
    if request.GET.get("seen") in UNSETTLED and not job.is_unsettled:
        answer["HX-Refresh"] = "true"  # what stands below the live part is not true any more
    return answer


def _facts(job: AvatarJob, member: Member) -> dict[str, Any]:
    """What everybody who sees the job reads."""
    prospects = outlook([job], timezone.now())
    return {
        "job": job,
        "version": getattr(job, "version", None),
        "replaced_by": getattr(job, "replaced_by", None),
        "sentence": prospects.sentence(job),
        "is_followed": job.is_active or (job.state == State.UNKNOWN and job.next_at is not None),
        "notice_level": {"bad": "stop", "good": "good", "info": "note"}.get(tone(job), "warn"),
        "steps": history.steps_of(job),
        "money": history.money_of(job),
        "price": costs.show(job.price_amount, job.currency),
        "rate": f"{job.rate_amount.normalize():f}",
        "model_label": registry.model_label(job.engine_model),
        "account_label": standstill.label_of(job.account),
        "is_admin": member.may(Role.ADMIN),
        "is_sandbox": job.account == registry.SANDBOX,
        "place": "projects",
    }


def _actions(job: AvatarJob, member: Member) -> dict[str, Any]:
    """What the member may do about the job besides settling it."""
    may_make = member.may(Role.CREATOR)
    return {
        "may_make": may_make,
        "may_cancel": may_make and cancelling.can_cancel(job),
        "may_stop_waiting": may_make and cancelling.can_stop_waiting(job),
        "priorities": priorities_for(job, member),
    }


def priorities_for(job: AvatarJob, member: Member) -> list[Priority]:
    """The priorities that the member may give the job now; none once it was sent.

    Urgent is an approver's word: to give, and to take back.
    """
    if job.state != State.QUEUED or not member.may(Role.CREATOR):
        return []
    if member.may(Role.APPROVER):
        return list(Priority)
    return [] if job.priority == Priority.URGENT else [Priority.NORMAL, Priority.CAN_WAIT]


def _settling(job: AvatarJob, member: Member, returned: Form | None) -> dict[str, Any]:
    """The evidence, and the acts that the member may choose from."""
    again = paying_again.price_again(job)
    given = getattr(returned, "finding", "")
    forms = {
        finding: returned if given == finding else SettleForm(finding=finding, known_handle=handle)
        for finding, handle in ((EXISTS, job.handle), (GONE, ""), (NOT_BILLED, ""))
    }
    is_refused = isinstance(returned, PayAgainForm)
    return {
        "may_settle": job.is_unsettled,
        "may_give_back": job.is_silent
        or (job.state in (State.FAILED, State.CANCELLED) and job.failure_is_billed),
        "evidence": evidence_of(job),
        "forms": forms,
        "again": again,
        "again_price": costs.show(again.amount, again.currency) if again else "",
        "again_form": returned if is_refused else PayAgainForm(),
        "left": _left(job),
    }


def _left(job: AvatarJob) -> str:
    left = costs.left_of(job.project)
    return "" if left is None else costs.show(left, settings.CURRENCY)
