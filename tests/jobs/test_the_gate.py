"""A stop is submitted by nobody through any entrance; a warning takes a reason that is kept."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from assets.limits import InputLimits
from assets.models import AudioTake, Look
from assets.preflight.finding import Finding
from jobs import offers, ordering, paying_again, registry
from jobs.models import AvatarJob, LedgerEntry, State
from jobs.ordering import NotOrdered
from studio.clips import checks
from studio.clips.models import Clip
from studio.organisations.models import User
from tests import good_facts
from tests.conftest import make_job, make_version


@pytest.fixture
def warned(clip: Clip) -> Clip:
    """A clip whose look is too small for a sharp video: one warning."""
    assert clip.look
    small = replace(good_facts.LOOK, width=700, height=700)
    Look.objects.filter(pk=clip.look.pk).update(width=700, height=700, facts=small.to_json())
    clip.look.refresh_from_db()
    assert [one.id for one in offers.offer(clip).warnings] == ["image.small"]
    return clip


@pytest.fixture
def stopped(clip: Clip) -> Clip:
    """A clip whose picture no engine takes."""
    assert clip.look
    Look.objects.filter(pk=clip.look.pk).update(width=3000, height=300)
    clip.look.refresh_from_db()
    return clip


def form_of(clip: Clip, **said: str) -> dict[str, str]:
    """What the page sends when its button is pressed."""
    made = offers.offer(clip)
    assert made.price
    return {
        "title": clip.title,
        "look": str(clip.look_id),
        "take": str(clip.take_id),
        "engine_model": clip.engine_model,
        **clip.prompt_slots(),
        "revision": str(clip.revision),
        "number": str(made.number),
        "price": str(made.price.amount),
    } | said


def marks(clip: Clip) -> set[str]:
    """The warnings that stand beside the button."""
    return {one.mark for one in offers.offer(clip).warnings}


def nothing_was_ordered() -> bool:
    return not AvatarJob.objects.exists() and not LedgerEntry.objects.exists()


def test_a_warning_without_a_reason_orders_nothing(warned: Clip, teammate: User) -> None:
    with pytest.raises(NotOrdered, match=r"There is a warning: .*700 × 700 px.* say why you go on"):
        ordering.order(warned, by=teammate)
    with pytest.raises(NotOrdered):
        ordering.order(warned, by=teammate, reason="  \n ")
    assert nothing_was_ordered()


def test_a_reason_is_kept_with_the_warnings_it_is_for(warned: Clip, teammate: User) -> None:
    job = ordering.order(warned, by=teammate, reason=" It is all the customer has. ")
    job.refresh_from_db()
    assert job.override_reason == "It is all the customer has."
    assert [finding["id"] for finding in job.warnings] == ["image.small"]


def test_a_reason_without_a_warning_is_not_kept(clip: Clip, teammate: User) -> None:
    assert ordering.order(clip, by=teammate, reason="Just in case.").override_reason == ""


def test_a_reason_is_not_for_a_warning_that_was_not_seen(warned: Clip, teammate: User) -> None:
    with pytest.raises(NotOrdered, match="a warning that you have not seen yet"):
        ordering.order(warned, by=teammate, reason="Quiet voice is fine.", seen={"audio.quiet"})
    assert nothing_was_ordered()
    assert ordering.order(warned, by=teammate, reason="Fine.", seen=marks(warned)).pk


def test_another_warning_of_the_same_kind_takes_a_reason_of_its_own(
    warned: Clip, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, (small,) = marks(warned), offers.offer(warned).warnings
    other = replace(small, message="Something else is small.")
    monkeypatch.setattr(checks, "findings", lambda *_: [small, other])
    with pytest.raises(NotOrdered, match="Something else is small"):
        ordering.order(warned, by=teammate, reason="Fine.", seen=seen)
    assert nothing_was_ordered()


def test_what_was_not_measured_yet_is_measured_before_it_is_paid(
    clip: Clip, teammate: User
) -> None:
    """The picture of this test is a few plain pixels: no face is in it."""
    assert clip.look
    Look.objects.filter(pk=clip.look.pk).update(facts={})
    clip.look.refresh_from_db()
    assert offers.offer(clip).can_order, "nothing is known of it yet"
    with pytest.raises(NotOrdered) as refusal:
        ordering.order(clip, by=teammate, reason="I am sure.")
    assert "image.no_face" in [finding.id for finding in refusal.value.findings]
    assert nothing_was_ordered()


@pytest.mark.parametrize("gone", ["look", "take"])
def test_an_input_whose_file_is_gone_is_not_sent(clip: Clip, teammate: User, gone: str) -> None:
    row = getattr(clip, gone)
    type(row).objects.filter(pk=row.pk).update(facts={})
    (row.image if gone == "look" else row.send_copy).delete(save=False)
    row.refresh_from_db()
    with pytest.raises(NotOrdered, match=f"The stored file of the {gone} .* cannot be read"):
        ordering.order(clip, by=teammate)
    assert nothing_was_ordered()


def test_a_stop_cannot_be_talked_away(stopped: Clip, teammate: User) -> None:
    with pytest.raises(NotOrdered) as refusal:
        ordering.order(stopped, by=teammate, reason="But I want to.")
    assert [finding.id for finding in refusal.value.findings] == ["image.ratio"]
    assert nothing_was_ordered()


def test_the_page_orders_nothing_that_is_stopped(
    stopped: Clip, client: Client, teammate: User
) -> None:
    client.force_login(teammate)
    answer = client.post(
        reverse("clip_generate", args=[stopped.pk]), form_of(stopped, reason="But I want to.")
    )
    assert answer.status_code == 422
    assert "this engine takes at most 1:2.5" in answer.text
    assert nothing_was_ordered()


def test_the_page_asks_why_beside_the_button(warned: Clip, client: Client, teammate: User) -> None:
    client.force_login(teammate)
    html = client.get(reverse("clip", args=[warned.pk])).text
    assert "Why go on with this warning?" in html
    (mark,) = marks(warned)
    assert f'name="warned" value="{mark}"' in html
    answer = client.post(
        reverse("clip_generate", args=[warned.pk]), form_of(warned, warned=" ".join(marks(warned)))
    )
    assert answer.status_code == 422
    assert "say why you go on" in answer.text
    assert nothing_was_ordered()


def test_what_was_said_stands_in_the_field_again(
    warned: Clip, client: Client, teammate: User
) -> None:
    client.force_login(teammate)
    said = form_of(warned, warned=" ".join(marks(warned)), reason="All there is <3", price="9")
    answer = client.post(reverse("clip_generate", args=[warned.pk]), said)
    assert answer.status_code == 422
    assert "All there is &lt;3</textarea>" in answer.text


def test_a_reason_of_a_book_s_length_is_refused_with_a_sentence(
    warned: Clip, client: Client, teammate: User
) -> None:
    client.force_login(teammate)
    said = form_of(warned, warned=" ".join(marks(warned)), reason="x" * 1001)
    answer = client.post(reverse("clip_generate", args=[warned.pk]), said)
    assert answer.status_code == 422
    assert "at most 1000 characters" in answer.text
    assert nothing_was_ordered()


def test_approvers_read_why_on_the_version(
    warned: Clip, client: Client, teammate: User, owner: User
) -> None:
    client.force_login(teammate)
    said = form_of(warned, warned=" ".join(marks(warned)), reason="It is all the customer has.")
    assert client.post(reverse("clip_generate", args=[warned.pk]), said).status_code == 302
    job = AvatarJob.objects.get()
    AvatarJob.objects.filter(pk=job.pk).update(state=State.SUCCEEDED, handle="t-1")
    client.force_login(owner)
    for page in (
        reverse("review", args=[make_version(job).pk]),
        reverse("job", args=[job.pk]),
    ):
        html = client.get(page).text
        assert "It is all the customer has." in html, page
        assert "700 × 700 px" in html, page


def test_paying_again_keeps_the_reason(warned: Clip, teammate: User, owner: User) -> None:
    lost = ordering.order(warned, by=teammate, reason="All there is.")
    AvatarJob.objects.filter(pk=lost.pk).update(state=State.UNKNOWN)
    lost.refresh_from_db()
    again = paying_again.order_again(lost, by=owner)
    assert (again.override_reason, again.findings) == (lost.override_reason, lost.findings)


def test_paying_again_obeys_a_stop(clip: Clip, teammate: User, take: AudioTake) -> None:
    lost = make_job(clip, teammate, state=State.UNKNOWN)
    AudioTake.objects.filter(pk=take.pk).update(duration_seconds=Decimal(400))
    lost.refresh_from_db()
    with pytest.raises(NotOrdered, match="400 s long"):
        paying_again.order_again(AvatarJob.objects.get(pk=lost.pk), by=teammate)
    assert AvatarJob.objects.count() == 1


def test_paying_again_looks_at_what_nobody_has_measured(
    clip: Clip, teammate: User, look: Look
) -> None:
    """Ordered before pictures were measured; no face is in this one."""
    lost = make_job(clip, teammate, state=State.UNKNOWN)
    Look.objects.filter(pk=look.pk).update(facts={})
    with pytest.raises(NotOrdered, match="No face was found"):
        paying_again.order_again(AvatarJob.objects.get(pk=lost.pk), by=teammate)
    assert AvatarJob.objects.count() == 1


def test_paying_again_is_no_way_round_a_reason(warned: Clip, teammate: User) -> None:
    lost = make_job(warned, teammate, state=State.UNKNOWN)
    with pytest.raises(NotOrdered, match=r"a warning that nobody gave a reason for: .*700 × 700"):
        paying_again.order_again(lost, by=teammate)
    assert AvatarJob.objects.count() == 1


def test_what_was_measured_for_the_order_is_shown_at_once(
    warned: Clip, client: Client, teammate: User
) -> None:
    """A look that nobody had measured: the refusal comes with its finding and a field to answer."""
    assert warned.look
    Look.objects.filter(pk=warned.look.pk).update(facts={}, width=1080, height=1080)
    warned.look.refresh_from_db()
    said = form_of(warned)
    client.force_login(teammate)
    answer = client.post(reverse("clip_generate", args=[warned.pk]), said)
    assert answer.status_code == 422
    assert 'data-finding="image.no_face"' in answer.text


def test_a_mascot_has_no_face_to_be_checked(clip: Clip, teammate: User) -> None:
    assert clip.look
    faceless = replace(good_facts.LOOK, faces=(), blur=None, light=None, behind=None)
    clip.look.facts = faceless.to_json()

    def found() -> list[Finding]:
        return checks.look_findings(clip.look, limits_of(clip))

    assert [one.id for one in found()] == ["image.no_face"]
    clip.look.call_mascot(by=teammate)
    assert found() == []
    clip.look.call_person()
    assert [one.id for one in found()] == ["image.no_face"]


def limits_of(clip: Clip) -> InputLimits:

    return registry.engine(offers.offer(clip).account.name).capabilities.limits
