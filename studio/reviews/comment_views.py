"""Saying something at a frame, saying it better, and saying that nothing is left to do."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from jobs.models import Animatic, Version
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role, User
from studio.reviews import answers, resting
from studio.reviews.footage import addresses_of
from studio.reviews.forms import CommentForm, SortForm, WordsForm
from studio.reviews.mentions import offered
from studio.reviews.models import Comment
from studio.reviews.remarks import may_resolve, may_sort
from studio.reviews.saying import change, say
from studio.reviews.views import ANIMATICS, VERSIONS

COMMENT_FORM = "reviews/comment_form.html"


@login_required
@require_POST
def comment_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a comment at a frame of a version."""
    return _say(request, fetch(request, VERSIONS.all(), pk, at_least=Role.CREATOR))


@login_required
@require_POST
def animatic_comment_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a comment at a frame of an animatic, once it can be watched."""
    animatic = fetch(request, ANIMATICS.all(), pk, at_least=Role.CREATOR)
    if not animatic.is_ready:
        raise PermissionDenied(f"There is nothing to see in the {animatic.name}: it has no frames.")
    return _say(request, animatic)


@login_required
@require_POST
def comment_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put one's own comment in other words; the earlier ones stay readable."""
    comment = _own(request, pk, "Only the person who made a comment can change it.")
    footage = _footage_of(request, comment)
    form = WordsForm(request.POST, footage=footage, changes=comment)
    resting.refuse(form, footage)
    if not form.is_valid():
        return _not_said(request, footage, form)
    change(comment, form.words())
    return _after(request, comment, event=answers.COMMENTED)


@login_required
@require_POST
def comment_sort(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which input can cure what a guest sees: the editor shows it beside that input then."""
    comment = _fetch(request, pk)
    if not may_sort(comment, cast(MemberRequest, request).member):
        raise PermissionDenied("Creators and approvers sort the comments of guests, no others.")
    form = SortForm(request.POST)
    if form.is_valid() and not resting.is_refused(request, comment.footage):
        comment.sort(form.cleaned_data["category"])
    return _after(request, comment)


@login_required
@require_safe
def version_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whom `?q=` may mean, for the list that opens after an @."""
    return _people(request, fetch(request, VERSIONS.all(), pk, at_least=Role.CREATOR))


@login_required
@require_safe
def animatic_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same in the room of an animatic."""
    return _people(request, fetch(request, ANIMATICS.all(), pk, at_least=Role.CREATOR))


@login_required
@require_POST
def comment_resolve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nothing is left to do about it."""
    comment = _to_resolve(request, pk)
    if not resting.is_refused(request, comment.footage):
        comment.resolve(by=cast(User, request.user))
    return _after(request, comment)


@login_required
@require_POST
def comment_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Something is left to do after all."""
    comment = _to_resolve(request, pk)
    if not resting.is_refused(request, comment.footage):
        comment.reopen()
    return _after(request, comment)


@login_required
@require_POST
def comment_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hide one's own comment."""
    comment = _own(request, pk, "Only the person who made a comment can take it back.")
    if not resting.is_refused(request, comment.footage):
        comment.take_back()
    return _after(request, comment)


def _say(request: HttpRequest, footage: Version | Animatic) -> HttpResponse:
    form = CommentForm(request.POST, footage=footage)
    resting.refuse(form, footage)
    if not form.is_valid():
        return _not_said(request, footage, form)
    comment = say(
        footage=footage,
        by=cast(User, request.user),
        place=form.place(),
        words=form.words(),
        drawing=form.cleaned_data["drawing"],
        sent_key=form.cleaned_data["key"],
    )
    if answers.is_partial(request):
        return answers.parts(request, footage, event=answers.COMMENTED)
    return answers.back(footage, comment=comment)


def _not_said(request: HttpRequest, footage: Version | Animatic, form: WordsForm) -> HttpResponse:
    if answers.is_partial(request):
        room = {"addresses": addresses_of(footage)}
        context = {"comment_form": form, "footage": footage, "room": room}
        return answers.form_part(request, COMMENT_FORM, context)
    if isinstance(footage, Animatic):
        return answers.animatic_page(request, footage, comment_form=form, status=422)
    return answers.page(request, footage, comment_form=form, status=422)


def _fetch(request: HttpRequest, pk: UUID) -> Comment:
    comments = Comment.objects.standing().select_related(
        "parent", "version__clip__project__organisation", "animatic__clip__project__organisation"
    )
    return fetch(request, comments, pk)


def _own(request: HttpRequest, pk: UUID, refusal: str) -> Comment:
    comment = _fetch(request, pk)
    if comment.author_id != cast(User, request.user).pk:
        raise PermissionDenied(refusal)
    return comment


def _to_resolve(request: HttpRequest, pk: UUID) -> Comment:
    comment = _fetch(request, pk)
    if not may_resolve(comment, cast(MemberRequest, request).member):
        raise PermissionDenied("Approvers, and the person who made a comment, can resolve it.")
    if comment.parent_id is not None:
        raise PermissionDenied("A thread is resolved as a whole, at its first comment.")
    return comment


def _footage_of(request: HttpRequest, comment: Comment) -> Version | Animatic:
    if comment.version_id:
        return fetch(request, VERSIONS.all(), comment.version_id)
    return fetch(request, ANIMATICS.all(), comment.footage.pk)


def _after(request: HttpRequest, comment: Comment, *, event: str = "") -> HttpResponse:
    footage = _footage_of(request, comment)
    if answers.is_partial(request):
        return answers.parts(request, footage, event=event)
    return answers.back(footage, comment=None if comment.removed_at else comment)


def _people(request: HttpRequest, footage: Version | Animatic) -> HttpResponse:
    return JsonResponse({"people": offered(footage.clip.project, request.GET.get("q", ""))})
