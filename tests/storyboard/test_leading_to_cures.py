"""From a finding in the clip editor to the page that cures it, with nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Look
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.storyboard.editor_pages import inputs

type As = Callable[[User], Client]


@pytest.fixture
def editor(clip: Clip) -> str:
    return reverse("clip", args=[clip.pk])


@pytest.fixture
def too_wide(look: Look) -> Look:
    look.width, look.height = 4000, 1080
    look.save()
    return look


def test_a_finding_of_the_look_is_cured_from_within_the_form(
    as_: As, teammate: User, too_wide: Look, editor: str
) -> None:
    page = as_(teammate).get(editor).content.decode()
    (line,) = [line for line in page.splitlines() if 'value="crop"' in line]
    assert 'name="then"' in line
    assert f'formaction="{editor}"' in line


@pytest.mark.parametrize("then", ["crop", "mend"])
def test_what_is_in_the_form_is_saved_before_it_leads_away(
    as_: As, teammate: User, clip: Clip, editor: str, then: str
) -> None:
    assert clip.look
    assert clip.take
    typed = inputs(clip, motion="waves once", then=then)
    answer = as_(teammate).post(editor, typed)
    crop = reverse("clip_crop", args=[clip.pk, clip.look.pk])
    mend = f"{reverse('take_mend', args=[clip.take.pk])}?clip={clip.pk}"
    assert answer.headers["Location"] == (crop if then == "crop" else mend)
    clip.refresh_from_db()
    assert clip.motion == "waves once"


@pytest.mark.parametrize("then", ["crop", "mend"])
def test_what_cannot_be_saved_keeps_the_person_where_it_is_written(
    as_: As, teammate: User, clip: Clip, editor: str, then: str
) -> None:
    typed = inputs(clip, title="", motion="waves once", then=then)
    answer = as_(teammate).post(editor, typed)
    assert answer.status_code == 422
    assert "waves once" in answer.content.decode()
    clip.refresh_from_db()
    assert clip.motion != "waves once"


@pytest.mark.parametrize("then", ["crop", "mend", "nonsense"])
def test_with_nothing_to_cure_it_is_a_plain_save(
    as_: As, teammate: User, clip: Clip, editor: str, then: str
) -> None:
    answer = as_(teammate).post(editor, inputs(clip, look="", take="", then=then))
    assert answer.headers["Location"] == editor
