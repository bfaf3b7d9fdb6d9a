"""A real browser: the system's Chromium, driven by Playwright."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.services.programs import need

#: Chromium otherwise looks up its maker's hosts at every start; a test talks to 127.0.0.1 only.
#: As root it needs --no-sandbox; --disable-dev-shm-usage helps where /dev/shm is small.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
#: So long a page may take to do what a test waits for: machines are busy, and who waits for what
#: comes pays nothing for patience.
PATIENCE_MS = 45_000


def chromium_path() -> Path:
    """The browser's program, or a skip."""
    return need("chromium", "chromium-browser", "google-chrome", untested="pages in a browser")


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser with an empty profile of its own, gone after the block."""
    path = chromium_path()
    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            expect.set_options(timeout=PATIENCE_MS)
            browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            yield browser
            browser.close()
    finally:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
        if before is not None:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """A context of its own, with the patience of all: no cookie of another test."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    return context


@contextlib.contextmanager
def opened(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own: no cookie of another test."""
    context = new_context(browser, locale="en-GB", timezone_id="UTC")
    try:
        yield context.new_page()
    finally:
        context.close()


def ready(page: Page) -> None:
    """Wait until the page has its behaviours: before that, a key that is pressed is lost."""
    page.wait_for_selector("html[data-ready]", state="attached")


@contextlib.contextmanager
def arriving(page: Page) -> Iterator[None]:
    """What is done inside leads to another page; after the block, that one has its behaviours.

    A click may come back while the old page is still there, which has had its own for long.
    """
    with page.expect_navigation(wait_until="commit"):
        yield
    ready(page)
