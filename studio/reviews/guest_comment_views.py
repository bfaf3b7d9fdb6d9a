"""A guest says something at a frame, answers, says it in other words, or takes it back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from jobs.models import Version
from studio.reviews import guest_answers as answers
from studio.reviews.answers import is_partial
from studio.reviews.guest_access import Visit, for_guests
from studio.reviews.guest_forms import GuestCommentForm
from studio.reviews.guest_saying import guest_changes, guest_says, guest_takes_back, own_comment
from studio.reviews.models import Comment
from studio.reviews.saying_forms import SayingForm

ONLY_LOOKING = "This link is for looking only."


@require_POST
@for_guests
def guest_comment_new(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """Keep what a guest says at a frame, or in answer; members see it at once."""
    version = visit.version(pk)
    form = GuestCommentForm(request.POST, footage=version, link=visit.link)
    answers.must(visit.link.may_comment, visit, form, ONLY_LOOKING)
    if not form.is_valid():
        return answers.not_said(request, visit, version, form)
    comment = guest_says(
        visit=visit,
        version=version,
        place=form.place(),
        text=form.cleaned_data["text"],
        drawing=form.cleaned_data["drawing"],
        sent_key=form.cleaned_data["key"],
    )
    return _after(request, visit, version, comment)


@require_POST
@for_guests
def guest_comment_edit(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """Put the guest's own comment in other words; members read the earlier ones as well."""
    comment, version = _own(visit, pk)
    form = SayingForm(request.POST, footage=version, changes=comment)
    answers.must(visit.link.may_comment, visit, form, ONLY_LOOKING)
    if not form.is_valid():
        return answers.not_said(request, visit, version, form)
    guest_changes(visit=visit, comment=comment, text=form.cleaned_data["text"])
    return _after(request, visit, version, comment)


@require_POST
@for_guests
def guest_comment_take_back(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """Hide the guest's own comment."""
    comment, version = _own(visit, pk)
    guest_takes_back(visit=visit, comment=comment)
    if is_partial(request):
        return answers.parts(request, visit, version)
    return answers.back(visit, version)


def _own(visit: Visit, pk: UUID) -> tuple[Comment, Version]:
    comment = own_comment(visit, pk)
    if comment is None or comment.version_id is None:
        raise Http404
    return comment, visit.version(comment.version_id)


def _after(request: HttpRequest, visit: Visit, version: Version, comment: Comment) -> HttpResponse:
    if is_partial(request):
        return answers.parts(request, visit, version, is_said=True)
    return answers.back(visit, version, comment)
