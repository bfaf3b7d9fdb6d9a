"""What a guest's pages answer: the whole page, or the parts that htmx puts in their places."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jobs.models import Version
from studio.reviews import guest_guessing
from studio.reviews.answers import COMMENTED, frame_asked, is_partial
from studio.reviews.asking import id_asked
from studio.reviews.guest_access import Visit
from studio.reviews.guest_forms import GuestCommentForm, GuestDecisionForm
from studio.reviews.guest_page import context_of
from studio.reviews.guest_saying import own_comment
from studio.reviews.models import Comment
from studio.reviews.saying_forms import SayingForm


def page(
    request: HttpRequest, visit: Visit, version: Version, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The whole page, with any form that came back with errors."""
    frame = frame_asked(request, version)
    context = context_of(visit, version, frame) | {
        "comment_form": _form_asked(request, visit, version, frame),
        "decision_form": GuestDecisionForm(initial={"sha256": version.sha256}),
    }
    return render(request, "guests/version.html", context | forms, status=status)


def parts(
    request: HttpRequest, visit: Visit, version: Version, *, is_said: bool = False
) -> HttpResponse:
    """What others and the guest said and decided, as it is now, for an act of the guest."""
    context = context_of(visit, version, 0) | {"oob": True}
    answer = render(request, "guests/live_answer.html", context)
    if is_said:
        answer["HX-Trigger-After-Settle"] = COMMENTED
    return answer


def live(request: HttpRequest, visit: Visit, version: Version) -> HttpResponse:
    """The same for the part that follows the page by itself."""
    return render(request, "guests/live_answer.html", context_of(visit, version, 0))


def not_said(
    request: HttpRequest, visit: Visit, version: Version, form: SayingForm
) -> HttpResponse:
    """The form came back with its errors, and with all that was typed."""
    if not is_partial(request):
        return page(request, visit, version, comment_form=form, status=422)
    context = context_of(visit, version, 0) | {"comment_form": form, "oob": True}
    return render(request, "guests/comment_form.html", context, status=422)


def back(visit: Visit, version: Version, comment: Comment | None = None) -> HttpResponse:
    """Back to the page after a plain post, at the comment's frame."""
    address = visit.address("guest_version", version.pk)
    if comment is not None:
        address += f"?{urlencode({'frame': comment.frame})}#comment-{comment.pk}"
    return redirect(address)


def must(allowed: bool, visit: Visit, form: SayingForm | GuestDecisionForm, why_not: str) -> None:
    """Refuse what the link does not allow, and what comes faster than people write."""
    if not allowed:
        form.add_error(None, why_not)
    elif not guest_guessing.may_speak(visit.guest.pk):
        form.add_error(None, "That was a lot at once. Wait a quarter of an hour, then go on.")


def _form_asked(request: HttpRequest, visit: Visit, version: Version, frame: int) -> SayingForm:
    """The form for `?edit=` or `?reply=`, which are plain links, or else for a new comment."""
    pk = id_asked(request, "edit")
    said = own_comment(visit, pk) if pk else None
    if said is not None and said.version_id == version.pk:
        return SayingForm(footage=version, changes=said)
    initial = {"frame": frame, "parent": id_asked(request, "reply")}
    return GuestCommentForm(footage=version, link=visit.link, initial=initial)
