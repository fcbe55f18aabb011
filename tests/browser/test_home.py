"""A visitor opens the first screen: the living map, its bubbles, and the way to one's own voice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mapping.projects.models import Project, ProjectLayer
from tests import places
from tests.browser.conftest import DESK, PHONE
from tests.factories import (
    FeatureFactory,
    LayerFactory,
    OpinionFactory,
    ProjectLayerFactory,
    make_project,
)

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = (
    "歩道の段差でつまずきました。",
    "夕方は日かげがほしいです。",
    "ベンチがあると休めます。",
    "横断歩道の線が消えています。",
    "ここから見る海が好きです。",
    "街灯が一つ切れています。",
    "自転車のとめ場が足りません。",
    "花だんの手入れに感謝です。",
)
SMALLEST = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def town(transactional_db: None) -> Project:
    """Yaizu with land on its base map and voices about 300 m apart; Hino asks but has none yet."""
    project = make_project("ideas", title={"ja": "駅から港まで、歩きたくなるまちへ"})
    land = LayerFactory(
        organisation=project.organisation, credit="出典：焼津市（PDL）を加工して作成"
    )
    FeatureFactory(layer=land, name="焼津市", geometry=places.AREA)
    ProjectLayerFactory(
        project=project, layer=land, use=ProjectLayer.Use.BASE, base_role="land", in_here=False
    )
    category = project.categories.get(slug="green")
    for number, words in enumerate(WORDS * 3):
        column, row = number % 4, number // 4
        place = places.pin(138.3105 + 0.0034 * column, 34.8602 + 0.0027 * row)
        OpinionFactory(project=project, text=words, place=place, category=category)
    make_project("ideas", title={"ja": "水べのみちを考える"})
    return project


def boxes(page: Page, selector: str) -> list[dict[str, float]]:
    """Boxes of what is visible of a selector, in CSS pixels."""
    found = [shown.bounding_box() for shown in page.locator(selector).all() if shown.is_visible()]
    return [box for box in found if box]


def touch(one: dict[str, float], other: dict[str, float]) -> bool:
    """Whether two boxes share ground."""
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def clear_of_each_other(found: list[dict[str, float]]) -> bool:
    """No two boxes touch."""
    return not any(touch(a, b) for i, a in enumerate(found) for b in found[i + 1 :])


def open_home(page: Page) -> None:
    """Open / and wait until three voices stand open."""
    page.goto("/")
    expect(page.locator("#map .bubble:visible")).to_have_count(3, timeout=15000)


class TestOnAPhone:
    def test_three_voices_open_one_after_another(self, phone: Page, town: Project) -> None:
        phone.goto("/")
        shown = phone.locator("#map .bubble-mark .bubble")

        expect(shown).to_have_count(1)
        expect(shown).to_have_count(2)
        expect(shown).to_have_count(3)
        texts = [text.strip() for text in shown.locator(".bubble-text").all_inner_texts()]
        assert set(texts) <= set(WORDS)

    def test_nothing_covers_anything(self, phone: Page, town: Project) -> None:
        open_home(phone)

        floating = boxes(phone, ".site-header") + boxes(phone, ".sheet")
        floating += boxes(phone, "#map .bubble-mark .bubble")
        assert len(floating) == 5
        assert clear_of_each_other(floating)
        marks = boxes(phone, ".pin-mark, .ring-mark")
        bubbles = boxes(phone, "#map .bubble-mark .bubble")
        for bubble in bubbles:
            inner = {**bubble, "x": bubble["x"] + 4, "y": bubble["y"] + 4}
            inner |= {"width": bubble["width"] - 8, "height": bubble["height"] - 8}
            assert not any(touch(inner, mark) for mark in marks)

    def test_the_map_keeps_three_fifths_of_the_screen(self, phone: Page, town: Project) -> None:
        open_home(phone)

        sheet = boxes(phone, ".sheet")[0]
        assert sheet["y"] >= 0.6 * 844

    def test_a_touch_stops_them(self, phone: Page, town: Project) -> None:
        open_home(phone)
        expect(phone.locator("#map")).to_have_attribute("data-bubbles", "living")

        phone.touchscreen.tap(20, 470)

        expect(phone.locator("#map")).to_have_attribute("data-bubbles", "paused")
        before = phone.locator("#map .bubble-text").all_inner_texts()
        phone.wait_for_timeout(8000)
        assert phone.locator("#map .bubble-text").all_inner_texts() == before

    def test_a_bubble_leads_to_its_voice(self, phone: Page, town: Project) -> None:
        open_home(phone)

        address = phone.locator("#map .bubble-mark .bubble").first.get_attribute("href")

        assert address
        assert address.startswith(f"/projects/{town.slug}/opinions/")

    def test_one_touch_leads_to_adding_a_voice(self, phone: Page, town: Project) -> None:
        open_home(phone)

        phone.get_by_role("link", name="声をのせる").tap()

        phone.wait_for_url(f"**/projects/{town.slug}/**")

    def test_the_sheet_shows_the_other_projects(self, phone: Page, town: Project) -> None:
        open_home(phone)

        phone.locator(".sheet-handle").tap()

        expect(phone.get_by_role("link", name="水べのみちを考える")).to_be_in_viewport()

    def test_the_language_is_changed_in_the_menu(self, phone: Page, town: Project) -> None:
        open_home(phone)

        phone.locator(".menu > summary").tap()
        phone.get_by_role("button", name="English").tap()

        expect(phone.locator("html")).to_have_attribute("lang", "en")

    @pytest.mark.parametrize("size", [SMALLEST, PHONE], ids=["360", "390"])
    def test_nothing_is_wider_than_the_screen(
        self, browse: Callable[..., Page], town: Project, size: dict[str, Any]
    ) -> None:
        page = browse(**size)
        page.goto("/")
        expect(page.locator("#map .bubble-mark .bubble").first).to_be_visible()

        width = page.evaluate("document.documentElement.scrollWidth")

        assert width == size["viewport"]["width"]
        assert boxes(page, ".sheet")[0]["y"] >= 0.6 * size["viewport"]["height"]

    def test_the_credit_opens_on_a_tap(self, phone: Page, town: Project) -> None:
        open_home(phone)
        expect(phone.locator(".basemap-credit-short")).to_have_text("出典：焼津市を加工")

        phone.locator(".basemap-credit-short").tap()

        expect(phone.locator(".basemap-credit-full")).to_contain_text("（PDL）")


class TestLessMotion:
    def test_three_are_open_at_once_and_nothing_moves(
        self, browse: Callable[..., Page], town: Project
    ) -> None:
        page = browse(**PHONE, reduced_motion="reduce")
        open_home(page)

        expect(page.locator("#map")).to_have_attribute("data-bubbles", "still")
        before = boxes(page, "#map .bubble-mark .bubble")
        page.wait_for_timeout(8000)
        assert boxes(page, "#map .bubble-mark .bubble") == before


class TestWithoutScripts:
    def test_voices_and_projects_are_plain_lists(
        self, browse: Callable[..., Page], town: Project
    ) -> None:
        page = browse(**PHONE, java_script_enabled=False)
        page.goto("/")

        assert page.locator(".home-voices li").count() == 3
        assert page.get_by_role("link", name="水べのみちを考える").is_visible()
        assert page.get_by_role("link", name="声をのせる").is_visible()


class TestAtADesk:
    def test_card_sheet_and_bubbles_leave_each_other_room(self, desk: Page, town: Project) -> None:
        open_home(desk)

        parts = boxes(desk, ".site-header") + boxes(desk, ".home-hero")
        parts += boxes(desk, "#map .bubble-mark .bubble") + boxes(desk, ".home-cards")
        assert len(parts) == 6
        assert clear_of_each_other(parts)

    def test_the_sheet_stands_at_the_right(self, desk: Page, town: Project) -> None:
        open_home(desk)

        sheet = boxes(desk, ".sheet")[0]

        assert sheet["width"] == 420
        assert sheet["x"] + sheet["width"] == DESK["viewport"]["width"]
        assert desk.evaluate("document.documentElement.scrollWidth") == DESK["viewport"]["width"]
