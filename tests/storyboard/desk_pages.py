"""The prompt desk as its tests use it: a button is pressed, and the answer is read."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from assets.models import AudioTake
from assets.prompts.text import PARTS
from studio.clips.models import Clip
from tests.storyboard.editor_pages import inputs


def press(client: Client, clip: Clip, action: str, *, htmx: Any = True, **sent: Any) -> str:
    """The page (or its part) after a button of the desk; nothing may have been saved."""
    before = Clip.objects.values().get(pk=clip.pk)
    address = reverse("clip_prompt", args=[clip.pk, action])
    headers = {"HX-Request": "true"} if htmx else {}
    answer = client.post(address, inputs(clip) | sent, headers=headers)
    assert answer.status_code == 200, answer.text
    assert Clip.objects.values().get(pk=clip.pk) == before
    return answer.text


def field(text: str, name: str) -> str:
    """What stands in a field of the form."""
    area = re.search(rf'<textarea name="{name}"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    if area:
        return html.unescape(area[1]).removeprefix("\n").removeprefix("\r\n")
    found = re.search(rf'<input type="hidden" name="{name}"([^>]*)>', text)
    assert found, name
    value = re.search(r'value="([^"]*)"', found[1])
    return html.unescape(value[1]) if value else ""


def written(text: str) -> dict[str, str]:
    """All fields of the prompt in an answer."""
    return {name: field(text, name) for name in (*PARTS, "slot_order", "prompt_view", "text")}


def panel(text: str) -> str:
    """What the panel says, without its tags."""
    found = text.partition('id="prompt-panel"')[2].partition('id="composed"')[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


def carried(text: str) -> str:
    found = re.search(r'id="use-proposal" name="proposal" value="([^"]*)"', text)
    assert found
    return html.unescape(found[1])


def say(take: AudioTake, energy: str) -> None:
    """Let the take's voice have been measured as this lively."""
    AudioTake.objects.filter(pk=take.pk).update(facts={**take.facts, "energy": energy})
