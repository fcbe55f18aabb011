"""Take the pictures of docs/screens.md from a running site with the demo.

    .venv/bin/python docs/screens/take.py [ADDRESS] [NAME …]    (default: port 8000, all)

Pictures are JPEG at one and a half times (phone) or once (desk) the CSS size.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 1.5, "has_touch": True,
    "is_mobile": True,
}  # fmt: skip
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PLACE = "#map=16/34.8665/138.3205"
YAIZU = f"/projects/yaizu-machi/{PLACE}"
ANALYSIS = "/projects/yaizu-machi/analysis/"


def stay(page: Page) -> None:
    """The screen as it opens."""


def bubbles(page: Page) -> None:
    """All three voices of the first screen."""
    page.wait_for_timeout(3500)


def place_pin(page: Page) -> None:
    """The crosshair for a pin."""
    page.locator("[data-add]").first.tap()


def drag(page: Page, right: int, down: int) -> None:
    """Move the map by pixels with a finger, well below the corners that stand there."""
    tools = page.context.new_cdp_session(page)
    for step in range(11):
        point = {"x": 195 + round(right * step / 10), "y": 420 + round(down * step / 10)}
        kind = "touchMove" if step else "touchStart"
        tools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        page.wait_for_timeout(20)
    page.wait_for_timeout(200)
    tools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(500)


def draw_area(page: Page) -> None:
    """An area with three corners and the crosshair at the fourth."""
    place_pin(page)
    page.locator("[data-kind=area]").tap()
    page.locator("#add-corner").tap()
    for right, down in ((-110, -10), (0, -90)):
        drag(page, right, down)
        page.locator("#add-corner").tap()
    drag(page, 110, 30)


def write(page: Page) -> None:
    """The sheet for words."""
    place_pin(page)
    page.locator("#confirm-place").tap()
    page.locator(".write-chips .chip").first.tap()
    page.locator("#voice-text").fill(
        "朝、学校へ行く子どもと自転車がすれちがうのに、白線の外側が肩はばほどしかありません。"
    )


def open_voice(page: Page) -> None:
    """The voice that most people support, with its replies."""
    page.locator("#order").select_option("support")
    page.wait_for_timeout(1500)
    page.locator("#voices .voice-item").first.tap()


def open_district(page: Page) -> None:
    """The fullest district of the ranking."""
    page.get_by_role("tab", name="順位").click()
    page.locator(".ranking .row-link").first.click()


Scene = tuple[dict[str, Any], str, Callable[[Page], None]]
SCENES: dict[str, Scene] = {
    "phone-home": (PHONE, "/", bubbles),
    "phone-project": (PHONE, YAIZU, stay),
    "phone-pin": (PHONE, YAIZU, place_pin),
    "phone-area": (PHONE, YAIZU, draw_area),
    "phone-write": (PHONE, YAIZU, write),
    "phone-voice": (PHONE, f"{YAIZU}&view=list", open_voice),
    "phone-list": (PHONE, f"{YAIZU}&view=list", stay),
    "phone-dark": (PHONE | {"color_scheme": "dark"}, YAIZU, stay),
    "desk-home": (DESK, "/", bubbles),
    "desk-analysis": (DESK, ANALYSIS, stay),
    "desk-district": (DESK, ANALYSIS, open_district),
    "desk-dark": (DESK | {"color_scheme": "dark"}, ANALYSIS, stay),
}


def main(address: str, names: list[str]) -> None:
    """Take the named pictures, or all."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        for name in names or SCENES:
            options, path, act = SCENES[name]
            context = browser.new_context(locale="ja-JP", base_url=address, **options)
            page = context.new_page()
            page.goto(path)
            page.wait_for_timeout(3500)
            act(page)
            page.wait_for_timeout(2500)
            page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=82)
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000", sys.argv[2:])
