"""A message in the form that Slack's incoming webhooks take, as many other chats do."""

from __future__ import annotations

import re
from typing import Any


def slack_form(facts: dict[str, Any]) -> dict[str, Any]:
    """One line that links to where it happened, and the words below as a quote."""
    line = f"<{facts['url']}|{_plain(facts['sentence'])}>"
    quote = _plain(str(facts.get("text") or ""))
    if quote:
        line += "\n" + "\n".join(f"> {one}" for one in quote.splitlines())
    return {"text": line, "unfurl_links": False}


def _plain(words: str) -> str:
    # Slack's three signs; with them gone nobody writes a link or calls a whole channel. Other chats
    # call by `@all` as it stands: with a space of no width in it they do not. Addresses stay whole.
    safe = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "¦")
    return re.sub(r"(?<!\w)@(?=\w)", "@\u200b", safe)
