"""The bell, the list behind it, and what each person chooses."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studio.mail import is_written_down
from studio.notifications.bell import unread
from studio.notifications.forms import PreferencesForm
from studio.notifications.models import Notification
from studio.notifications.taken_back import taken_back
from studio.notifications.telling import DIGEST_AT
from studio.organisations.access import enter
from studio.organisations.models import User
from studio.organisations.views.home import last_organisation

PAGE_ROWS = 50


@login_required
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """Everything the person was told, newest first, in all organisations."""
    _enter(request)
    rows = Notification.objects.visible_to(_person(request)).select_related("project__organisation")
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    until = timezone.now()  # before the rows: what comes while they are read stays unread
    page.object_list = list(page.object_list)
    context = {"page": page, "taken_back": taken_back(page.object_list), "until": until}
    return render(request, "notifications/notifications.html", context)


@login_required
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell as it is now, or 204 if `?seen=` is still the count; one query."""
    count = unread(_person(request))
    if request.GET.get("seen") == str(count):
        return HttpResponse(status=204)
    return render(request, "notifications/bell.html", {"unread": count})


@login_required
@require_safe
def notification(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go where it happened. That marks it read: opening it is all a person does in a mail, too."""
    rows = Notification.objects.visible_to(_person(request))
    one = get_object_or_404(rows, pk=pk)
    one.read()
    return redirect(quote(one.path, safe="/?=&#"))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read that was there when the page was made (`until`), and nothing newer."""
    now = timezone.now()
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    rows = Notification.objects.visible_to(_person(request)).unread()
    shown = until if until and not is_naive(until) else now
    rows.filter(created_at__lte=shown).update(read_at=now)
    return redirect("notifications")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Mail at once, in the daily digest, or none; for each kind."""
    _enter(request)
    form = PreferencesForm(request.POST or None, user=_person(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved. It holds for what happens from now on.")
        return redirect("notification_settings")
    status = 422 if form.errors else 200
    context = {"form": form, "digest_at": DIGEST_AT, "no_mail": is_written_down()}
    return render(request, "notifications/settings.html", context, status=status)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _enter(request: HttpRequest) -> None:
    if organisation := last_organisation(request):
        enter(request, organisation)
