"""The made-up voices of the Yaizu demo: enough of them, each its own, at plausible places."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from shapely import STRtree, make_valid
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

DEMO = Path(__file__).parents[3] / "mapping" / "demo"
CITY = DEMO / "data" / "yaizu"
CATEGORIES = {"walk", "green", "water", "lively", "sea", "transit", "children", "other"}
INPUTS = {"touch", "mouse", "keyboard", "gps"}
# About 100 m at 35° N, in the degrees of a longitude (the longer way to the same number).
HUNDRED_METRES = 0.0011

Voice = dict[str, Any]


@pytest.fixture(scope="module")
def voices() -> list[Voice]:
    files = sorted((DEMO / "yaizu").glob("*.json"))
    return [one for path in files for one in json.loads(path.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def associations() -> dict[str, BaseGeometry]:
    return {
        feature["properties"]["name"]: make_valid(shape(feature["geometry"]))
        for feature in _features("jichikai")
    }


def _features(name: str) -> list[dict[str, Any]]:
    collection = json.loads((CITY / f"{name}.geojson").read_text(encoding="utf-8"))
    return [feature for feature in collection["features"] if feature["geometry"]]


def _shapes(*names: str) -> STRtree:
    found = chain.from_iterable(_features(name) for name in names)
    return STRtree([make_valid(shape(feature["geometry"])) for feature in found])


def _spoken(voice: Voice) -> list[str]:
    return [voice["text"], *(reply["text"] for reply in voice["replies"])]


def _sentences(text: str) -> list[str]:
    parts = re.split(r"[。！？!?\n]", unicodedata.normalize("NFKC", text))
    return [part.strip() for part in parts if part.strip()]


def _kind(voices: list[Voice], kind: str) -> list[BaseGeometry]:
    return [shape(one["geometry"]) for one in voices if one["geometry"]["type"] == kind]


def _far_from(voices: list[Voice], category: str, near: STRtree, degrees: float) -> list[str]:
    spoken = [one for one in voices if one["category"] == category]
    return [
        one["id"]
        for one in spoken
        if near.query(shape(one["geometry"]), predicate="dwithin", distance=degrees).size == 0
    ]


def test_a_city_has_spoken_in_every_category(voices: list[Voice]) -> None:
    counted = Counter(one["category"] for one in voices)
    assert len(voices) >= 436
    assert set(counted) == CATEGORIES
    assert min(counted.values()) >= 20


def test_every_voice_has_its_own_stable_number_and_says_how_it_was_given(
    voices: list[Voice],
) -> None:
    assert [one["id"] for one in voices] == [f"yz-{n:04d}" for n in range(1, len(voices) + 1)]
    assert {one["input"] for one in voices} <= INPUTS
    assert all(13 <= one["zoom"] <= 19 for one in voices)
    assert all(one["input"] != "gps" or one["geometry"]["type"] == "Point" for one in voices)


def test_nobody_says_the_same_sentence_twice_in_the_whole_city(voices: list[Voice]) -> None:
    said = Counter(
        sentence for one in voices for text in _spoken(one) for sentence in _sentences(text)
    )
    assert [sentence for sentence, times in said.items() if times > 1] == []


def test_people_speak_briefly_and_at_length(voices: list[Voice]) -> None:
    lengths = [len(one["text"]) for one in voices]
    share = Counter(
        "short" if n < 30 else "middle" if n <= 90 else "full" if n <= 200 else "long"
        for n in lengths
    )
    assert min(lengths) >= 8
    assert max(lengths) <= 380
    assert 0.18 <= share["short"] / len(voices) <= 0.32
    assert 0.40 <= share["middle"] / len(voices) <= 0.62
    assert share["full"] / len(voices) >= 0.12
    assert share["long"] >= 12


def test_many_people_speak_and_some_of_them_again(voices: list[Voice]) -> None:
    speakers = Counter(one["person"] for one in voices)
    assert len(speakers) >= 230
    assert max(speakers.values()) >= 4


def test_people_answer_each_other_in_the_order_of_time(voices: list[Voice]) -> None:
    answered = [one for one in voices if one["replies"]]
    assert len(answered) >= 130
    assert {len(one["replies"]) for one in answered} >= {1, 2, 3, 4}
    assert max(len(one["replies"]) for one in answered) <= 5
    for one in answered:
        times = [one["at"], *(reply["at"] for reply in one["replies"])]
        assert times == sorted(times), one["id"]
        assert one["replies"][0]["person"] != one["person"], one["id"]


def test_supports_are_many_for_few_and_few_for_many(voices: list[Voice]) -> None:
    supports = sorted(one["supports"] for one in voices)
    assert supports[0] >= 0
    assert supports[-1] <= 60
    assert supports[-1] > 30
    assert supports[len(supports) // 2] <= 10


def test_voices_arrive_over_eight_months_and_mostly_outside_working_nights(
    voices: list[Voice],
) -> None:
    times = [datetime.fromisoformat(one["at"]) for one in voices]
    assert all(at.utcoffset() == timedelta(hours=9) for at in times)
    assert times == sorted(times)
    assert times[0].date() >= date(2026, 4, 1)
    assert times[-1].date() <= date(2026, 11, 20)
    assert {at.month for at in times} == set(range(4, 12))
    assert sum(at.hour >= 17 for at in times) > sum(at.hour < 9 for at in times)
    assert sum(at.weekday() >= 5 for at in times) / len(times) > 2 / 7


def test_people_draw_lines_and_areas_as_a_hand_would(voices: list[Voice]) -> None:
    lines, areas = _kind(voices, "LineString"), _kind(voices, "Polygon")
    assert len(lines) >= 65
    assert len(areas) >= 65
    assert all(line.is_valid and 3 <= len(line.coords) <= 12 for line in lines)
    assert all(area.is_valid and 4 <= len(area.exterior.coords) - 1 <= 12 for area in areas)


def test_a_place_is_given_with_six_decimals_at_most(voices: list[Voice]) -> None:
    text = json.dumps([one["geometry"] for one in voices])
    assert not re.search(r"\.\d{7}", text)


def test_every_place_lies_in_the_city(
    voices: list[Voice], associations: dict[str, BaseGeometry]
) -> None:
    city = unary_union(list(associations.values())).buffer(HUNDRED_METRES)
    assert [one["id"] for one in voices if not city.covers(shape(one["geometry"]))] == []


def test_every_neighbourhood_association_is_spoken_about(
    voices: list[Voice], associations: dict[str, BaseGeometry]
) -> None:
    spots = [shape(one["geometry"]).representative_point() for one in voices]
    counted = {
        name: sum(area.covers(spot) for spot in spots) for name, area in associations.items()
    }
    assert len(counted) == 35
    assert {name: n for name, n in counted.items() if n < 3} == {}
    assert counted["焼津第3自治会"] > 5 * counted["つつじ平自治会"]


def test_voices_about_parks_and_buses_lie_near_parks_and_buses(voices: list[Voice]) -> None:
    parks = _shapes("parks", "park_names")
    buses = _shapes("bus_stops", "bus_routes")
    assert _far_from(voices, "green", parks, 3 * HUNDRED_METRES) == []
    assert _far_from(voices, "transit", buses, 3 * HUNDRED_METRES) == []


def test_voices_about_floods_lie_where_water_came_or_people_would_flee(
    voices: list[Voice],
) -> None:
    known = _shapes("flood_history", "flood_inland", "facilities")
    assert _far_from(voices, "water", known, 2 * HUNDRED_METRES) == []
