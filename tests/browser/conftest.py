"""Browsers for tests: Debian's Chromium at phone and desk size, with no way out of this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

# Playwright keeps an event loop running in the test's thread; Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test has a context of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()


@contextmanager
def visit(chromium: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page of a new context at a site; fails if it asks another host or breaks the CSP."""
    context = chromium.new_context(**{"locale": "ja-JP", "base_url": address, **options})
    wrong: list[str] = []

    def only_us(route: Route) -> None:
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            wrong.append(f"asked {route.request.url}")
            route.abort()

    context.route("**/*", only_us)
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda said: wrong.append(said.text) if "Security Policy" in said.text else None
    )
    try:
        yield page
        assert wrong == []
    finally:
        context.close()


@pytest.fixture
def browse(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`browse(**options)` opens a page at the live server in a context of its own."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(visit(chromium, live_server.url, **options))


@pytest.fixture
def phone(browse: Callable[..., Page]) -> Page:
    """A phone of 390×844 with touch."""
    return browse(**PHONE)


@pytest.fixture
def desk(browse: Callable[..., Page]) -> Page:
    """A desktop of 1440×900."""
    return browse(**DESK)
