"""The dialog for a new clip, which comes back open where the title was refused."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from studio.organisations.models import User
from studio.projects.models import Project
from tests.reviews.rooms import Enter, go
from tests.services.chromium import ready

__all__ = ["go"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_closes_it_has_done_with_it_whatever_comes_into_the_page(
    go: Enter, project: Project, teammate: User
) -> None:
    page = go(teammate, reverse("storyboard", args=[project.pk]))
    page.locator("[data-dialog-open=new-clip]").first.click()
    dialog = page.locator("dialog#new-clip")
    dialog.get_by_label("Title").fill("   ")
    dialog.get_by_role("button", name="Add and choose its inputs").click()
    expect(dialog.locator(".field__error").first).to_be_visible()
    ready(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.evaluate("htmx.trigger(document.body, 'htmx:load', { elt: document.body })")
    page.wait_for_timeout(100)
    expect(dialog).to_be_hidden()
