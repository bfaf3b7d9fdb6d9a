"""What people do at the table of a version beside deciding: take it out of review and put it
back, be done with it, and look whether old comments are done."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from jobs.models import Version
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role, User
from studio.reviews import answers, locking, looking, resting, verifying
from studio.reviews.desks import desk_address
from studio.reviews.models import Comment, Verified
from studio.reviews.views import VERSIONS


@login_required
@require_POST
def take_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Withdraw the version from review, with a reason; its clip may be changed from then on."""
    version = fetch(request, VERSIONS.all(), pk, at_least=Role.CREATOR)
    reason = request.POST.get("reason", "")[: locking.REASON_CHARACTERS]
    try:
        locking.withdraw_from_review(version=version, by=cast(User, request.user), reason=reason)
    except locking.NotMoved as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request, f"v{version.number} is withdrawn from review. The clip can be changed again."
        )
    return _back(request, version)


@login_required
@require_POST
def put_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a withdrawn version back under review: the decisions given count again."""
    version = fetch(request, VERSIONS.all(), pk, at_least=Role.CREATOR)
    try:
        locking.put_back_under_review(version=version, by=cast(User, request.user))
    except locking.NotMoved as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"v{version.number} is under review again.")
    return _back(request, version)


@login_required
@require_POST
def done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Be done reviewing without deciding: it leaves one's desk and the others see it."""
    version = fetch(request, VERSIONS.all(), pk, at_least=Role.APPROVER)
    is_refused = resting.is_refused(request, version)
    if not is_refused:
        looking.done_looking(version=version, by=cast(User, request.user))
    if request.POST.get("then") == "desk":
        off = None if is_refused else version
        return redirect(desk_address(request, version.organisation, off=off))
    if not is_refused:
        messages.success(request, "It is off your desk. The others see that you have looked.")
    return _after(request, version)


@login_required
@require_POST
def look_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the version back onto one's desk."""
    version = fetch(request, VERSIONS.all(), pk, at_least=Role.APPROVER)
    if not resting.is_refused(request, version):
        looking.look_again(version=version, by=cast(User, request.user))
        messages.success(request, "It is on your desk again.")
    if request.POST.get("then") == "desk":
        return redirect(desk_address(request, version.organisation))
    return _after(request, version)


@login_required
@require_POST
def verify(request: HttpRequest, pk: UUID, comment_pk: UUID) -> HttpResponse:
    """Tick an old comment off on the new version, or open it again there."""
    version = fetch(request, VERSIONS.all(), pk)
    comment = get_object_or_404(Comment, pk=comment_pk, version__clip=version.clip_id)
    verdict = Verified.FIXED if request.POST.get("verdict") == "fixed" else Verified.NOT_FIXED
    try:
        verifying.verify(
            comment=comment,
            version=version,
            by=cast(MemberRequest, request).member,
            verdict=verdict,
        )
    except verifying.NotVerified as refusal:
        messages.error(request, refusal.sentence)
    return _after(request, version)


def _after(request: HttpRequest, version: Version) -> HttpResponse:
    return answers.parts(request, version) if answers.is_partial(request) else _room(version)


def _back(request: HttpRequest, version: Version) -> HttpResponse:
    """To the clip, where the person came from there; else to the room."""
    if request.POST.get("then") == "clip":
        return redirect("clip", version.clip_id)
    return _room(version)


def _room(version: Version) -> HttpResponse:
    return answers.back(version)
