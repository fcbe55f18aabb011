"""The resident's screens at 360, 390 and 1440 px: nothing hidden, clipped or overlapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mapping.opinions.models import Opinion
from mapping.projects.models import Project
from tests.factories import OpinionFactory
from tests.places import STATION

VIEW = f"#map=16/{STATION[1]}/{STATION[0]}"

# Controls that a person could touch now, as [name, left, top, right, bottom], without those in
# map panes (pins may lie over each other) and those scrolled away inside the sheet.
CONTROLS = """() => {
  const shown = (e) => {
    const r = e.getBoundingClientRect();
    const s = getComputedStyle(e);
    const isSeen = e.checkVisibility({ visibilityProperty: true });
    if (!isSeen || r.width < 2 || r.height < 2) return false;
    if (e.closest(".leaflet-pane, .visually-hidden, .skip-link")) return false;
    const body = e.closest(".sheet-body");
    if (body) {
      const b = body.getBoundingClientRect();
      if (r.top < b.top - 1 || r.bottom > b.bottom + 1) return false;
    }
    const row = e.closest(".chips-scroll, .tabs");
    const b = row?.getBoundingClientRect();
    if (b && (r.right > b.right || r.left < b.left)) return false;
    return r.bottom > 0 && r.top < innerHeight && s.opacity !== "0";
  };
  const kinds = "a, button, input:not([type=hidden]), select, textarea, summary";
  return [...document.querySelectorAll(kinds)].filter(shown).map((e) => {
    const r = e.getBoundingClientRect();
    const name = e.id || e.getAttribute("aria-label") || e.textContent.trim().slice(0, 20);
    return [name, r.left, r.top, r.right, r.bottom, e.closest(".sheet") !== null];
  });
}"""

# Words that don't fit the box that hides what overflows; ellipses of titles are meant.
CLIPPED = """() => {
  const texts = "button, a, p, h1, h2, h3, strong, span, label, dt, dd, legend";
  const meant = ".leaflet-pane, .visually-hidden, .title-bar, .voice-card-text, .basemap-credit,"
    + " .here, .filters > summary";
  return [...document.querySelectorAll(texts)]
    .filter((e) => e.checkVisibility() && e.textContent.trim() && !e.closest(meant))
    .filter((e) => ["hidden", "clip"].includes(getComputedStyle(e).overflowX)
      && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2))
    .map((e) => e.textContent.trim().slice(0, 40));
}"""


@pytest.fixture
def project(project_in_phase: Callable[..., Project]) -> Project:
    """Collects ideas in Yaizu, with a voice to read."""
    made = project_in_phase("ideas")
    OpinionFactory(project=made, category=made.categories.first())
    return made


def show_map(page: Page, project: Project) -> None:
    """The project's page at rest."""
    page.goto(f"{project.get_absolute_url()}{VIEW}")
    expect(page.locator(".here-district")).to_contain_text("自治会")


def show_list(page: Page, project: Project) -> None:
    """The list of voices."""
    page.goto(f"{project.get_absolute_url()}{VIEW}&view=list")
    # The list comes with the page; the scripts that its buttons need say what is in the middle.
    expect(page.locator(".here-district")).to_contain_text("自治会")
    expect(page.locator("#voices .voice-item")).to_have_count(1)


def show_filters(page: Page, project: Project) -> None:
    """The list with its filters open."""
    show_list(page, project)
    page.locator("#open-filters").click()
    expect(page.locator("#q")).to_be_visible()


def show_opinion(page: Page, project: Project) -> None:
    """A voice opened in the sheet."""
    page.goto(f"{project.get_absolute_url()}{VIEW}&opinion={Opinion.objects.get().pk}")
    expect(page.locator(".opinion-text")).to_be_visible()


def show_layers(page: Page, project: Project) -> None:
    """Official layers."""
    page.goto(f"{project.get_absolute_url()}{VIEW}&view=layers")
    expect(page.locator(".layers-panel")).to_be_visible()


def show_pin(page: Page, project: Project) -> None:
    """Placing a pin."""
    show_map(page, project)
    page.locator("[data-add]").click()
    expect(page.locator("#confirm-place")).to_be_visible()


def show_area(page: Page, project: Project) -> None:
    """Placing an area with one corner set."""
    show_pin(page, project)
    page.locator("[data-kind=area]").click()
    page.locator("#add-corner").click()
    expect(page.locator(".corner")).to_have_count(1)


def show_write(page: Page, project: Project) -> None:
    """Writing."""
    show_pin(page, project)
    page.locator("#confirm-place").click()
    expect(page.locator(".public-words strong")).to_be_visible()


def show_sent(page: Page, project: Project) -> None:
    """After sending."""
    show_write(page, project)
    page.locator("#voice-text").fill("歩道がほしい")
    page.locator(".write-chips .chip").first.click()
    page.locator("#send").click()
    expect(page.locator("#sent-title")).to_be_visible()


def show_permalink(page: Page, project: Project) -> None:
    """A voice's own page."""
    page.goto(Opinion.objects.get().get_absolute_url())
    expect(page.locator(".opinion-text")).to_be_visible()


def show_voice(page: Page, project: Project) -> None:
    """The page behind a manage link, before a key."""
    page.goto("/voice/")


SCREENS = {
    show.__name__.removeprefix("show_"): show
    for show in (
        *(show_map, show_list, show_filters, show_opinion, show_layers, show_pin, show_area),
        *(show_write, show_sent, show_permalink, show_voice),
    )
}


def overlaps(controls: list[list[Any]]) -> list[tuple[str, str]]:
    """Pairs of controls of which neither holds the other, lying over each other by 2 px or more."""
    found = []
    for place, (name, left, top, right, bottom, _) in enumerate(controls):
        for other, left2, top2, right2, bottom2, _ in controls[place + 1 :]:
            wide = min(right, right2) - max(left, left2)
            high = min(bottom, bottom2) - max(top, top2)
            inner = (left2 >= left - 1 and right2 <= right + 1 and top2 >= top - 1) or (
                left >= left2 - 1 and right <= right2 + 1 and top >= top2 - 1
            )
            if wide >= 2 and high >= 2 and not inner:
                found.append((name, other))
    return found


def check_fit(page: Page, width: int, height: int) -> None:
    """Nothing scrolls sideways, lies over another control, leaves the screen or the sheet."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(450)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    controls = page.evaluate(CONTROLS)
    assert overlaps(controls) == []
    assert [
        name for name, left, _, right, *__ in controls if left < -0.5 or right > width + 1
    ] == []
    sheet = page.locator("#sheet")
    if sheet.count() and width < 900:
        top = sheet.bounding_box()["y"]
        cut = [c[0] for c in controls if not c[5] and c[2] < top - 1 and c[4] > top + 1]
        assert cut == []


@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_fits_a_phone(phone: Page, project: Project, screen: str) -> None:
    SCREENS[screen](phone, project)
    check_fit(phone, 390, 844)
    check_fit(phone, 360, 740)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_fits_a_desk(desk: Page, project: Project, screen: str) -> None:
    SCREENS[screen](desk, project)
    check_fit(desk, 1440, 900)


@pytest.mark.parametrize("screen", SCREENS)
def test_no_text_is_clipped_at_twice_its_size(phone: Page, project: Project, screen: str) -> None:
    SCREENS[screen](phone, project)
    phone.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    phone.wait_for_timeout(450)
    assert phone.evaluate(CLIPPED) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("width", "height"), [(360, 740), (390, 844)])
def test_the_map_keeps_sixty_percent_at_peek(
    phone: Page, project: Project, width: int, height: int
) -> None:
    phone.set_viewport_size({"width": width, "height": height})
    show_map(phone, project)
    phone.wait_for_timeout(450)
    assert phone.locator("#sheet").bounding_box()["y"] >= 0.6 * height
