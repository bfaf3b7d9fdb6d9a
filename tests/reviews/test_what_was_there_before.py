"""Projects, decisions and versions of before there were stages, after the migrations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jobs.models import Version
from studio.clips.models import Clip, ReviewHold
from studio.organisations.models import Organisation, Role, User
from studio.projects.models import Project
from studio.projects.rule import sentences, stages_of
from studio.reviews.models import Decision, Outcome
from studio.reviews.standing import status_of
from tests.conftest import make_job, make_version, person

BEFORE = [
    ("projects", "0002_engine_account_of_a_project"),
    ("reviews", "0002_comments_on_animatics"),
    ("clips", "0003_prompt_history_and_view"),
]


@pytest.fixture
def latest(transactional_db: None) -> Iterator[list[tuple[str, str]]]:
    """The newest migrations of all; whatever a test does, they are there again after it."""
    targets = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield targets
    MigrationExecutor(connection).migrate(targets)


def make_second_clip(clip: Clip) -> Clip:
    return Clip.objects.create(
        project=clip.project, position=2, title="Second", look=clip.look, take=clip.take,
        engine_model=clip.engine_model, created_by=clip.created_by, changed_by=clip.changed_by,
    )  # fmt: skip


def test_rules_outcomes_and_holds_are_made_of_what_was_there(
    latest: list[tuple[str, str]], version: Version, clip: Clip, project: Project,
    approver: User, teammate: User, studio_org: Organisation,
) -> None:  # fmt: skip
    ben = person(studio_org, "Ben", Role.APPROVER)
    waiting = make_version(make_job(make_second_clip(clip), teammate))
    MigrationExecutor(connection).migrate(BEFORE)
    old = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    old.get_model("projects", "Project").objects.filter(pk=project.pk).update(approvals_needed=2)
    decided: Any = old.get_model("reviews", "Decision").objects
    for who in (approver, ben):
        decided.create(
            version_id=version.pk, version_sha256=version.sha256, by_id=who.pk, verdict="approve"
        )
    decided.create(
        version_id=waiting.pk, version_sha256=waiting.sha256, by_id=ben.pk, verdict="approve"
    )
    MigrationExecutor(connection).migrate(latest)

    assert sentences(stages_of(project)) == [
        "2 approvals by any approver are enough, and each of them can stop it."
    ]
    assert {one.stage for one in Decision.objects.all()} == set(stages_of(project))
    assert {one.stage_name for one in Decision.objects.all()} == {"Approval"}
    outcome = Outcome.objects.get()
    assert (outcome.version, outcome.result, outcome.decision.by) == (version, "approved", ben)  # type: ignore[union-attr]
    assert [(one.clip.title, one.number) for one in ReviewHold.objects.all()] == [("Second", 1)]
    now = status_of([version, waiting])
    assert now[version.pk].sentence.startswith("Approved by Mara and Ben")
    assert now[waiting.pk].sentence == "Waits for Mara (1 of 2 approvals)"
