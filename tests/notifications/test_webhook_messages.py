"""What webhooks are told: each thing once, with its facts, in the form that was asked for."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from jobs.models import Version
from studio.notifications import webhooks
from studio.notifications.models import Form, Message, Webhook
from studio.notifications.spreading import spread
from studio.organisations.models import User
from studio.projects.models import Project, Visibility
from studio.reviews.deciding import decide, withdraw
from studio.reviews.locking import put_back_under_review, withdraw_from_review
from studio.reviews.models import Comment, GuestDecision, Verdict
from tests.notifications.receiving import Receiver
from tests.reviews.guests import make_link


@pytest.mark.usefixtures("read_an_hour_ago")
def test_comments_decisions_and_versions_are_told_once_with_their_facts(
    webhook: Webhook, receiver: Receiver, version: Version, approver: User, teammate: User
) -> None:
    Comment.objects.create(version=version, author=teammate, frame=42, text="Lips")
    decide(version=version, by=approver, verdict=Verdict.REJECT, reason="Too dark")
    for _ in range(2):
        spread()
        webhooks.send_due()
    told = {json.loads(seen.body)["event"]: json.loads(seen.body) for seen in receiver.got}
    assert len(receiver.got) == 3
    assert set(told) == {"comment.new", "decision.new", "version.new"}
    assert told["comment.new"] | {"at": ""} == {
        "event": "comment.new", "at": "", "organisation": "nordlicht",
        "sentence": "Theo commented on Welcome v1 at 00:01:17", "by": "Theo", "is_guest": False,
        "url": told["comment.new"]["url"], "project": "Onboarding 2027", "text": "Lips",
        "frame": 42, "timecode": "00:01:17",
        "version": {"id": str(version.pk), "clip": "Welcome", "number": 1},
    }  # fmt: skip
    assert told["decision.new"]["verdict"] == "reject"
    assert told["decision.new"]["sha256"] == version.sha256


@pytest.mark.usefixtures("read_an_hour_ago")
def test_what_is_taken_back_is_told_too(
    webhook: Webhook, receiver: Receiver, version: Version, approver: User, teammate: User
) -> None:
    given = decide(version=version, by=approver, verdict=Verdict.REJECT, reason="Too dark")
    withdraw(decision=given, by=approver)
    withdraw_from_review(version=version, by=teammate, reason="Wrong take")
    spread()
    put_back_under_review(version=version, by=teammate)
    spread()
    told = dict(Message.objects.values_list("event", "facts"))
    assert told["decision.withdrawn"]["sentence"] == "Mara withdrew the rejection of Welcome v1"
    assert told["review.withdrawn"]["text"] == "Wrong take"
    assert told["review.withdrawn"]["by"] == "Theo"
    assert told["review.resumed"]["sentence"] == "Theo put Welcome v1 back under review"
    spread()
    assert Message.objects.count() == 5  # with the version and the decision, each once


@pytest.mark.usefixtures("read_an_hour_ago")
def test_what_a_guest_takes_back_is_told_too(
    webhook: Webhook, version: Version, approver: User
) -> None:
    link, _ = make_link(version, approver)
    guest = link.guests.create(name="Grete Gast", email="g@client.example")
    given = GuestDecision.objects.create(
        guest=guest, version=version, version_sha256=version.sha256, verdict=Verdict.APPROVE
    )
    GuestDecision.objects.filter(pk=given.pk).update(withdrawn_at=timezone.now())
    spread()
    assert Message.objects.filter(event="decision.new").count() == 1
    facts = Message.objects.get(event="decision.withdrawn").facts
    assert facts["sentence"] == "Grete Gast, a guest, withdrew the approval of Welcome v1"
    assert facts["by"] == "Grete Gast"
    assert (facts["is_guest"], facts["verdict"]) == (True, "approve")


@pytest.mark.usefixtures("read_an_hour_ago")
def test_a_guest_by_a_members_name_is_told_of_as_a_guest(
    webhook: Webhook, version: Version, approver: User
) -> None:
    link, _ = make_link(version, approver)
    guest = link.guests.create(name=str(approver), email="g@client.example")
    Comment.objects.create(version=version, guest=guest, frame=1, text="Go", is_shared=True)
    spread()
    facts = Message.objects.get(event="comment.new").facts
    assert facts["sentence"] == "Mara, a guest, commented on Welcome v1 at 00:00:01"


@pytest.mark.usefixtures("read_an_hour_ago")
def test_a_closed_project_and_another_organisation_are_not_told_of(
    webhook: Webhook, receiver: Receiver, version: Version, outsider: User, teammate: User
) -> None:
    elsewhere = outsider.memberships.get().organisation
    Webhook.objects.filter(pk=webhook.pk).update(organisation=elsewhere)
    Comment.objects.create(version=version, author=teammate, frame=1, text="Lips")
    spread()
    assert not Message.objects.exists()
    Webhook.objects.filter(pk=webhook.pk).update(organisation=version.organisation)
    Project.objects.filter(pk=version.clip.project_id).update(visibility=Visibility.MEMBERS)
    spread()
    assert not Message.objects.exists()


@pytest.mark.usefixtures("read_an_hour_ago")
def test_a_new_webhook_is_not_told_what_happened_before(webhook: Webhook, version: Version) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(created_at=timezone.now())
    spread()
    assert not Message.objects.exists()


def test_slack_gets_its_own_form_in_which_nobody_smuggles_a_link_or_a_call(
    webhook: Webhook, message: Message, receiver: Receiver
) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(form=Form.SLACK)
    facts = message.facts | {"sentence": "Eve <!channel> | x", "text": "a & b\n<http://evil|ok>"}
    Message.objects.filter(pk=message.pk).update(facts=facts)
    webhooks.send_due()
    told = json.loads(receiver.got[0].body)
    assert told["text"] == (
        f"<{facts['url']}|Eve &lt;!channel&gt; ¦ x>\n> a &amp; b\n> &lt;http://evil¦ok&gt;"
    )
    assert "event" not in told


@pytest.mark.parametrize("call", ["@channel", "@all", "@here", "@mara"])
def test_other_chats_that_take_slacks_form_are_not_called_either(
    webhook: Webhook, message: Message, receiver: Receiver, call: str
) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(form=Form.SLACK)
    facts = message.facts | {"sentence": f"Eve {call}", "text": f"{call} look"}
    Message.objects.filter(pk=message.pk).update(facts=facts)
    webhooks.send_due()
    told = json.loads(receiver.got[0].body)["text"]
    assert call not in told
    assert call[1:] in told
