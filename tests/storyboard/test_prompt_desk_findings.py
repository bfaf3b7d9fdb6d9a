"""The prompt desk: what a finding marks and mends, and motion that fits the voice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assets.models import AudioTake
from assets.preflight.finding import Edit, Finding
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.storyboard.desk_pages import carried, field, panel, press, say, written

type As = Callable[[User], Client]


# -- Findings ----------------------------------------------------------------------------------


@pytest.fixture
def red_dress(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that strikes "in a red dress" and asks for a shot where none is named."""

    def check(text: str, *_: Any, **__: Any) -> list[Finding]:
        found = []
        if (at := text.find(" in a red dress")) >= 0:
            edit = Edit(at, at + 15, "")
            found.append(Finding("prompt.appearance", "warn", "prompt", "A dress.", "Strike it.",
                                 (at + 1, at + 15), (edit,)))  # fmt: skip
        if "shot" not in text:
            end = Edit(len(text), len(text), ", medium shot", "camera")
            found.append(Finding("prompt.no_camera", "warn", "prompt", "No shot.", "Add one.",
                                 None, (end,)))  # fmt: skip
        return found

    monkeypatch.setattr("assets.preflight.prompt.check_prompt", check)


@pytest.mark.usefixtures("red_dress")
@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("view", ["slots", "text"])
def test_one_click_mends_what_the_finding_marks(
    as_: As, teammate: User, clip: Clip, view: str, htmx: bool
) -> None:
    client = as_(teammate)
    typed = {
        "style": "Host", "motion": "nods in a red dress", "camera": "", "atmosphere": "soft light",
        "prompt_view": view, "text": "Host nods in a red dress, soft light",
    }  # fmt: skip
    marked = press(client, clip, "close", htmx=htmx, **typed)
    assert re.search(r'<mark class="marked marked--warn"[^>]*>in a red dress</mark>', marked)
    fix = re.search(r'name="fix" value="(prompt.appearance:[^"]+)"', marked)
    assert fix
    text = press(client, clip, "fix", htmx=htmx, fix=fix[1], **typed)
    assert field(text, "text") == "Host nods, soft light"
    fix = re.search(r'name="fix" value="(prompt.no_camera:[^"]+)"', text)
    assert fix
    text = press(client, clip, "fix", htmx=htmx, fix=fix[1], **written(text))
    assert "medium shot" in field(text, "text")
    if view == "slots":
        assert field(text, "camera") == "medium shot"
    assert 'name="fix"' not in text


@pytest.mark.usefixtures("red_dress")
def test_a_fix_for_what_is_not_there_any_more_changes_nothing(
    as_: As, teammate: User, clip: Clip
) -> None:
    text = press(as_(teammate), clip, "fix", fix="prompt.appearance:4:9")
    assert field(text, "motion") == clip.motion
    assert "look at the findings again" in panel(text)


def test_marks_are_put_into_escaped_text(as_: As, teammate: User, clip: Clip) -> None:
    text = press(as_(teammate), clip, "close", motion="<img src=x> holds {product} up")
    assert "&lt;img src=x&gt; holds <mark" in text
    assert "<img src=x>" not in text


# -- The voice ---------------------------------------------------------------------------------


def test_motion_for_a_calm_voice_is_proposed_and_taken_by_a_click(
    as_: As, teammate: User, clip: Clip, take: AudioTake
) -> None:
    client = as_(teammate)
    say(take, "calm")
    sent = {"motion": "gestures wildly, nods"}
    text = press(client, clip, "voice", **sent)
    assert field(text, "motion") == sent["motion"]
    assert "The voice is calm" in panel(text)
    assert re.search(r"<del>[^<]*wildly", text)
    taken = press(client, clip, "use", proposal=carried(text), **sent)
    assert field(taken, "motion") == "nods, small, unhurried hand gestures"
    assert field(taken, "camera") == clip.camera
    again = press(client, clip, "voice", **written(taken))
    assert "fits already" in panel(again)


def test_a_take_that_nobody_measured_is_measured_before_its_voice_is_matched(
    as_: As, teammate: User, clip: Clip
) -> None:
    AudioTake.objects.update(facts={})  # it is a tone
    assert "No voice was found" in panel(press(as_(teammate), clip, "voice"))
    assert AudioTake.objects.get().facts["heard"] != "speech"
    assert "Choose an audio take first" in panel(press(as_(teammate), clip, "voice", take=""))


@pytest.mark.parametrize("carried", ["", "[]", "{", '{"motion": 1}', '"x"'])
def test_a_proposal_that_is_none_changes_nothing(
    as_: As, teammate: User, clip: Clip, carried: str
) -> None:
    text = press(as_(teammate), clip, "use", proposal=carried)
    assert field(text, "motion") == clip.motion
    assert "did not arrive whole" in panel(text)
