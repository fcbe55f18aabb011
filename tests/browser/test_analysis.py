"""A planner at a desk: one filtered set on map, table and files, equal to a count by hand."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from mapping.accounts.models import Membership
from mapping.opinions.models import Opinion
from tests import places
from tests.browser.test_resident_layout import CLIPPED
from tests.factories import MembershipFactory, UserFactory, make_project
from tests.mapping.analysis.voices import count_by_hand, speak

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(transactional_db):
    """A project at grid 50 m with 60 voices: pins, lines and areas, in categories and none."""
    project = make_project("ideas", grid_m=50)
    zoning = project.project_layers.get(layer__kind="zoning").layer
    zoning.style = {
        "property": "name",
        "classes": [
            {"value": name, "label": {"ja": name}, "fill": "#F8F0AE"} for name in places.ZONING
        ],
    }
    zoning.fields = [{"name": "name", "label": {"ja": "用途"}}]
    zoning.save()
    return project, speak(project, 60)


def open_analysis(page: Page, project, query: str = "") -> None:
    page.goto(f"/projects/{project.slug}/analysis/{query}")
    expect(page.locator("body")).to_have_attribute("data-ready", re.compile(r"\d+"))


def settled(page: Page) -> None:
    expect(page.locator("body.is-loading")).to_have_count(0)


def ranking(page: Page) -> dict[str, int]:
    """District: voices, as the ranking table shows them."""
    page.get_by_role("tab", name="順位").click()
    rows = page.locator(".ranking tbody tr")
    expect(rows.first).to_be_visible()
    return {
        row.locator("th").inner_text(): int(row.locator("td[style]").inner_text().replace("–", "0"))
        for row in rows.all()
    }


def files(page: Page) -> tuple[list[dict], list[dict]]:
    """Features of the GeoJSON and rows of the CSV that the page offers now."""
    page.locator("#downloads summary").click()
    links = page.locator("[data-export]")
    address = {
        kind: urljoin(page.url, links.nth(at).get_attribute("href"))
        for at, kind in ((0, "geojson"), (1, "csv"))
    }
    page.locator("#downloads summary").click()
    features = json.loads(page.request.get(address["geojson"]).body())["features"]
    text = page.request.get(address["csv"]).body().decode("utf-8-sig")
    return features, list(csv.DictReader(io.StringIO(text, newline="")))


def test_map_table_and_files_say_the_same_as_a_count_by_hand(desk, told):
    project, voices = told
    open_analysis(desk, project)

    by_hand, _ = count_by_hand(voices, places.TOWNS)
    assert {name: count for name, count in ranking(desk).items() if count} == dict(by_hand)
    expect(desk.locator(".key-figure").first).to_have_text("60")
    expect(desk.locator("#pill")).to_contain_text("60件の声")
    printed = desk.locator(".district-value").all_inner_texts()
    assert sorted(int(text) for text in printed) == sorted(by_hand.values())
    features, rows = files(desk)
    assert len(features) == len(rows) == 60


def test_a_filter_changes_every_number_alike_and_lies_in_the_address(desk, told):
    project, voices = told
    open_analysis(desk, project)
    for box in ("歩きにくい", "自宅のちかく"):
        desk.locator(".category-box", has_text=box).locator("input").click()
    settled(desk)

    green = [voice for voice in voices if voice.category and voice.category.slug == "green"]
    expect(desk.locator("#pill")).to_contain_text(f"{len(green)}件の声")
    by_hand, _ = count_by_hand(green, places.TOWNS)
    assert {name: count for name, count in ranking(desk).items() if count} == dict(by_hand)
    features, rows = files(desk)
    assert len(features) == len(rows) == len(green)
    assert "category=green" in desk.url

    desk.reload()
    expect(desk.locator("body")).to_have_attribute("data-ready", re.compile(r"\d+"))
    expect(desk.locator("#pill")).to_contain_text(f"{len(green)}件の声")


def test_zoning_lies_over_the_districts_and_is_counted_in_the_cross_table(desk, told):
    project, voices = told
    with desk.expect_response(re.compile(r"/tiles/layers/\d+/.*\.mvt")) as tile:
        open_analysis(desk, project)
    assert tile.value.status == 200

    desk.get_by_role("button", name="件数").last.click()
    settled(desk)
    by_hand, _ = count_by_hand(voices, places.ZONING)
    rows = desk.locator(".crosstab tbody tr")
    expect(rows.first).to_be_visible()
    shown = {
        row.locator("th").inner_text(): int(row.locator("td").first.inner_text())
        for row in rows.all()
    }
    assert {name: shown[name] for name in by_hand} == dict(by_hand)
    assert shown["全体"] == 60
    with desk.expect_request(re.compile("crosstab")):
        desk.get_by_label("行にするレイヤ").select_option(label="小学校区")


def test_a_district_opens_with_its_own_heat_rank_mix_and_voices(desk, told):
    project, voices = told
    by_hand, _ = count_by_hand(voices, places.TOWNS)
    open_analysis(desk, project)

    town = project.project_layers.get(layer__name__ja="自治会").layer.features.get(
        name="焼津第1自治会"
    )
    with desk.expect_response(re.compile(r"/cells/")) as heat:
        desk.locator(".district-shape").first.click()
    settled(desk)
    expect(desk.locator(".district-title h2")).to_have_text("焼津第1自治会")
    expect(desk.locator(".district-title .key-figure")).to_have_text(str(by_hand[town.name]))
    assert heat.value.json()["total"] == by_hand[town.name]
    expect(desk.locator("#pill")).to_contain_text(f"{by_hand[town.name]}件の声")
    assert f"district={town.pk}" in desk.url
    rank = 1 + sum(count > by_hand[town.name] for count in by_hand.values())
    expect(desk.locator(".figure-card").first).to_contain_text(f"{rank}位")
    read = Opinion.objects.filter(
        placements__feature=town, placements__basis__in=("public", "both")
    ).count()
    expect(desk.locator(".voice-item")).to_have_count(min(read, 30))
    features, rows = files(desk)
    assert len(features) == len(rows) == by_hand[town.name]

    desk.locator(".district-title h2").click()
    desk.keyboard.press("ArrowRight")
    expect(desk.locator(".district-title h2")).to_have_text("焼津第2自治会")
    desk.get_by_role("button", name=re.compile("にもどる")).click()
    expect(desk.locator(".figures-tabs")).to_be_visible()


@pytest.mark.parametrize("view", ["points", "clusters", "cells"])
def test_every_way_to_see_shows_all_voices(desk, told, view):
    project, _ = told
    open_analysis(desk, project, f"?view={view}")
    expect(desk.locator("#pill")).to_contain_text("60件の声")
    marks = {
        "points": ".leaflet-dots-pane canvas",
        "clusters": ".ring, .pin",
        "cells": ".leaflet-cells-pane path",
    }
    expect(desk.locator(marks[view]).first).to_be_visible()


def sign_in(page: Page, project) -> None:
    person = UserFactory(email="planner@example.com")
    MembershipFactory(user=person, organisation=project.organisation, role="planner")
    assert Membership.objects.filter(user=person).exists()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("planner@example.com")
    page.locator("input[name=password]").fill("miho-no-matsubara")
    page.locator(
        "form[action*=login] button[type=submit], main form button[type=submit]"
    ).last.click()
    page.wait_for_url(re.compile(r"^(?!.*login)"))


def test_on_the_exact_basis_staff_read_the_same_numbers_everywhere(desk, told):
    project, voices = told
    sign_in(desk, project)
    open_analysis(desk, project)
    desk.get_by_role("button", name="描かれた位置").click()
    expect(desk.locator("#legend")).to_contain_text("描かれた場所")
    settled(desk)

    by_hand, _ = count_by_hand(voices, places.TOWNS, "geometry")
    assert {name: count for name, count in ranking(desk).items() if count} == dict(by_hand)
    features, rows = files(desk)
    assert len(rows) == 60
    assert {row["basis"] for row in rows} == {"exact"}
    drawn = {feature["id"]: feature["geometry"] for feature in features}
    pin = next(voice for voice in voices if voice.kind == "pin")
    assert drawn[pin.pk]["coordinates"] == pytest.approx(pin.geometry.coords)

    with desk.expect_response(re.compile(r"/cells/.*basis=exact")) as heat:
        desk.locator(".ranking .row-link").first.click()
    name = desk.locator(".district-title h2").inner_text()
    assert heat.value.json()["total"] == by_hand[name]


def test_residents_are_offered_the_public_basis_only(desk, told):
    project, _ = told
    open_analysis(desk, project)
    expect(desk.locator("[data-basis]")).to_have_count(0)


SIZES = [(1440, 900), (1240, 800), (390, 844), (360, 740)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off_or_laid_over_another(desk, told, width, height):
    project, _ = told
    desk.set_viewport_size({"width": width, "height": height})
    open_analysis(desk, project)
    scroll = desk.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert scroll[0] <= scroll[1]
    boxes = desk.evaluate(
        """() => ['#pill', '#map-buttons', '#legend', '#timeline'].map((selector) => {
            const box = document.querySelector(selector).getBoundingClientRect();
            return { selector, left: box.left, top: box.top, right: box.right, bottom: box.bottom };
        }).filter(({ left, right, top, bottom }) => right > left && bottom > top)"""
    )
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = (
                one["right"] <= other["left"] or other["right"] <= one["left"]
                or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]
            )  # fmt: skip
            assert apart, f"{one['selector']} lies over {other['selector']} at {width}×{height}"


@pytest.mark.parametrize("query", ["", "?tab=ranking", "?tab=voices", "?view=cells"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_text_twice_as_large_is_not_clipped(desk, told, width, height, query):
    project, _ = told
    desk.set_viewport_size({"width": width, "height": height})
    open_analysis(desk, project, query)
    desk.evaluate("document.documentElement.style.fontSize = '200%'")
    desk.wait_for_timeout(400)
    # Titles in one line and voices in four end in an ellipsis on purpose.
    meant = (str(project), "すべてのカテゴリ", "番目の声です")
    clipped = [text for text in desk.evaluate(CLIPPED) if not any(one in text for one in meant)]
    assert clipped == []
