"""The operations page: for admins their organisation, for operators the installation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs import accounts, heartbeats
from jobs.models import AccountEvent, Problem, State
from studio.clips.models import Clip
from studio.engine_accounts import AccountSettings
from studio.organisations.models import Organisation, Role, User
from tests.engine import SandboxEngine
from tests.studio.operations.figures_material import a_clip_of, a_job, ago, moved

type As = Callable[[User], Client]
OUT_OF_CREDIT = Problem("no_credit", "The account has no credit left.", "balance: 0")


@pytest.fixture
def operator(db: None) -> User:
    """Runs the installation; in no organisation."""
    return User.objects.create_superuser("root@studio.example", "Rhea", "a password")


@pytest.fixture
def address(studio_org: Organisation) -> str:
    return reverse("operations", args=[studio_org.slug])


def test_an_admin_sees_what_is_under_way(
    as_: As, owner: User, clip: Clip, teammate: User, address: str
) -> None:
    lost = a_job(clip, teammate, State.UNKNOWN)
    a_job(clip, teammate, State.QUEUED, at=ago(minutes=10))
    moved(lost, State.UNKNOWN, "connection_lost", ago(minutes=1))
    heartbeats.beat("worker@host-7", heartbeats.WORKER, queues=["look", "send"])
    heartbeats.beat("beat@host-7", heartbeats.BEAT)
    page = as_(owner).get(address).text
    assert "1 job needs settling." in page
    assert reverse("job", args=[lost.pk]) in page
    assert "10 min" in page
    assert "$0.34" in page
    assert "Connection lost" in page
    assert "Alive" in page
    assert "host-7" not in page, "hosts are the operator's matter"


def test_the_live_part_comes_alone_and_asks_on(
    as_: As, owner: User, address: str, clip: Clip, teammate: User
) -> None:
    browser = as_(owner)
    whole = browser.get(address).text
    part = browser.get(address, headers={"HX-Request": "true"}).text
    assert "<html" in whole
    assert "<html" not in part
    for text in (whole, part):
        assert 'hx-trigger="every 5s"' in text
        assert 'id="operations-headline"' in text
    assert 'hx-swap-oob="true"' in part


def test_an_idle_studio_explains_the_page(as_: As, owner: User, address: str) -> None:
    page = as_(owner).get(address).text
    assert "Nothing is under way" in page
    assert "No worker is alive" in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CREATOR, Role.APPROVER])
def test_only_admins_get_in(
    as_: As, studio_org: Organisation, address: str, role: Role, teammate: User
) -> None:
    person = User.objects.create_user(f"{role}@nordlicht.example", role, "a password")
    studio_org.add_member(person, role)
    browser = as_(person)
    assert browser.get(address).status_code == 403
    assert browser.get(reverse("installation")).status_code == 404
    projects = browser.get(reverse("projects", args=[studio_org.slug])).text
    assert "Operations" not in projects


def test_an_outsider_finds_nothing(as_: As, outsider: User, address: str) -> None:
    browser = as_(outsider)
    assert browser.get(address).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client: Client, address: str) -> None:
    for there in (address, reverse("installation")):
        assert client.get(there).headers["Location"].startswith("/login/")


def test_the_rail_leads_admins_to_their_organisation_and_operators_to_everything(
    as_: As, owner: User, operator: User, studio_org: Organisation, address: str
) -> None:
    assert f'href="{address}"' in as_(owner).get(reverse("projects", args=["nordlicht"])).text
    answer = as_(owner).get(reverse("installation"))
    assert answer.headers["Location"] == address
    assert f'href="{reverse("installation")}"' in as_(operator).get(reverse("profile")).text


def test_an_admin_never_sees_another_organisations_work(
    as_: As, owner: User, outsider: User, clip: Clip, address: str
) -> None:
    theirs = a_clip_of(Organisation.objects.get(slug="elsewhere"), outsider, like=clip)
    job = a_job(theirs, outsider, State.UNKNOWN)
    moved(job, State.UNKNOWN, "connection_lost", ago(minutes=1))
    page = as_(owner).get(address).text
    for secret in ("Theirs", "Secret", str(job.pk), "Connection lost", "needs settling"):
        assert secret not in page


def test_an_operator_sees_the_work_of_all_organisations_with_their_names(
    as_: As, operator: User, outsider: User, clip: Clip, teammate: User
) -> None:
    theirs = a_clip_of(Organisation.objects.get(slug="elsewhere"), outsider, like=clip)
    job = a_job(theirs, outsider, State.UNKNOWN)
    a_job(clip, teammate, State.LOST)
    heartbeats.beat("worker@host-7", heartbeats.WORKER)
    heartbeats.beat("beat@host-7", heartbeats.BEAT)
    page = as_(operator).get(reverse("installation")).text
    assert "2 jobs need settling." in page
    assert "Elsewhere, Secret" in page
    assert "Nordlicht Film, Onboarding 2027" in page
    assert reverse("admin:jobs_avatarjob_change", args=[job.pk]) in page
    assert "worker@host-7" in page


def test_a_paused_account_says_why_and_can_be_resumed(
    as_: As, owner: User, address: str, no_nudges: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    accounts.pause("sandbox", OUT_OF_CREDIT)
    browser = as_(owner)
    page = browser.get(address).text
    assert "Paused" in page and OUT_OF_CREDIT.sentence in page
    resume = reverse("account_resume", args=["sandbox"])
    assert f'action="{resume}"' in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(resume, {"next": address}, follow=True)
    assert answer.redirect_chain[-1][0] == address, "back where the button was"
    assert "Sandbox goes on" in answer.text
    assert f'action="{resume}"' not in answer.text
    assert AccountEvent.objects.get(what=AccountEvent.What.RESUMED).by == owner
    assert no_nudges == ["jobs.tasks.submit_due"], "its jobs leave at once"
    assert "was not paused any more" in browser.post(resume, follow=True).text


def test_what_an_engine_said_about_a_shared_account_is_for_operators_only(
    as_: As, owner: User, operator: User, address: str, settings: Any
) -> None:
    own = AccountSettings(
        name="gateway", engine="gateway", label="Gateway", url="http://127.0.0.1:1", key="k" * 12,
        organisations=("nordlicht",),
    )  # fmt: skip
    settings.ENGINE_ACCOUNTS = {"gateway": own}
    accounts.pause("sandbox", Problem("a", "Shared is paused.", "words about task_77"))
    accounts.pause("gateway", Problem("a", "Own is paused.", "words about task_88"))
    page = as_(owner).get(address).text
    assert "task_77" not in page
    assert "task_88" in page
    assert "task_77" in as_(operator).get(reverse("installation")).text


def test_an_account_of_others_can_neither_be_seen_nor_tested(
    as_: As, owner: User, operator: User, address: str, settings: Any
) -> None:
    theirs = AccountSettings(
        name="kling", engine="gateway", label="Kling", url="http://127.0.0.1:1", key="k" * 12,
        organisations=("elsewhere",),
    )  # fmt: skip
    settings.ENGINE_ACCOUNTS = {"kling": theirs}
    settings.DEFAULT_ACCOUNT = "sandbox"
    accounts.pause("kling", OUT_OF_CREDIT)
    browser = as_(owner)
    assert "Kling" not in browser.get(address).text
    for act in ("account_test", "account_resume"):
        assert browser.post(reverse(act, args=["kling"])).status_code == 404
    assert accounts.state_of("kling").is_paused
    assert "Kling" in as_(operator).get(reverse("installation")).text
    as_(operator).post(reverse("account_resume", args=["kling"]))
    assert not accounts.state_of("kling").is_paused


@pytest.mark.django_db(transaction=True)
def test_testing_an_account_asks_its_engine_and_says_what_it_answered(
    as_: As, owner: User, address: str, engine: SandboxEngine, settings: Any
) -> None:
    browser, there = as_(owner), reverse("account_test", args=["sandbox"])
    assert (
        "Sandbox: The engine answers, and the key is good." in browser.post(there, follow=True).text
    )
    settings.SANDBOX_KEY = "sk-not-the-right-one"
    page = browser.post(there, follow=True).text
    assert "The engine answers, and the key is good." not in page
    assert AccountEvent.objects.filter(what=AccountEvent.What.TESTED, by=owner).count() == 2


def test_a_page_with_forty_jobs_costs_as_many_queries_as_with_four(
    as_: As, owner: User, teammate: User, clip: Clip, address: str,
    django_assert_num_queries: Any, django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    def grow(times: int) -> None:
        for state in (State.QUEUED, State.RUNNING, State.UNKNOWN, State.LOST) * times:
            job = a_job(clip, teammate, state, next_at=ago(seconds=1))
            moved(job, State.FAILED, f"code {job.number}", ago(minutes=1))

    browser = as_(owner)
    grow(1)
    browser.get(address)
    with django_assert_max_num_queries(35) as few:
        browser.get(address)
    grow(9)
    with django_assert_num_queries(len(few)):
        browser.get(address)
