"""An account that is paused: what people see of it, and what an admin does about it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs import accounts
from jobs.models import AccountEvent, AvatarJob, EngineAccount, Problem
from jobs.ordering import order
from studio.clips.models import Clip
from studio.engine_accounts import AccountSettings
from studio.organisations.models import Organisation, User
from tests.engine import SandboxEngine
from tests.services.programs import free_port

type As = Callable[[User], Client]
NO_CREDIT = Problem(
    "out_of_credit",
    "The engine's account is out of credit. An admin must top it up; the job waits.",
    "balance 0",
)


@pytest.fixture
def paused(db: None) -> EngineAccount:
    """The sandbox has no credit left."""
    accounts.pause("sandbox", NO_CREDIT)
    return accounts.state_of("sandbox")


@pytest.fixture
def waiting(clip: Clip, teammate: User, paused: EngineAccount) -> AvatarJob:
    return order(clip, by=teammate)


def pages_of(job: AvatarJob) -> list[str]:
    clip = job.clip
    return [
        reverse("storyboard", args=[clip.project_id]),
        reverse("clip", args=[clip.pk]),
        reverse("job", args=[job.pk]),
    ]


def pages_of_admins(organisation: Organisation) -> list[str]:
    return [reverse(name, args=[organisation.slug]) for name in ("desk", "projects")]


def is_paused() -> bool:
    return EngineAccount.objects.get(name="sandbox").is_paused


def press(client: Client, name: str, account: str = "sandbox", **said: str) -> Any:
    return client.post(reverse(name, args=[account]), said, follow=True)


# -- The banner ----------------------------------------------------------------------------------


def test_everybody_in_the_project_sees_why_it_stands_still_and_what_waits(
    as_: As, waiting: AvatarJob, viewer: User
) -> None:
    for address in pages_of(waiting):
        html = as_(viewer).get(address).text
        assert "Sandbox is paused" in html, address
        assert "out of credit" in html
        assert "1 job waits with $0.17 held" in html
        assert reverse("account_resume", args=["sandbox"]) not in html
        assert "balance 0" not in html


def test_an_admin_gets_the_buttons_there_and_on_the_pages_of_the_organisation(
    as_: As, waiting: AvatarJob, owner: User, approver: User, studio_org: Organisation
) -> None:
    for address in [*pages_of(waiting), *pages_of_admins(studio_org)]:
        html = as_(owner).get(address).text
        assert reverse("account_resume", args=["sandbox"]) in html, address
        assert reverse("account_test", args=["sandbox"]) in html
        assert f'name="next" value="{address}"' in html
        assert "balance 0" not in html  # others send by it too: the words may be about their order
    for address in pages_of_admins(studio_org):
        assert "is paused" not in as_(approver).get(address).text


def test_an_account_that_nobody_here_uses_is_not_their_concern(
    as_: As, waiting: AvatarJob, owner: User, studio_org: Organisation, settings: Any
) -> None:
    accounts.resume("sandbox", by=owner)
    settings.ENGINE_ACCOUNTS = {"fal": an_account("fal", "elsewhere")}
    accounts.pause("fal", NO_CREDIT)
    for address in [*pages_of(waiting), *pages_of_admins(studio_org)]:
        assert "is paused" not in as_(owner).get(address).text


def test_an_admin_reads_the_engines_own_words_where_nobody_else_uses_the_account(
    as_: As, clip: Clip, owner: User, approver: User, settings: Any
) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": an_account("fal", "nordlicht")}
    settings.DEFAULT_ACCOUNT = "fal"
    accounts.pause("fal", NO_CREDIT)
    board = reverse("storyboard", args=[clip.project_id])
    assert "balance 0" in as_(owner).get(board).text
    assert "balance 0" not in as_(approver).get(board).text


def an_account(name: str, *organisations: str) -> AccountSettings:
    return AccountSettings(
        name=name, engine="fal", label="fal", url=f"http://127.0.0.1:{free_port()}",
        key="a-long-secret-key", organisations=organisations,
        rates={"kling-avatar-v2-standard": Decimal("0.056")},
    )  # fmt: skip


def test_other_peoples_jobs_are_not_counted(
    as_: As, waiting: AvatarJob, outsider: User, owner: User
) -> None:
    elsewhere = Organisation.objects.get(slug="elsewhere")
    elsewhere.projects.create(name="Theirs", created_by=outsider)
    html = as_(outsider).get(reverse("projects", args=["elsewhere"])).text
    assert "Sandbox is paused" in html
    assert "Nothing waits for it yet" in html


@pytest.mark.parametrize("name", ["storyboard_live", "clip_live", "desk_live"])
def test_a_live_page_swaps_the_banner_only_when_it_has_changed(
    as_: As, waiting: AvatarJob, owner: User, studio_org: Organisation, name: str
) -> None:
    client = as_(owner)
    ids = {"storyboard_live": waiting.clip.project_id, "clip_live": waiting.clip_id}
    address = reverse(name, args=[ids.get(name, studio_org.slug)])
    first = client.get(address, {"halt": ""})
    mark = first.context["standstill_mark"]
    assert 'id="standstills" hx-swap-oob="true"' in first.text
    assert 'id="standstills"' not in client.get(address, {"halt": mark}).text
    accounts.resume("sandbox", by=owner)
    gone = client.get(address, {"halt": mark}).text
    assert 'id="standstills" hx-swap-oob="true"' in gone
    assert "is paused" not in gone


# -- Test and resume -----------------------------------------------------------------------------


def test_test_and_resume_lets_the_jobs_go_on_when_the_engine_answers(
    as_: As, paused: EngineAccount, owner: User, engine: SandboxEngine, studio_org: Organisation
) -> None:
    back = reverse("desk", args=[studio_org.slug])
    answer = press(as_(owner), "account_resume", test="1", next=back)
    assert answer.redirect_chain[-1][0] == back
    assert "Sandbox goes on: what waits is sent now." in answer.text
    assert not is_paused()
    what = list(AccountEvent.objects.values_list("what", "by"))
    assert what[1:] == [("tested", owner.pk), ("resumed", owner.pk)]


def test_test_and_resume_stays_paused_when_the_engine_does_not_answer(
    as_: As, paused: EngineAccount, owner: User, settings: Any, waiting: AvatarJob
) -> None:
    settings.SANDBOX_URL = f"http://127.0.0.1:{free_port()}"
    address = pages_of(waiting)[0]
    answer = press(as_(owner), "account_resume", test="1", next=address)
    assert "Sandbox stays paused. The engine could not be reached" in answer.text
    assert is_paused()
    assert "Resume without a test" in answer.text
    press(as_(owner), "account_resume")
    assert not is_paused()


def test_a_test_alone_changes_nothing(
    as_: As, paused: EngineAccount, owner: User, engine: SandboxEngine
) -> None:
    assert "Sandbox: The engine answers" in press(as_(owner), "account_test").text
    assert is_paused()


def test_what_somebody_resumed_before_is_said(as_: As, owner: User) -> None:
    assert "was not paused any more" in press(as_(owner), "account_resume").text


@pytest.mark.parametrize("name", ["account_test", "account_resume"])
def test_members_who_are_no_admins_do_not_touch_an_account(
    as_: As, paused: EngineAccount, approver: User, name: str
) -> None:
    answer = press(as_(approver), name)
    assert answer.status_code == 403
    assert "Only an admin of an organisation that uses Sandbox" in answer.text
    assert is_paused()
    assert AccountEvent.objects.count() == 1


@pytest.mark.parametrize("name", ["account_test", "account_resume"])
def test_an_account_of_others_does_not_exist_but_for_operators(
    as_: As, outsider: User, owner: User, settings: Any, name: str
) -> None:
    settings.ENGINE_ACCOUNTS = {"fal": an_account("fal", "nordlicht")}
    assert press(as_(outsider), name, "fal").status_code == 404
    assert press(as_(owner), name, "gateway").status_code == 404
    assert press(as_(owner), name, "fal").status_code == 200
    User.objects.filter(pk=outsider.pk).update(is_staff=True)
    outsider.refresh_from_db()
    assert press(as_(outsider), name, "fal").status_code == 200


@pytest.mark.parametrize("name", ["account_test", "account_resume"])
def test_nobody_touches_an_account_without_signing_in_or_by_a_link(
    client: Client, as_: As, owner: User, paused: EngineAccount, name: str
) -> None:
    address = reverse(name, args=["sandbox"])
    assert client.post(address).headers["Location"].startswith(reverse("login"))
    assert as_(owner).get(address).status_code == 405
    assert is_paused()
