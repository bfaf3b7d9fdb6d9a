"""What the room's pages answer: the whole page, or the parts that htmx puts in their places."""

from __future__ import annotations

from typing import Any, NamedTuple, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jobs import costs, registry
from jobs.models import Animatic, Version
from studio.organisations.access import MemberRequest
from studio.organisations.models import Role
from studio.reviews.animatic_room import animatic_room_of
from studio.reviews.asking import form_asked
from studio.reviews.desks import awaiting, place_of
from studio.reviews.drafted import animatic_beside, inputs_of
from studio.reviews.footage import addresses_of
from studio.reviews.forms import CURES, DecisionForm, WordsForm
from studio.reviews.models import Comment, Verdict
from studio.reviews.room import Room, room_of
from studio.reviews.table import table_of

#: How often an open page asks whether anything was said or decided.
LIVE_SECONDS = 4
#: What the list of comments can be narrowed to, with `?comments=`.
SHOWN = ("all", "open", "mine")
#: Events for static/js/pages/review.js.
COMMENTED = "comment-kept"
DECIDED = "decision-made"
WITHDRAWN = "decision-withdrawn"


class Neighbours(NamedTuple):
    """What else waits for a decision: the one before and the one after."""

    before: UUID | None
    after: UUID | None


def page(
    request: HttpRequest,
    version: Version,
    *,
    comment_form: WordsForm | None = None,
    decision_form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The review page, with any form that came back with errors."""
    frame = frame_asked(request, version)
    context = context_of(request, version)
    asks = "decide" in request.GET and context["room"].may_decide
    context |= {
        "frame": frame,
        "shows": _shows(request),
        "comment_form": comment_form or form_asked(request, version, frame),
        "decision_form": decision_form or blank_decision(version),
        **_drafted(version),
        "decision_open": decision_form is not None or asks,
    }
    return render(request, "reviews/review.html", context, status=status)


def _drafted(version: Version) -> dict[str, Any]:
    animatic = animatic_beside(version)
    is_same = animatic is not None and animatic.inputs_sha256 == inputs_of(version)
    return {"animatic": animatic, "is_drafted_alike": is_same}


def animatic_page(
    request: HttpRequest,
    animatic: Animatic,
    *,
    comment_form: WordsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The same of an animatic: nobody decides on it."""
    frame = frame_asked(request, animatic)
    context = context_of(request, animatic) | {
        "frame": frame,
        "shows": _shows(request),
        "comment_form": comment_form or form_asked(request, animatic, frame),
    }
    return render(request, "reviews/animatic.html", context, status=status)


def parts(request: HttpRequest, footage: Version | Animatic, *, event: str = "") -> HttpResponse:
    """Comments, marks and decision bar as they are now; `event` is fired at the asking element."""
    context = context_of(request, footage) | {"oob": True}
    if event in (DECIDED, WITHDRAWN) and isinstance(footage, Version):
        context["decision_form"] = blank_decision(footage)
    answer = render(request, "reviews/answer.html", context)
    if event:
        answer["HX-Trigger-After-Settle"] = event
    return answer


def live(request: HttpRequest, footage: Version | Animatic) -> HttpResponse:
    """The same, for the part that follows the room by itself."""
    return render(request, "reviews/live_answer.html", context_of(request, footage))


def form_part(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A form that came back with errors, in its place; nothing typed is lost."""
    return render(request, template, context | {"oob": True}, status=422)


def back(footage: Version | Animatic, *, comment: Comment | None = None) -> HttpResponse:
    """Back to the page after a plain post, at the comment's frame."""
    address = addresses_of(footage).room
    if comment is not None:
        address += f"?{urlencode({'frame': comment.frame})}#comment-{comment.pk}"
    return redirect(address)


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks."""
    return bool(cast(MemberRequest, request).htmx)


def blank_decision(version: Version) -> DecisionForm:
    """The decision form before anything was written into it."""
    return DecisionForm(
        version_number=version.number,
        initial={"verdict": Verdict.REQUEST_CHANGES.value, "sha256": version.sha256},
    )


def neighbours(request: MemberRequest, version: Version, room: Room) -> Neighbours | None:
    """The versions before and after this one that wait for the member's decision too.

    For somebody who decides one after the other: what is decided keeps its place among them. None
    where nothing else waits.
    """
    member = request.member
    if not member.may(Role.APPROVER):
        return None
    known = {one.version.pk: one.status for one in room.versions}
    waiting = awaiting(member.user, member.organisation, known)
    request.awaiting_ids = list(waiting)  # the frame of the page counts them again
    here = waiting.pop(version.pk, None) or place_of(member.user, version, room.status)
    before = [pk for pk, one in waiting.items() if one <= here]
    after = [pk for pk, one in waiting.items() if one > here]
    if not waiting:
        return None
    return Neighbours(before[-1] if before else None, after[0] if after else None)


def frame_asked(request: HttpRequest, footage: Version | Animatic) -> int:
    """The frame of `?frame=N`, kept within the footage; 0 where it makes no sense."""
    asked = request.GET.get("frame", "")
    if not (asked.isdecimal() and len(asked) < 10):
        return 0
    return max(0, min(int(asked), footage.frames - 1))


def _shows(request: HttpRequest) -> str:
    asked = request.GET.get("comments", "")
    return asked if asked in SHOWN else "all"


def context_of(request: HttpRequest, footage: Version | Animatic) -> dict[str, Any]:
    """What the room's templates need, whole page or part."""
    member = cast(MemberRequest, request).member
    shared = {
        "footage": footage,
        "clip": footage.clip,
        "project": footage.clip.project,
        "live_seconds": LIVE_SECONDS,
        "cures": CURES,
        "place": "projects",
    }
    if isinstance(footage, Animatic):
        return shared | {"room": animatic_room_of(footage, member), "animatic": footage}
    job = footage.job
    room = room_of(footage, member)
    return shared | {
        "room": room,
        "on_desk": neighbours(cast(MemberRequest, request), footage, room),
        "table": table_of(footage, member, room.status, room.decisions),
        "version": footage,
        "job": job,
        "model_label": registry.model_label(job.engine_model),
        "price": costs.show(job.price_amount, job.currency),
    }
