"""What the room's pages answer: the whole page, or the parts that htmx puts in their places."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jobs import costs, registry
from jobs.models import Version
from studio.organisations.access import MemberRequest
from studio.reviews.forms import CommentForm, DecisionForm
from studio.reviews.models import Comment, Verdict
from studio.reviews.room import room_of

#: How often an open page asks whether anything was said or decided.
LIVE_SECONDS = 4
#: Events for static/js/pages/review.js.
COMMENTED = "comment-kept"
DECIDED = "decision-made"


def page(
    request: HttpRequest,
    version: Version,
    *,
    comment_form: CommentForm | None = None,
    decision_form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The review page, with any form that came back with errors."""
    frame = frame_asked(request, version)
    context = _context(request, version) | {
        "frame": frame,
        "comment_form": comment_form or CommentForm(version=version, initial={"frame": frame}),
        "decision_form": decision_form or blank_decision(version),
        "decision_open": decision_form is not None or "decide" in request.GET,
    }
    return render(request, "reviews/review.html", context, status=status)


def parts(request: HttpRequest, version: Version, *, event: str = "") -> HttpResponse:
    """Comments, marks and decision bar as they are now; `event` is fired at the asking element."""
    context = _context(request, version) | {"oob": True}
    if event == DECIDED:
        context["decision_form"] = blank_decision(version)
    answer = render(request, "reviews/answer.html", context)
    if event:
        answer["HX-Trigger-After-Settle"] = event
    return answer


def live(request: HttpRequest, version: Version) -> HttpResponse:
    """The same, for the part that follows the room by itself."""
    return render(request, "reviews/live_answer.html", _context(request, version))


def form_part(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A form that came back with errors, in its place; nothing typed is lost."""
    return render(request, template, context | {"oob": True}, status=422)


def back(version: Version, *, comment: Comment | None = None) -> HttpResponse:
    """Back to the page after a plain post, at the comment's frame."""
    address = reverse("review", args=[version.pk])
    if comment is not None:
        address += f"?{urlencode({'frame': comment.frame})}#comment-{comment.pk}"
    return redirect(address)


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks."""
    return bool(cast(MemberRequest, request).htmx)


def blank_decision(version: Version) -> DecisionForm:
    """The decision form before anything was written into it."""
    return DecisionForm(
        initial={"verdict": Verdict.REQUEST_CHANGES.value, "sha256": version.sha256}
    )


def frame_asked(request: HttpRequest, version: Version) -> int:
    """The frame of `?frame=N`, kept within the version; 0 where it makes no sense."""
    asked = request.GET.get("frame", "")
    return min(int(asked), version.frames - 1) if asked.isdecimal() and len(asked) < 10 else 0


def _context(request: HttpRequest, version: Version) -> dict[str, Any]:
    job = version.job
    return {
        "room": room_of(version, cast(MemberRequest, request).member),
        "version": version,
        "job": job,
        "clip": version.clip,
        "project": version.clip.project,
        "model_label": registry.model_label(job.engine_model),
        "price": costs.show(job.price_amount, job.currency),
        "live_seconds": LIVE_SECONDS,
        "place": "projects",
    }
