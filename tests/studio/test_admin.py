"""The operators' admin: everything can be found, and records cannot be changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from jobs.models import AvatarJob, JobEvent, LedgerEntry, Version
from jobs.ordering import order
from studio.organisations.models import User
from studio.reviews.models import Comment, Decision, Verdict

type As = Callable[[User], Client]

OURS = [
    model
    for name in (
        "organisations",
        "projects",
        "assets",
        "clips",
        "jobs",
        "reviews",
        "notifications",
    )
    for model in apps.get_app_config(name).get_models()
    if not model._meta.auto_created
]
RECORDS = [LedgerEntry, JobEvent, Version, AvatarJob, Decision, Comment]


@pytest.fixture
def operator(as_: As) -> Client:
    return as_(User.objects.create_superuser("root@studio.example", "Root", "a password"))


@pytest.fixture
def everything(version: Version, approver: User, teammate: User) -> None:
    order(version.clip, by=teammate)
    Comment.objects.create(version=version, author=teammate, frame=1, text="x")
    Decision.objects.create(
        version=version, version_sha256=version.sha256, by=approver, verdict=Verdict.APPROVE,
        stage=version.clip.project.stages.get(),
    )  # fmt: skip


def address(model: type[Model], page: str, *args: object) -> str:
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_is_listed_and_searchable(
    operator: Client, everything: None, model: type[Model]
) -> None:
    assert admin.site.get_model_admin(model).search_fields
    assert operator.get(address(model, "changelist")).status_code == 200
    assert operator.get(address(model, "changelist"), {"q": "welcome"}).status_code == 200
    uuid = "5a0a2b4e-6c1d-4f6e-9a55-0d9f5c1b2a3c"
    assert operator.get(address(model, "changelist"), {"q": uuid}).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_row_opens(operator: Client, everything: None, model: type[Model]) -> None:
    for row in model._default_manager.all()[:1]:
        assert operator.get(address(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_records_can_neither_be_added_nor_changed_nor_deleted(
    operator: Client, everything: None, model: type[Model]
) -> None:
    row = model._default_manager.first()
    assert row is not None
    assert operator.get(address(model, "add")).status_code == 403
    assert operator.post(address(model, "change", row.pk), {"note": "x"}).status_code == 403
    assert operator.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    listing = operator.get(address(model, "changelist")).text
    assert "delete_selected" not in listing


def test_an_operator_adds_a_person_who_can_log_in(operator: Client) -> None:
    answer = operator.post(
        address(User, "add"),
        {
            "email": "nora@studio.example", "name": "Nora", "usable_password": "true",
            "password1": "a long password 7", "password2": "a long password 7",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    person = User.objects.get(email="nora@studio.example")
    assert person.check_password("a long password 7")
    assert operator.get(address(User, "change", person.pk)).status_code == 200


def test_people_without_the_operators_right_do_not_get_in(as_: As, owner: User) -> None:
    answer = as_(owner).get(address(LedgerEntry, "changelist"))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (
        302,
        reverse("admin:login"),
    )
