"""The running order, and two people at one clip."""

from __future__ import annotations

import pytest

from assets.models import Preset
from studio.clips.models import ChangedMeanwhile, Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project


@pytest.fixture
def five(project: Project, teammate: User) -> list[Clip]:
    return [add_clip(project, title=name, engine_model="m", by=teammate) for name in "abcde"]


def order_of(project: Project) -> str:
    return "".join(project.clips.open().values_list("title", flat=True))


@pytest.mark.parametrize(
    ("moved", "index", "order"),
    [(0, 4, "bcdea"), (4, 0, "eabcd"), (1, 2, "acbde"), (2, 2, "abcde"), (0, 99, "bcdea")],
)
def test_a_clip_goes_where_it_is_put_and_the_others_close_up(
    project: Project, five: list[Clip], moved: int, index: int, order: str
) -> None:
    five[moved].move_to(index)
    assert order_of(project) == order


def test_a_removed_clip_can_be_put_back_where_it_was(
    project: Project, five: list[Clip], teammate: User
) -> None:
    five[1].remove(by=teammate)
    assert order_of(project) == "acde"
    five[1].put_back(by=teammate)
    assert order_of(project) == "abcde"


def test_of_two_editors_the_second_is_told_and_nothing_is_overwritten(
    clip: Clip, teammate: User, owner: User
) -> None:
    seen = clip.revision
    mine, theirs = Clip.objects.get(pk=clip.pk), Clip.objects.get(pk=clip.pk)
    mine.choose({"camera": "slow push-in"}, by=teammate, seen_revision=seen)
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        theirs.choose({"camera": "wide shot"}, by=owner, seen_revision=seen)
    assert meanwhile.value.clip.changed_by == teammate
    clip.refresh_from_db()
    assert clip.camera == "slow push-in"


@pytest.mark.parametrize(
    ("slots", "text"),
    [
        (("Warm", "nods", "medium shot", "soft light"), "Warm nods, medium shot, soft light"),
        (("", "nods", "", ""), "nods"),
        (("Warm", "", "medium shot,", ""), "Warm, medium shot"),
        (("", "", "", ""), ""),
    ],
)
def test_the_slots_make_one_prompt(slots: tuple[str, ...], text: str) -> None:
    preset = Preset(**dict(zip(("style", "motion", "camera", "atmosphere"), slots, strict=True)))
    assert preset.prompt_text == text


def test_free_text_follows_the_slots() -> None:
    preset = Preset(motion="nods", camera="medium shot", free_text="Looks at the viewer.")
    assert preset.prompt_text == "nods, medium shot. Looks at the viewer."
