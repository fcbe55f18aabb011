"""The strict parser: each row of the bad-input table has its wanted answer, never a 500."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.parsers import strict_json
from mapping.accounts.problems import Problem
from mapping.opinions.parser import ParsedOpinion, parse_feature, parse_geometry
from mapping.opinions.words import clean_text, search_form
from mapping.projects.models import Project
from tests.factories import make_project
from tests.places import STATION, area, line, pin

LON, LAT = STATION


def feature(geometry: Any, **properties: Any) -> dict:
    """A Feature as the phone sends it."""
    given = {"client_id": str(uuid.uuid4()), "text": "街灯がほしい", "category": "walk"}
    return {"type": "Feature", "geometry": geometry, "properties": given | properties}


def refusal(payload: Any, project: Project) -> Problem:
    """The problem that the parser answers with."""
    with pytest.raises(Problem) as refused:
        parse_feature(payload, project)
    return refused.value


SQUARE = [(LON, LAT), (LON + 0.001, LAT), (LON + 0.001, LAT + 0.001), (LON, LAT + 0.001)]
BOW_TIE = [(LON, LAT), (LON + 0.002, LAT + 0.002), (LON + 0.002, LAT), (LON, LAT + 0.002)]

BAD = {
    "lon and lat swapped": (pin(LAT, LON), 422, "out-of-range"),
    "plane coordinates in metres": (pin(-47_512.3, -125_003.1), 422, "out-of-range"),
    "999,999": (pin(999_999, 999_999), 422, "out-of-range"),
    "1e308": (pin(1e308, 1e308), 422, "out-of-range"),
    "an integer no float can hold": (pin(10**400, 0), 422, "out-of-range"),
    "the pole": (pin(LON, 90), 422, "outside-area"),
    "infinity": (pin(float("inf"), LAT), 400, "bad-number"),
    "not a number": (pin(LON, float("nan")), 400, "bad-number"),
    "bow-tie": (area(*BOW_TIE), 422, "invalid-geometry"),
    "two-point ring": (area((LON, LAT), (LON + 0.001, LAT)), 422, "bad-ring"),
    "ring over the antimeridian": (
        area((179, LAT), (-179, LAT), (-179, 36), (179, 36)),
        422,
        "outside-area",
    ),
    "open ring": ({"type": "Polygon", "coordinates": [[list(c) for c in SQUARE]]}, 422, "bad-ring"),
    "area without rings": ({"type": "Polygon", "coordinates": []}, 422, "bad-ring"),
    "crs in the geometry": (pin(LON, LAT) | {"crs": {"type": "name"}}, 422, "crs-member"),
    "WKT": (f"POINT({LON} {LAT})", 400, "not-geojson"),
    "EWKT": (f"SRID=6677;POINT({LON} {LAT})", 400, "not-geojson"),
    "hex EWKB": ("0101000020E6100000000000000000F03F000000000000F03F", 400, "not-geojson"),
    "type in lower case": ({"type": "point", "coordinates": [LON, LAT]}, 400, "not-geojson"),
    "collection": (
        {"type": "GeometryCollection", "geometries": [pin(LON, LAT)]},
        422,
        "geometry-type",
    ),
    "several points": ({"type": "MultiPoint", "coordinates": [[LON, LAT]]}, 422, "geometry-type"),
    "3D": ({"type": "Point", "coordinates": [LON, LAT, 3.0]}, 422, "not-2d"),
    "4D": ({"type": "Point", "coordinates": [LON, LAT, 3.0, 4.0]}, 422, "not-2d"),
    "no coordinates": ({"type": "Point", "coordinates": []}, 422, "not-2d"),
    "words for numbers": (pin("138.31", "34.87"), 400, "not-geojson"),
    "true for a number": (pin(True, LAT), 400, "not-geojson"),
    "a point where rings belong": ({"type": "Polygon", "coordinates": [1, 2]}, 400, "not-geojson"),
    "line of one point": (line((LON, LAT)), 422, "too-short"),
    "line of one point twice": (line((LON, LAT), (LON, LAT)), 422, "too-short"),
    "nothing": (None, 422, "no-geometry"),
    "list": ([LON, LAT], 400, "not-geojson"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_each_bad_geometry_has_its_answer(name: str, project: Project) -> None:
    geometry, status, code = BAD[name]
    problem = refusal(feature(geometry), project)
    assert (problem.status, problem.code) == (status, code)


@pytest.mark.parametrize(
    "body",
    [
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": 1e999}',
        '{"a": "\\ud800"}',
        '{"a": "\\u0000"}',
        "{",
        "[" * 100_000 + "]" * 100_000,
    ],
    ids=["NaN", "Infinity", "1e999", "lone surrogate", "NUL", "broken", "100,000 deep"],
)
def test_json_that_is_not_json_is_refused_before_the_parser(body: str) -> None:
    with pytest.raises(Problem) as refused:
        strict_json(body.encode())
    assert refused.value.status == 400


def test_bad_utf8_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        strict_json('{"text": "歩道"}'.encode("cp932"))
    assert refused.value.status == 400


@pytest.mark.django_db
class TestAVoice:
    """What is taken and what is refused besides geometry."""

    def test_a_good_pin_is_read(self, project: Project) -> None:
        parsed = parse_feature(feature(pin(LON + 0.00000049, LAT)), project)
        assert (parsed.kind, parsed.geometry.coords[0]) == ("pin", (LON, LAT))
        assert parsed.category and parsed.category.slug == "walk"
        assert parsed.language == "ja"

    def test_negative_zero_becomes_zero(self, project: Project) -> None:
        assert str(parse_geometry(pin(-0.0, -0.0000001)).x) == "0.0"

    def test_swapped_coordinates_get_a_hint(self, project: Project) -> None:
        problem = refusal(feature(pin(LAT, LON)), project)
        assert problem.members == {"hint": "swapped", "did_you_mean": [LON, LAT]}
        assert "入れ替わって" in str(problem.detail)

    def test_swapped_coordinates_of_washington_get_a_hint(self) -> None:
        from tests.places import MultiPolygon, box

        dc = make_project(area=MultiPolygon(box(-77.12, 38.79, -76.9, 39.0)), metric_srid=26918)
        problem = refusal(feature(pin(38.9, -77.03)), dc)
        assert (problem.code, problem.members["hint"]) == ("outside-area", "swapped")

    def test_the_crossing_point_of_a_bow_tie_is_named(self, project: Project) -> None:
        problem = refusal(feature(area(*BOW_TIE)), project)
        assert problem.members["reason"] == "Self-intersection"
        assert problem.members["at"] == pytest.approx([LON + 0.001, LAT + 0.001])

    def test_the_feature_may_not_carry_a_crs(self, project: Project) -> None:
        payload = feature(pin(LON, LAT)) | {"crs": {"type": "name", "properties": {}}}
        assert refusal(payload, project).code == "crs-member"

    def test_properties_null_names_what_is_missing(self, project: Project) -> None:
        payload = {"type": "Feature", "geometry": pin(LON, LAT), "properties": None}
        problem = refusal(payload, project)
        assert problem.status == 422
        assert problem.members["missing"] == ["client_id", "text or category"]

    def test_coordinates_100_000_deep_are_refused(self, project: Project) -> None:
        deep: list = []
        for _ in range(100_000):
            deep = [deep]
        for kind in ("Point", "LineString", "Polygon"):
            payload = feature({"type": kind, "coordinates": deep})
            assert refusal(payload, project).status in (400, 422)

    @pytest.mark.parametrize("count", [2_001, 1_000_000])
    def test_a_long_ring_is_refused_at_once(self, count: int) -> None:
        geometry = {"type": "Polygon", "coordinates": [[[LON, LAT]] * count]}
        started = time.perf_counter()
        with pytest.raises(Problem) as refused:
            parse_geometry(geometry)
        assert time.perf_counter() - started < 0.05
        assert (refused.value.status, refused.value.code) == (413, "too-many-vertices")

    def test_only_the_shapes_the_project_allows(self) -> None:
        project = make_project(geometry_kinds=["pin"])
        problem = refusal(feature(area(*SQUARE)), project)
        assert (problem.code, problem.members["allowed"]) == ("geometry-type", ["Point"])

    def test_outside_says_how_far_and_where_to_go(self, project: Project) -> None:
        problem = refusal(feature(pin(138.345, 34.87)), project)
        assert problem.code == "outside-area"
        assert problem.members["distance_m"] == pytest.approx(457, abs=2)
        assert problem.members["nearest"] == pytest.approx([138.34, 34.87], abs=1e-5)

    def test_just_outside_is_within_the_tolerance(self, project: Project) -> None:
        assert parse_feature(feature(pin(138.341, 34.87)), project)
        assert refusal(feature(pin(138.3412, 34.87)), project).members["distance_m"] == 110

    def test_every_vertex_counts(self, project: Project) -> None:
        away = feature(line((LON, LAT), (138.40, 34.87), (LON, LAT + 0.001)))
        assert refusal(away, project).members["vertex"] == [138.40, 34.87]

    def test_the_other_side_of_the_world_has_a_distance_too(self, project: Project) -> None:
        assert refusal(feature(pin(-41.7, -34.87)), project).members["distance_m"] > 1e7

    @pytest.mark.parametrize(
        ("properties", "status", "code"),
        [
            ({"text": "", "category": None}, 422, "missing"),
            ({"text": " \u3000\n", "category": None}, 422, "missing"),
            ({"client_id": None}, 422, "missing"),
            ({"client_id": "1"}, 422, "bad-client-id"),
            ({"client_id": 7}, 422, "bad-client-id"),
            ({"text": 5}, 400, "bad-text"),
            ({"text": "a\x00b"}, 400, "bad-text"),
            ({"text": "a\ud800b"}, 400, "bad-text"),
            ({"text": "あ" * 401}, 422, "text-too-long"),
            ({"category": "nothing"}, 422, "unknown-category"),
            ({"category": ["walk"]}, 400, "bad-category"),
            ({"manage_key": "short"}, 422, "bad-manage-key"),
            ({"language": "日本語"}, 422, "bad-language"),
            ({"answers": []}, 400, "bad-answers"),
            ({"answers": {"age": "20s"}}, 422, "bad-answers"),
            ({"context": "zoom"}, 400, "bad-context"),
            ({"context": {"zoom": "near"}}, 422, "bad-context"),
            ({"context": {"accuracy": float("nan")}}, 422, "bad-context"),
            ({"context": {"layers": [{}]}}, 422, "bad-context"),
        ],
    )
    def test_bad_properties(
        self, properties: dict, status: int, code: str, project: Project
    ) -> None:
        problem = refusal(feature(pin(LON, LAT), **properties), project)
        assert (problem.status, problem.code) == (status, code)

    def test_a_category_without_text_is_enough(self, project: Project) -> None:
        assert parse_feature(feature(pin(LON, LAT), text=None), project).text == ""

    def test_members_of_the_staff_are_not_read(self, project: Project) -> None:
        parsed = parse_feature(
            feature(pin(LON, LAT), outcome="adopted", state="published", source="paper", id=1),
            project,
        )
        assert not hasattr(parsed, "outcome") and not hasattr(parsed, "state")

    def test_context_keeps_what_is_known(self, project: Project) -> None:
        context = {"zoom": 17.5, "input": "touch", "accuracy": 12, "layers": [3], "agent": "x"}
        parsed = parse_feature(feature(pin(LON, LAT), context=context), project)
        assert parsed.context == {"zoom": 17.5, "input": "touch", "accuracy": 12, "layers": [3]}

    def test_answers_are_checked_by_their_question(self) -> None:
        project = make_project(
            questions=[
                {
                    "name": "age",
                    "type": "choice",
                    "label": {"ja": "年代"},
                    "choices": ["20s", "30s"],
                },
                {"name": "how", "type": "scale", "label": {"ja": "満足"}, "required": True},
            ]
        )
        good = feature(pin(LON, LAT), answers={"age": "20s", "how": 4})
        assert parse_feature(good, project).answers == {"age": "20s", "how": 4}
        bad = feature(pin(LON, LAT), answers={"age": "90s"})
        assert set(refusal(bad, project).members["errors"]) == {"age", "how"}


class TestWords:
    """Text is cleaned once, on the way in."""

    def test_text_is_stored_in_nfc_without_controls(self) -> None:
        assert clean_text("か\u3099\u202eっこう\x07\u0008 ") == "がっこう"

    def test_line_breaks_stay_but_not_a_page_of_them(self) -> None:
        assert clean_text("一\r\n二\n\n\n\n三") == "一\n二\n\n三"

    def test_variant_selectors_and_joined_emoji_stay(self) -> None:
        assert clean_text("葛\U000e0100城👨\u200d👩\u200d👧") == "葛\U000e0100城👨\u200d👩\u200d👧"

    def test_stacked_marks_are_cut(self) -> None:
        assert len(clean_text("z" + "\u0335" * 200)) == 5

    def test_searching_ignores_width_and_case(self) -> None:
        assert search_form("ﾊﾞｽ BUS ＢＵＳ") == "バス bus bus"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "coordinates", "geometry", "properties", "text", "crs", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
NUMBERS = st.floats() | st.integers() | st.sampled_from([LON, LAT, -0.0, 180, 1e308])
POSITIONS = st.lists(NUMBERS, min_size=1, max_size=4)
GEOMETRIES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "point"]),
        "coordinates": POSITIONS
        | st.lists(POSITIONS, max_size=6)
        | st.lists(st.lists(POSITIONS, max_size=6), max_size=3)
        | JSON,
    }
)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "client_id": JSON | st.uuids().map(str),
        "text": JSON,
        "category": JSON | st.just("walk"),
        "manage_key": JSON,
        "answers": JSON,
        "context": JSON | st.fixed_dictionaries({"zoom": JSON, "layers": JSON}),
        "language": JSON,
    },
)
FEATURES = st.fixed_dictionaries(
    {"type": st.just("Feature"), "geometry": GEOMETRIES | JSON, "properties": PROPERTIES | JSON}
)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=200,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(payload=FEATURES | JSON)
def test_whatever_comes_in_the_answer_is_a_voice_or_a_problem(
    payload: Any, project: Project
) -> None:
    try:
        parsed = parse_feature(payload, project)
    except Problem as problem:
        assert 400 <= problem.status < 500
        json.dumps(problem.as_dict(), default=str)
    else:
        assert isinstance(parsed, ParsedOpinion)
        assert parsed.geometry.is_valid
