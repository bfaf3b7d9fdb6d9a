"""The clip editor as its tests use it: what its form sends, and what the page says."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from studio.clips.models import Clip

PRO = "kling-avatar-v2-pro"


def inputs(clip: Clip, **other: Any) -> dict[str, Any]:
    """What the editor's form sends for `clip` as it is saved, with `other` typed over it."""
    clip.refresh_from_db()
    parts = {name: getattr(clip, name) for name in ("style", "motion", "camera", "atmosphere")}
    sent = {
        "title": clip.title,
        "look": clip.look_id or "",
        "take": clip.take_id or "",
        "preset": clip.preset_id or "",
        "engine_model": clip.engine_model,
        "free_text": clip.free_text,
        "revision": clip.revision,
        **parts,
    }
    return sent | other


def page(client: Client, clip: Clip, query: str = "") -> str:
    """The editor, as this person opens it."""
    return client.get(reverse("clip", args=[clip.pk]) + query).text


def generate(client: Client, clip: Clip, **other: Any) -> Any:
    """What comes of the button that orders the first version."""
    sent = inputs(clip, number=1, price="0.1680") | other
    return client.post(reverse("clip_generate", args=[clip.pk]), sent, follow=True)


def offer(client: Client, clip: Clip, **other: Any) -> str:
    """The offer that follows what is typed."""
    sent = {"shown_look": clip.look_id or "", "shown_take": clip.take_id or ""}
    address = reverse("clip_offer", args=[clip.pk])
    answer = client.post(address, inputs(clip, **(sent | other)), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.text


def button(text: str) -> str:
    """The words of the primary button."""
    found = re.search(r'<button[^>]*id="generate"[^>]*>(.*?)</button>', text, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())
