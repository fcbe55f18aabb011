"""Layers through the API: who sees what, in pages, GeoJSON that other programs take."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from layers.models import Layer
from tests import places
from tests.factories import FeatureFactory, LayerFactory, OrganisationFactory
from tests.people import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns() -> Layer:
    """Four towns of Yaizu."""
    layer = LayerFactory(
        name={"ja": "自治会", "en": "Districts"},
        credit="出典：焼津市",
        is_grouping=True,
        fields=[{"name": "世帯", "label": {"ja": "世帯数"}, "source": "item1"}],
        style={
            "property": "区",
            "classes": [{"value": "北", "label": {"ja": "北"}, "fill": "#eee"}],
        },
    )
    for number, (name, shape) in enumerate(places.TOWNS.items()):
        FeatureFactory(
            layer=layer,
            name=name,
            source_id=str(number),
            geometry=shape,
            attributes={"世帯": number, "区": "北", "内部メモ": "見せない"},
        )
    return layer


@pytest.fixture
def draft() -> Layer:
    """A layer of Yaizu that isn't published."""
    return LayerFactory(is_published=False, name={"ja": "検討中の区域"})


def read(reply: HttpResponse) -> Any:
    """The JSON of a good reply."""
    assert reply.status_code == 200, reply.content
    return json.loads(reply.content)


def test_a_stranger_lists_published_layers_in_two_queries(
    stranger: Person, towns: Layer, draft: Layer
) -> None:
    LayerFactory(organisation=OrganisationFactory(code="hino"), kind="zoning")
    with CaptureQueriesContext(connection) as queries:
        listed = read(stranger.get("layers/"))
    assert len(queries) <= 2
    assert [one["name"] for one in listed["results"]] == ["自治会", "自治会"]
    first = listed["results"][0]
    assert first["feature_count"] == 4
    assert first["organisation"] == {"code": "222127", "name": "焼津市"}
    assert first["fields"] == [{"name": "世帯", "label": "世帯数"}]
    assert first["legend"] == [{"label": "北", "fill": "#eee"}]
    assert listed["next"] is None
    zoning = read(stranger.get("layers/", {"kind": "zoning"}))["results"]
    assert [one["organisation"]["code"] for one in zoning] == ["hino"]


def test_a_kind_that_does_not_exist_is_refused(stranger: Person) -> None:
    assert stranger.get("layers/", {"kind": "zones"}).status_code == 400
    assert stranger.get("layers/", {"organisation": "a\0"}).status_code == 400
    assert read(stranger.get("layers/", {"organisation": "nobody"}))["results"] == []


def test_a_layer_in_preparation_is_seen_by_its_own_staff_only(
    stranger: Person, viewer: Person, other_city_planner: Person, draft: Layer
) -> None:
    for address in (f"layers/{draft.pk}/", f"layers/{draft.pk}/features/"):
        assert viewer.get(address).status_code == 200
        for person in (stranger, other_city_planner):
            assert person.get(address).status_code == 404
    assert [one["id"] for one in read(viewer.get("layers/"))["results"]] == [draft.pk]
    assert read(stranger.get("layers/"))["results"] == []
    assert "private" in viewer.get(f"layers/{draft.pk}/features/")["Cache-Control"]


def test_a_layer_speaks_the_readers_language(stranger: Person, towns: Layer) -> None:
    english = stranger.get(f"layers/{towns.pk}/", headers={"Accept-Language": "en"})
    assert read(english)["name"] == "Districts"


def test_features_are_right_handed_geojson_with_the_described_attributes_only(
    stranger: Person, towns: Layer
) -> None:
    clockwise = shapely.box(138.30, 34.85, 138.31, 34.86, ccw=False)
    FeatureFactory(layer=towns, name="時計回り", geometry=GEOSGeometry(clockwise.wkt, srid=4326))
    with CaptureQueriesContext(connection) as queries:
        reply = stranger.get(f"layers/{towns.pk}/features/")
    assert len(queries) <= 3
    assert reply["Content-Type"] == "application/geo+json"
    found = read(reply)
    assert (found["type"], found["numberMatched"], found["next"]) == ("FeatureCollection", 5, None)
    for one in found["features"]:
        assert shapely.from_geojson(json.dumps(one["geometry"])).exterior.is_ccw
    first = found["features"][0]
    assert first["properties"]["世帯"] == 0
    assert first["properties"]["区"] == "北"
    assert first["properties"]["name"] == "焼津第1自治会"
    assert "内部メモ" not in first["properties"]


def test_pages_follow_one_another_without_gap_or_repeat(stranger: Person, towns: Layer) -> None:
    seen: list[int] = []
    cursor = None
    for _turn in range(5):
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        found = read(stranger.get(f"layers/{towns.pk}/features/", query))
        seen += [one["id"] for one in found["features"]]
        cursor = found["next"]
        if cursor is None:
            break
    assert seen == list(towns.features.order_by("pk").values_list("pk", flat=True))


def test_a_box_leaves_the_others_out_and_counts_its_own(stranger: Person, towns: Layer) -> None:
    found = read(
        stranger.get(f"layers/{towns.pk}/features/", {"bbox": "138.305,34.87,138.31,34.875"})
    )
    assert [one["properties"]["name"] for one in found["features"]] == ["焼津第1自治会"]
    assert found["numberMatched"] == 1


def test_the_light_geometry_is_for_drawing_and_the_full_one_for_counting(
    stranger: Person, towns: Layer
) -> None:
    feature = towns.features.first()
    feature.simple = places.box(138.30, 34.86, 138.31, 34.87)
    feature.save()
    address = f"layers/{towns.pk}/features/"
    light = read(stranger.get(address))["features"][0]["geometry"]
    full = read(stranger.get(address, {"geometry": "full"}))["features"][0]["geometry"]
    assert shapely.from_geojson(json.dumps(light)).bounds == (138.30, 34.86, 138.31, 34.87)
    assert shapely.from_geojson(json.dumps(full)).bounds == feature.geometry.extent


def test_an_address_with_the_version_is_kept_for_ever_and_others_are_asked_again(
    stranger: Person, towns: Layer
) -> None:
    address = f"layers/{towns.pk}/features/"
    kept = stranger.get(address, {"v": towns.version})
    assert kept["Cache-Control"] == "public, max-age=31536000, immutable"
    asked = stranger.get(address, {"v": towns.version + 1})
    assert asked["Cache-Control"] == "public, no-cache"

    with CaptureQueriesContext(connection) as queries:
        again = stranger.get(address, headers={"If-None-Match": asked["ETag"]})
    assert again.status_code == 304
    assert len(queries) == 1
    towns.version += 1
    towns.save()
    assert stranger.get(address, headers={"If-None-Match": asked["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "nan,0,1,1"}, {"bbox": "10,0,5,1"},
        {"bbox": "138,34,139,99"}, {"bbox": ""}, {"limit": "-1"}, {"limit": "10001"},
        {"limit": "１"}, {"limit": "x"}, {"cursor": "9" * 30}, {"cursor": "'"},
        {"geometry": "raw"},
    ],
)  # fmt: skip
def test_a_wrong_question_is_answered_by_naming_the_parameter(
    stranger: Person, towns: Layer, query: dict[str, str]
) -> None:
    reply = stranger.get(f"layers/{towns.pk}/features/", query)
    assert reply.status_code == 400
    assert json.loads(reply.content)["parameter"] == next(iter(query))


@pytest.mark.parametrize("accept", ["application/geo+json, application/json", "*/*"])
def test_gis_programs_get_their_media_type(stranger: Person, towns: Layer, accept: str) -> None:
    reply = stranger.get(f"layers/{towns.pk}/features/", headers={"Accept": accept})
    assert reply["Content-Type"] == "application/geo+json"


def test_a_layer_that_never_was_is_not_found(stranger: Person) -> None:
    for address in ("layers/1/", "layers/99999999999999999999/", "layers/1/features/"):
        assert stranger.get(address).status_code == 404
