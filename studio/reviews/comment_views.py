"""Saying something at a frame, and saying that nothing is left to do about it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role, User
from studio.reviews import answers
from studio.reviews.forms import CommentForm
from studio.reviews.models import Comment
from studio.reviews.remarks import may_resolve
from studio.reviews.views import VERSIONS

COMMENT_FORM = "reviews/comment_form.html"


@login_required
@require_POST
def comment_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a comment at a frame."""
    version = fetch(request, VERSIONS.all(), pk, at_least=Role.CREATOR)
    form = CommentForm(request.POST, version=version)
    if not form.is_valid():
        if answers.is_partial(request):
            return answers.form_part(
                request, COMMENT_FORM, {"comment_form": form, "version": version}
            )
        return answers.page(request, version, comment_form=form, status=422)
    said = form.cleaned_data
    comment = Comment.objects.create(
        version=version,
        author=cast(User, request.user),
        frame=said["frame"],
        last_frame=said["last_frame"],
        text=said["text"],
    )
    if answers.is_partial(request):
        return answers.parts(request, version, event=answers.COMMENTED)
    return answers.back(version, comment=comment)


@login_required
@require_POST
def comment_resolve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nothing is left to do about it."""
    comment = _to_resolve(request, pk)
    comment.resolve(by=cast(User, request.user))
    return _after(request, comment)


@login_required
@require_POST
def comment_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Something is left to do after all."""
    comment = _to_resolve(request, pk)
    comment.reopen()
    return _after(request, comment)


@login_required
@require_POST
def comment_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hide one's own comment."""
    comment = _fetch(request, pk)
    if comment.author_id != cast(User, request.user).pk:
        raise PermissionDenied("Only the person who made a comment can take it back.")
    comment.take_back()
    return _after(request, comment)


def _fetch(request: HttpRequest, pk: UUID) -> Comment:
    comments = Comment.objects.standing().select_related("version__clip__project__organisation")
    return fetch(request, comments, pk)


def _to_resolve(request: HttpRequest, pk: UUID) -> Comment:
    comment = _fetch(request, pk)
    if not may_resolve(comment, cast(MemberRequest, request).member):
        raise PermissionDenied("Approvers, and the person who made a comment, can resolve it.")
    return comment


def _after(request: HttpRequest, comment: Comment) -> HttpResponse:
    version = fetch(request, VERSIONS.all(), comment.version_id)
    if answers.is_partial(request):
        return answers.parts(request, version)
    return answers.back(version, comment=None if comment.removed_at else comment)
