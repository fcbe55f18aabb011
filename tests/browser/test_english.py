"""A visitor who reads English: scripts and pages say everything in English, and it fits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mapping.opinions.models import Opinion
from mapping.projects.models import Project
from tests.browser.conftest import DESK, PHONE
from tests.browser.touching import Finger
from tests.english import JAPANESE, make_english_project
from tests.factories import OpinionFactory
from tests.places import STATION

pytestmark = pytest.mark.django_db(transaction=True)

# Texts and labels of elements that are shown, but for what is said in Japanese on purpose.
SHOWN = """() => [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && !one.closest("[lang=ja], script, style, noscript"))
    .flatMap((one) => [
        ...[...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data),
        ...["aria-label", "title", "placeholder"].map((name) => one.getAttribute(name) ?? ""),
    ])"""
CUT_CONTROLS = """() => [...document.querySelectorAll("button, .button, [role=tab], label.chip")]
    .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.textContent.trim())"""


@pytest.fixture
def project(transactional_db: None) -> Project:
    """A city that writes in both languages, with two voices in English."""
    project = make_english_project()
    for text in ("The pavement is too narrow.", "A bench, please."):
        OpinionFactory(project=project, category=project.categories.get(), text=text, language="en")
    return project


def check(page: Page) -> None:
    """Nothing Japanese is shown, no label is cut off, the page is no wider than the screen."""
    assert page.evaluate("document.documentElement.lang") == "en"
    shown = [text.strip() for text in page.evaluate(SHOWN)]
    assert [text for text in shown if JAPANESE.search(text)] == []
    assert page.evaluate(CUT_CONTROLS) == []
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) <= 0


def test_a_voice_is_added_in_english(browse: Callable[..., Any], project: Project) -> None:
    phone = browse(**PHONE, locale="en-GB")
    phone.goto(f"{project.get_absolute_url()}#map=16/{STATION[1]}/{STATION[0]}")
    expect(phone.locator(".here-district")).to_have_text("District 1 neighbourhood")
    check(phone)
    finger = Finger(phone)
    finger.tap("[data-add]")
    expect(phone.locator("#confirm-place")).to_contain_text("Use this place")
    check(phone)
    finger.tap("[data-kind=area]")
    finger.tap("#add-corner")
    finger.drag_map(60, 0)
    check(phone)
    finger.tap("[data-kind=pin]")
    finger.tap("#confirm-place")
    expect(phone.locator("#voice-text")).to_be_focused()
    finger.tap("#send")
    expect(phone.locator(".write-chips [role=alert]")).to_contain_text("Choose what it is about")
    check(phone)
    phone.locator("#voice-text").fill("Some shade would help.")
    finger.tap(phone.locator(".write-chips .chip").first)
    finger.tap("#send")
    expect(phone.locator("#sent-title")).to_have_text("Your voice is on the map")
    expect(phone.locator(".sent")).to_contain_text("2 other voices within 200 m.")
    check(phone)
    assert Opinion.objects.get(text="Some shade would help.").language == "en"


def test_voices_are_read_and_filtered_in_english(
    browse: Callable[..., Any], project: Project
) -> None:
    desk = browse(**DESK, locale="en-GB")
    desk.goto(f"{project.get_absolute_url()}?q=bench#view=list")
    expect(desk.locator("#voice-count")).to_contain_text(re.compile("1 ?voice"))
    expect(desk.locator("#voice-count")).to_contain_text("of 2")
    expect(desk.locator("#active-filters")).to_contain_text("“bench”")
    check(desk)
    desk.locator("#open-filters").click()
    check(desk)
    desk.locator("#open-layers").click()
    check(desk)
    desk.locator("a.voice-card").first.click()
    expect(desk.locator(".opinion-text")).to_have_text("A bench, please.")
    check(desk)


def test_a_planner_analyses_in_english(browse: Callable[..., Any], project: Project) -> None:
    desk = browse(**DESK, locale="en-GB")
    desk.goto(f"/projects/{project.slug}/analysis/")
    expect(desk.locator("#pill")).to_contain_text("2 voices")
    check(desk)
    desk.get_by_role("tab", name="Ranking").click()
    check(desk)
    desk.locator(".row-link").first.click()
    expect(desk.locator(".district-title")).to_contain_text(re.compile("2 voices"))
    check(desk)
