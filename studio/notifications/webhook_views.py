"""Where admins say which programs are told, test that, and read what became of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jobs import clock
from studio.notifications import webhooks
from studio.notifications.forms import WebhookForm
from studio.notifications.messages import test_message
from studio.notifications.models import Message, Webhook
from studio.organisations.access import MemberRequest, in_organisation
from studio.organisations.models import Organisation, Role

LOG_ROWS = 50


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_organisation(Role.ADMIN)
def webhook_page(request: MemberRequest, organisation: Organisation) -> HttpResponse:
    """All webhooks, the log of their messages, and the form for another.

    The answer that sets one up is the only page that ever shows its secret.
    """
    form = WebhookForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, organisation, form=form)
    made = Webhook.objects.create(
        organisation=organisation,
        secret=Webhook.new_secret(),
        created_by=request.user,
        url=form.cleaned_data["url"],
        form=form.cleaned_data["form"],
    )
    return _page(request, organisation, form=WebhookForm(), fresh=made)


@require_POST
@never_cache
@in_organisation(Role.ADMIN)
def webhook_secret(request: MemberRequest, organisation: Organisation, pk: UUID) -> HttpResponse:
    """Sign with a new secret from now on; this answer alone shows it."""
    webhook = _webhook(request, organisation, pk)
    webhook.renew_secret()
    return _page(request, organisation, form=WebhookForm(), fresh=webhook)


@require_POST
@in_organisation(Role.ADMIN)
def webhook_test(request: MemberRequest, organisation: Organisation, pk: UUID) -> HttpResponse:
    """Send a test message now, and say what the receiver answered."""
    webhook = _webhook(request, organisation, pk)
    message = test_message(webhook, by=request.user)
    if webhooks.send(message, clock.now()):
        messages.success(request, "The test message was taken.")
    else:
        message.refresh_from_db()
        messages.error(request, message.problem or "It is being sent: see the log below.")
    return redirect("webhooks", organisation.slug)


@require_POST
@in_organisation(Role.ADMIN)
def webhook_remove(request: MemberRequest, organisation: Organisation, pk: UUID) -> HttpResponse:
    """Tell it nothing any more."""
    _webhook(request, organisation, pk).remove()
    messages.success(request, "The webhook is removed. Its log stays.")
    return redirect("webhooks", organisation.slug)


@require_POST
@in_organisation(Role.ADMIN)
def message_again(request: MemberRequest, organisation: Organisation, pk: UUID) -> HttpResponse:
    """Send a message that nobody has taken yet now, with the same id: one that was given up, or
    that waits for its next try."""
    open_ones = Message.objects.filter(webhook__organisation=organisation).not_taken()
    message = get_object_or_404(open_ones, pk=pk)
    given_up = Message.objects.filter(pk=message.pk, sent_at=None, next_at=None)
    if not given_up.update(next_at=clock.now(), tries=0):
        Message.objects.filter(pk=message.pk, sent_at=None).update(next_at=clock.now())
    messages.success(request, "It is sent again within seconds.")
    return redirect("webhooks", organisation.slug)


def _log(organisation: Organisation) -> list[Message]:
    """The latest messages, and what nobody took before them: only here it is sent again."""
    mine = Message.objects.filter(webhook__organisation=organisation).select_related("webhook")
    latest = list(mine[:LOG_ROWS])
    return latest + list(mine.not_taken().exclude(pk__in=[one.pk for one in latest])[:LOG_ROWS])


def _page(
    request: MemberRequest,
    organisation: Organisation,
    *,
    form: WebhookForm,
    fresh: Webhook | None = None,
) -> HttpResponse:
    mine = Webhook.objects.filter(organisation=organisation)
    standing = mine.filter(removed_at=None).select_related("created_by").with_deliveries()
    context = {
        "form": form,
        "fresh": fresh,
        "webhooks": list(standing),
        "log": _log(organisation),
        "log_rows": LOG_ROWS,
        "place": "settings",
    }
    status = 422 if form.errors else 200
    return render(request, "notifications/webhooks.html", context, status=status)


def _webhook(request: MemberRequest, organisation: Organisation, pk: UUID) -> Webhook:
    mine = Webhook.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(mine, organisation=organisation, pk=pk)
