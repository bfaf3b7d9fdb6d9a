"""The clip editor: three inputs side by side, their findings, the price, the button."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assets.models import Look
from jobs import costs, offers, ordering, standstill
from jobs.animatic_views import say_drafted
from jobs.drafts import draft_of
from jobs.models import AvatarJob, Version
from jobs.ordering import AlreadyOrdered, NotOrdered
from studio.clips.models import ChangedMeanwhile, Clip, Held
from studio.organisations.access import MemberRequest, fetch
from studio.organisations.models import Role
from studio.reviews import locking
from studio.reviews.locking import NotMoved
from studio.storyboard import board, editor
from studio.storyboard.forms import ClipForm, OrderForm
from studio.storyboard.meanwhile import who_changed

_CLIPS = Clip.objects.select_related("project__organisation", "look__character", "take", "preset")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def clip_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The editor; a POST saves. `?from=<version>` offers the inputs of that version,
    `?look=<look>` that look (of which something was said meanwhile); neither is saved by that."""
    if request.method == "POST":
        return _saved(request, changeable(request, pk))
    clip = fetch(request, _CLIPS, pk)
    source = source_of(request, clip)
    chosen = editor.inputs_of(clip, source) if source else copy.copy(clip)
    if look := _new_look(request, clip):
        chosen.look = look
    return _page(request, clip, ClipForm(instance=chosen, project=clip.project), source)


@require_POST
@login_required
def clip_offer(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Findings and price for inputs that are not saved yet; writes nothing.

    Of the pictures and takes only those come along that the page does not show yet.
    """
    clip = changeable(request, pk)
    form = _form(request, clip)
    form.is_valid()  # what is valid is on the instance; the rest shows as missing
    chosen = form.instance
    context = editor.offer(request, clip, form, source_of(request, clip)) | {
        "oob": True,
        "new_look": request.POST.get("shown_look", "") != str(chosen.look_id or ""),
        "new_take": request.POST.get("shown_take", "") != str(chosen.take_id or ""),
    }
    return render(request, "storyboard/clip.html#offer_answer", context)


@require_POST
@login_required
def clip_generate(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Save what is in the form and order the version that the button named, at its price."""
    clip = changeable(request, pk)
    form, wanted = _form(request, clip), OrderForm(request.POST)
    source = source_of(request, clip)
    if not (form.is_valid() and wanted.is_valid()):
        if wanted.errors:
            form.add_error(None, _not_said(wanted))
        return _page(request, clip, form, source, status=422)
    number = wanted.cleaned_data["number"]
    if there := _ordered_before(clip, number):
        return _answer_ordered_before(request, clip, form, source, there)
    if not _save(request, clip, form):
        return _page(request, clip, form, source, status=422)
    try:
        job = _order(request, clip, wanted.cleaned_data, source)
    except AlreadyOrdered as found:
        return _answer_ordered_before(request, clip, form, source, found.job)
    except NotOrdered as refusal:
        # What was measured for the order is known to these, and so its findings are shown.
        form.instance.look, form.instance.take = clip.look, clip.take
        form.add_error(None, f"{refusal.sentence} Your inputs are saved; nothing was ordered.")
        form.show_revision(clip.revision)
        return _page(request, clip, form, source, status=422)
    held = costs.show(job.price_amount, job.currency)
    messages.success(request, f"v{job.number} is ordered; {held} is held for it.")
    return redirect("clip", clip.pk)


@require_POST
@login_required
def clip_draft(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Save what is in the form and draft it: a free animatic of exactly these inputs."""
    clip = changeable(request, pk)
    form = _form(request, clip)
    if not _save(request, clip, form):
        return _page(request, clip, form, source_of(request, clip), status=422)
    say_drafted(request, clip)
    return redirect("clip", clip.pk)


@require_safe
@login_required
def clip_draft_live(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The clip's animatic; asks to be asked again while it is being drawn."""
    clip = fetch(request, _CLIPS, pk)
    context = {
        "clip": clip,
        "can_make": board.may_make(request, clip.project),
        "draft": draft_of(clip, timezone.now()),
    }
    return render(request, "storyboard/draft.html", context)


@require_safe
@login_required
def clip_live(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The list of versions; asks to be asked again while a job is active.

    What came home is under review from then on: the open page asks anew what may be done with it.
    """
    clip = fetch(request, _CLIPS, pk)
    halted = standstill.of_project(clip.project)
    context = {
        "clip": clip,
        "can_make": board.may_make(request, clip.project),
        **standstill.context_of(halted, request.GET.get("halt")),
        **editor.attempts(clip),
    }
    answer = render(request, "storyboard/clip.html#attempts_answer", context)
    if not context["is_live"]:
        answer["HX-Trigger-After-Settle"] = "attempts-done"
    return answer


def changeable(request: MemberRequest, pk: UUID) -> Clip:
    """The clip, for a person who may change it; removed clips and archived projects are closed."""
    clip = fetch(request, _CLIPS, pk, at_least=Role.CREATOR)
    if clip.removed_at:
        raise PermissionDenied(f"“{clip}” was removed. Put it back on the storyboard to change it.")
    board.refuse_archived(clip.project)
    return clip


def _form(request: MemberRequest, clip: Clip) -> ClipForm:
    # The form fills a copy, so that the clip stays as it is saved.
    return ClipForm(request.POST, instance=copy.copy(clip), project=clip.project)


def source_of(request: MemberRequest, clip: Clip) -> Version | None:
    """The version whose inputs the person starts from, if it is one of this clip."""
    given = request.GET.get("from") or request.POST.get("based_on")
    if not given:
        return None
    versions = Version.objects.select_related("job__look__character", "job__take")
    try:
        return versions.get(pk=UUID(given), clip=clip)
    except (ValueError, Version.DoesNotExist):
        raise Http404 from None


def _new_look(request: MemberRequest, clip: Clip) -> Look | None:
    """The look of the organisation that the person comes back with, if any."""
    looks = Look.objects.filter(character__organisation=clip.organisation)
    try:
        return looks.select_related("character").get(pk=UUID(request.GET.get("look", "")))
    except (ValueError, Look.DoesNotExist):
        return None


def _saved(request: MemberRequest, clip: Clip) -> HttpResponse:
    form = _form(request, clip)
    if not _save(request, clip, form):
        return _page(request, clip, form, source_of(request, clip), status=422)
    if cure := _cure(request, clip):
        return redirect(cure)
    messages.success(request, "The clip is saved.")
    return redirect("clip", clip.pk)


def _cure(request: MemberRequest, clip: Clip) -> str:
    """The page to which the button of a finding leads, now that nothing can be lost by it."""
    then = request.POST.get("then")
    if then == "crop" and clip.look_id:
        return reverse("clip_crop", args=[clip.pk, clip.look_id])
    if then == "mend" and clip.take_id:
        return f"{reverse('take_mend', args=[clip.take_id])}?clip={clip.pk}"
    return ""


def _save(request: MemberRequest, clip: Clip, form: ClipForm) -> bool:
    """Save the form if it is valid and nobody saved meanwhile; otherwise say so in the form."""
    if not form.is_valid():
        return False
    seen = form.cleaned_data["revision"]
    try:
        with transaction.atomic():  # what is not saved takes nothing out of review
            _take_out(request, clip)
            locking.let_go_if_over(clip)
            clip.choose(form.chosen(), by=request.user, seen_revision=seen)
    except (Held, NotMoved) as held:
        form.add_error(None, f"{held.sentence} What you wrote is still here and not saved.")
        return False
    except ChangedMeanwhile as meanwhile:
        who = who_changed(meanwhile.clip, reader=request.user)
        form.add_error(
            None,
            f"{who} while you were editing. What you wrote is still here and not saved; save again "
            "to replace what is there now.",
        )
        form.show_revision(meanwhile.clip.revision)
        return False
    return True


def _take_out(request: MemberRequest, clip: Clip) -> None:
    """Withdraw the version that the button named from review first, with the reason given."""
    number = request.POST.get("withdraw", "")
    if number.isdecimal() and len(number) < 9:
        version = Version.objects.filter(clip=clip, number=int(number)).first()
        if version is not None:
            reason = request.POST.get("withdraw_reason", "")[: locking.REASON_CHARACTERS]
            locking.withdraw_from_review(version=version, by=request.user, reason=reason)


def _not_said(wanted: OrderForm) -> str:
    """What an order lacks that no button of ours sends."""
    if "reason" in wanted.errors:
        return f"Why you go on with warnings: {wanted.errors['reason'][0]}"
    return "The page did not say which version at which price. Try again."


def _order(
    request: MemberRequest, clip: Clip, wanted: dict[str, Any], source: Version | None
) -> AvatarJob:
    """The job; refused where it would cost something else than the button said."""
    now, price = offers.offer(clip).price, wanted["price"]
    if now and now.amount != price:
        raise NotOrdered(
            f"This costs {costs.show(now.amount, now.currency)} now, not "
            f"{costs.show(price, now.currency)}: look again before you pay."
        )
    return ordering.order(
        clip,
        by=request.user,
        number=wanted["number"],
        based_on=source,
        reason=wanted["reason"],
        seen=wanted["warned"],
    )


def _ordered_before(clip: Clip, number: int) -> AvatarJob | None:
    return AvatarJob.objects.filter(clip=clip, number=number).select_related("requested_by").first()


def _answer_ordered_before(
    request: MemberRequest, clip: Clip, form: ClipForm, source: Version | None, job: AvatarJob
) -> HttpResponse:
    """The same click twice leads on; another wish under the same number keeps what was typed."""
    mine = job.requested_by_id == request.user.pk
    if mine and editor.is_snapshot_of(job, form.instance):
        messages.info(request, f"You ordered v{job.number} already; it is paid once.")
        return redirect("clip", clip.pk)
    who = "You" if mine else str(job.requested_by)
    form.add_error(
        None,
        f"{who} ordered v{job.number} meanwhile, with other inputs. What you wrote is still here "
        "and nothing more was ordered; the button now makes the next version.",
    )
    clip.refresh_from_db()
    form.show_revision(clip.revision)
    return _page(request, clip, form, source, status=422)


def _page(
    request: MemberRequest, clip: Clip, form: ClipForm, source: Version | None, status: int = 200
) -> HttpResponse:
    context = editor.page(request, clip, form, source)
    return render(request, "storyboard/clip.html", context, status=status)
