"""An outsider finds nothing of another organisation's reviews, jobs and videos."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import AvatarJob, Version
from studio.organisations.models import User
from studio.projects.models import Project, Visibility
from studio.reviews.models import Comment, Decision, Verdict
from tests.conftest import make_job

type As = Callable[[User], Client]

PAGES = [
    ("get", "review"), ("get", "review_live"), ("post", "comment_new"), ("post", "decide"),
    ("post", "comment_resolve"), ("post", "comment_reopen"), ("post", "comment_take_back"),
    ("post", "decision_withdraw"),
    ("get", "job"), ("post", "job_cancel"), ("post", "job_priority"), ("post", "job_settle"),
    ("post", "job_pay_again"), ("get", "version_review_copy"), ("get", "version_video"),
    ("get", "version_poster"), ("get", "version_film_strip"), ("get", "version_stand_in"),
]  # fmt: skip


@pytest.fixture
def address(version: Version, teammate: User, approver: User) -> Callable[[str], str]:
    comment = Comment.objects.create(version=version, author=teammate, frame=1, text="x")
    decision = Decision.objects.create(
        version=version, version_sha256=version.sha256, by=approver, verdict=Verdict.APPROVE,
        stage=version.clip.project.stages.get(),
    )  # fmt: skip
    job = make_job(version.clip, teammate, number=2)

    def of(name: str) -> str:
        things: dict[str, object] = {
            "comment_new": version, "comment": comment, "decision": decision, "job": job,
        }  # fmt: skip
        thing = things.get(name) or things.get(name.partition("_")[0], version)
        return reverse(name, args=[thing.pk])  # type: ignore[attr-defined]

    return of


@pytest.mark.parametrize(("method", "name"), PAGES)
def test_an_outsider_gets_404(
    as_: As, outsider: User, address: Callable[[str], str], method: str, name: str
) -> None:
    assert getattr(as_(outsider), method)(address(name)).status_code == 404


@pytest.mark.parametrize(("method", "name"), PAGES)
def test_a_colleague_outside_a_closed_project_gets_404(
    as_: As, project: Project, viewer: User, address: Callable[[str], str], method: str, name: str
) -> None:
    Project.objects.filter(pk=project.pk).update(visibility=Visibility.MEMBERS)
    assert getattr(as_(viewer), method)(address(name)).status_code == 404


@pytest.mark.parametrize(("method", "name"), PAGES)
def test_somebody_not_logged_in_is_asked_to_log_in(
    client: Client, address: Callable[[str], str], method: str, name: str
) -> None:
    answer = getattr(client, method)(address(name))
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, reverse("login"))


@pytest.mark.parametrize(("method", "name"), [page for page in PAGES if page[0] == "post"])
def test_what_changes_something_is_not_done_by_a_link(
    as_: As, owner: User, address: Callable[[str], str], method: str, name: str
) -> None:
    assert as_(owner).get(address(name)).status_code == 405


@pytest.mark.parametrize(
    ("method", "name"),
    [("post", "comment_new"), ("post", "job_cancel"), ("post", "job_settle"),
     ("post", "job_priority"), ("post", "job_pay_again"), ("get", "version_video"),
     ("post", "comment_resolve"), ("post", "comment_take_back")],
)  # fmt: skip
def test_a_viewer_is_told_which_role_is_missing(
    as_: As, viewer: User, address: Callable[[str], str], method: str, name: str
) -> None:
    assert getattr(as_(viewer), method)(address(name)).status_code == 403
    assert AvatarJob.objects.filter(state="queued").exists()
