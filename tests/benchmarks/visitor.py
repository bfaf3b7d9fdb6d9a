"""A person at a browser, without the browser: pages, forms as they are filled, buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

import httpx


@dataclass(slots=True)
class Form:
    """What pressing a button of a page would send, and where to."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Finds the values that a browser would send for the form called `form`, or for the first."""

    def __init__(self, form: str, button: str) -> None:
        super().__init__()
        self.form = form
        self.button = button
        self.found = Form()
        self._inside = ""
        self._naming = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id", "form")
            self.form = self.form or self._inside
            if self._inside == self.form:
                self.found.action = given.get("action", "")
        if given.get("form", self._inside) != self.form:
            return
        if tag == "button" and given.get("id") == self.button:
            self.found.action = given.get("formaction", self.found.action)
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and name and _is_sent(given):
            self.found.fields[name] = value
        elif tag in ("textarea", "select"):
            self._naming, self._text = name, ""
            self.found.fields.setdefault(name, "")
        elif tag == "option" and "selected" in given:
            self.found.fields[self._naming] = value

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._naming:
            self.found.fields[self._naming] = self._text.removeprefix("\n")
        if tag in ("textarea", "select"):
            self._naming = ""
        if tag == "form":
            self._inside = ""


def _is_sent(given: dict[str, str]) -> bool:
    kind = given.get("type", "text")
    return kind not in ("file", "submit", "radio", "checkbox") or "checked" in given


def form_of(page: str, *, form: str = "", button: str = "") -> Form:
    """The form with this id (else the first one), sent by the button with this id."""
    reader = _Reader(form, button)
    reader.feed(page)
    return reader.found


class _Player(HTMLParser):
    """Finds what the player of a page plays."""

    film = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "video":
            self.film = dict(attrs).get("src") or ""


def film_of(page: str) -> str:
    """The address of the video on this page, or empty."""
    player = _Player()
    player.feed(page)
    return player.film


class Visitor:
    """One logged-in person. Use as a context manager."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def log_in(self, email: str, password: str) -> None:
        """By the form of the login page."""
        form = self.form("/login/")
        form.fields |= {"username": email, "password": password}
        self.send(form)

    def form(self, path: str, *, form: str = "", button: str = "") -> Form:
        """Open a page and read its form."""
        page = self._client.get(path).raise_for_status()
        found = form_of(page.text, form=form, button=button)
        found.action = found.action or path
        return found

    def send(self, form: Form) -> None:
        """Press the button; RuntimeError unless the site leads on, as it does when it did it."""
        origin = {"Referer": str(self._client.base_url), "Origin": str(self._client.base_url)}
        answer = self._client.post(form.action, data=form.fields, headers=origin)
        if answer.status_code != httpx.codes.FOUND:
            raise RuntimeError(f"{form.action} answered {answer.status_code}: {answer.text[:3000]}")

    def film(self, path: str) -> str:
        """Open a page and read what its player plays."""
        return film_of(self._client.get(path).raise_for_status().text)

    def plays(self, path: str) -> bool:
        """Whether a player gets the first part of this file (206), as it asks for it."""
        answer = self._client.get(path, headers={"Range": "bytes=0-65535"})
        return answer.status_code == httpx.codes.PARTIAL_CONTENT
