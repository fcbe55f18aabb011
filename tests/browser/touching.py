"""A finger on a phone: taps are counted, dragging and typing are not."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, Page, expect

STEPS = 10
STEP_SECONDS = 0.02


class Finger:
    """Touches a page as a person does and counts every touch but dragging."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps: list[str] = []
        self._devtools = page.context.new_cdp_session(page)

    def tap(self, what: Locator | str) -> None:
        """Touch a control once it can be touched."""
        control = self.page.locator(what) if isinstance(what, str) else what
        expect(control).to_be_visible()
        self.taps.append((control.text_content() or "").strip())
        control.tap()

    def drag_map(self, right: int, down: int) -> None:
        """Move the map under the crosshair by pixels."""
        x, y = 195, 260
        self._touch("touchStart", x, y)
        for step in range(1, STEPS + 1):
            self._touch("touchMove", x + right * step / STEPS, y + down * step / STEPS)
            time.sleep(STEP_SECONDS)
        # A finger that rests before it leaves throws nothing.
        time.sleep(0.2)
        self._devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.page.wait_for_timeout(350)

    def _touch(self, kind: str, x: float, y: float) -> None:
        point = {"x": round(x), "y": round(y)}
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
