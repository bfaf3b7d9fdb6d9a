"""Bringing a take into a project: from the page, and from the clip editor by htmx."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import AudioTake
from studio.organisations.models import User
from studio.projects.models import Project
from tests import media
from tests.assets.uploads import upload

type As = Callable[[User], Client]
BY_HTMX = {"HX-Request": "true", "HX-Target": "picker"}


def test_a_take_sent_by_htmx_comes_back_as_a_row_with_its_event(
    as_: As, teammate: User, project: Project
) -> None:
    answer = as_(teammate).post(
        reverse("take_new", args=[project.pk]),
        {"file": upload("Begrüßung.mp3", media.make_mp3(2)), "source": "recording"},
        headers=BY_HTMX,
    )
    take = AudioTake.objects.get()
    assert answer.status_code == 200
    assert json.loads(answer.headers["HX-Trigger"]) == {"take-added": {"id": str(take.pk)}}
    assert f'id="take-{take.pk}"' in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert (take.title, take.source, take.created_by) == ("Begrüßung", "recording", teammate)


def test_a_refused_take_sent_by_htmx_comes_back_as_the_form_with_its_sentence(
    as_: As, teammate: User, project: Project, settings: Any
) -> None:
    answer = as_(teammate).post(
        reverse("take_new", args=[project.pk]),
        {"file": upload("take.mp3", b"my shopping list\n" * 9), "title": "Kept", "script": "Also"},
        headers=BY_HTMX,
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#take-form"
    assert "This is a text file." in answer.context["take_form"].errors["file"][0]
    assert 'role="alert"' in page
    assert 'value="Kept"' in page
    assert 'hx-target="#picker"' in page
    assert "<html" not in page
    assert not AudioTake.objects.exists()
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def test_a_take_sent_by_a_plain_form_leads_back_to_where_it_was_sent_from(
    as_: As, teammate: User, project: Project
) -> None:
    form = {"file": upload("a.mp3", media.make_mp3(2)), "next": "/clips/somewhere/"}
    answer = as_(teammate).post(reverse("take_new", args=[project.pk]), form)
    assert answer.headers["Location"] == "/clips/somewhere/"


def test_a_take_never_leads_to_another_site(as_: As, teammate: User, project: Project) -> None:
    page = reverse("take_new", args=[project.pk])
    form = {"file": upload("a.mp3", media.make_mp3(2)), "next": "https://evil.example/"}
    assert as_(teammate).post(page, form).headers["Location"] == page


@pytest.mark.parametrize("data", [b"", b"text"])
def test_a_refused_take_sent_by_a_plain_form_is_a_page_with_the_sentence(
    as_: As, teammate: User, project: Project, data: bytes
) -> None:
    answer = as_(teammate).post(
        reverse("take_new", args=[project.pk]), {"file": upload("a.mp3", data)}
    )
    assert answer.status_code == 422
    assert "<html" in answer.content.decode()
    assert answer.context["take_form"].errors["file"]


def test_a_form_without_a_file_says_so(as_: As, teammate: User, project: Project) -> None:
    answer = as_(teammate).post(reverse("take_new", args=[project.pk]))
    assert answer.status_code == 422
    assert answer.context["take_form"].errors["file"] == ["Choose a recording, or record one here."]


def test_a_title_that_is_too_long_is_said_and_no_file_is_looked_at(
    as_: As, teammate: User, project: Project
) -> None:
    form = {"file": upload("a.mp3", media.make_mp3(2)), "title": "x" * 161}
    answer = as_(teammate).post(reverse("take_new", args=[project.pk]), form)
    assert answer.status_code == 422
    assert list(answer.context["take_form"].errors) == ["title"]
    assert not AudioTake.objects.exists()


def test_an_archived_take_leaves_the_list_and_stays_in_the_studio(
    as_: As, teammate: User, project: Project, take: AudioTake
) -> None:
    browser, page = as_(teammate), reverse("take_new", args=[project.pk])
    assert take.title in browser.get(page).content.decode()
    gone = browser.post(reverse("take_archive", args=[take.pk]), headers=BY_HTMX)
    assert (gone.status_code, gone.content) == (200, b"")
    assert f"take-{take.pk}" not in browser.get(page).content.decode()
    assert AudioTake.objects.filter(pk=take.pk).exists()
    plain = browser.post(reverse("take_archive", args=[take.pk]))
    assert plain.headers["Location"] == page


def test_a_viewer_brings_in_no_take(as_: As, viewer: User, project: Project) -> None:
    answer = as_(viewer).post(
        reverse("take_new", args=[project.pk]), {"file": upload("a.mp3", media.make_mp3(2))}
    )
    assert answer.status_code == 403
    assert not AudioTake.objects.exists()
