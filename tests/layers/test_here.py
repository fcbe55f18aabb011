"""The "here" line: what the layers know at a place."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.here import facts_at, facts_at_many, filled
from layers.models import Layer
from mapping.projects.models import Project
from tests import places
from tests.factories import FeatureFactory, LayerFactory, make_layer

pytestmark = pytest.mark.django_db


def layers_of(project: Project) -> list[Layer]:
    """The project's layers in its order."""
    return [one.layer for one in project.project_layers.select_related("layer")]


def texts(
    place: tuple[float, float], layers: list[Layer], language: str | None = None
) -> list[str]:
    """What is read at a place."""
    return [fact["text"] for fact in facts_at(places.point(*place), layers, language)]


def test_a_resident_at_the_station_reads_town_school_area_and_zone(project: Project) -> None:
    assert texts(places.STATION, layers_of(project)) == [
        "焼津第1自治会",
        "焼津西小学校",
        "第一種住居地域",
    ]


def test_one_query_answers_for_all_layers_and_places(project: Project) -> None:
    layers = layers_of(project)
    spots = [places.point(*spot) for spot in (places.STATION, places.PARK, (139.0, 35.0))]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = facts_at_many(spots, layers)
    assert len(queries) == 1
    assert [len(facts) for facts in found] == [3, 2, 0]


def test_the_sea_is_silent(project: Project) -> None:
    assert texts((138.5, 34.6), layers_of(project)) == []


def test_a_place_on_a_border_belongs_to_the_first_of_a_partition(project: Project) -> None:
    towns = layers_of(project)[:1]
    first = towns[0].features.order_by("pk").first()
    facts = facts_at(places.point(places.MIDDLE, places.HALF), towns)
    assert [fact["feature_id"] for fact in facts] == [first.pk]


def test_overlapping_features_all_speak_but_no_sentence_twice(project: Project) -> None:
    flood = make_layer(project, "浸水", places.FLOOD, kind="hazard", is_partition=False)
    FeatureFactory(layer=flood, name="0.5m未満", geometry=places.FLOOD["0.5m未満"])
    assert texts((138.32, 34.865), [flood]) == ["0.5m未満", "0.5m以上1m未満"]


def test_a_layer_speaks_in_its_own_sentence_and_the_readers_language() -> None:
    layer = LayerFactory(
        name={"ja": "内水", "en": "Flooding"},
        sentence={"ja": "浸水{深さ}", "en": "floods {深さ}"},
    )
    FeatureFactory(layer=layer, name="", attributes={"深さ": "0.5m未満"})
    assert texts(places.STATION, [layer]) == ["浸水0.5m未満"]
    assert texts(places.STATION, [layer], "en") == ["floods 0.5m未満"]


def test_a_zone_is_called_as_in_the_legend_for_who_reads_another_language() -> None:
    labels = {"ja": "商業地域", "en": "Commercial"}
    layer = LayerFactory(
        name={"ja": "用途地域", "en": "Zoning"}, kind="zoning",
        style={"property": "class", "classes": [{"value": "商業地域", "label": labels}]},
    )  # fmt: skip
    for name, shape in places.ZONING.items():
        FeatureFactory(layer=layer, name=name, geometry=shape, attributes={"class": name})
    shops, homes = places.point(138.33, 34.87), places.point(138.31, 34.87)
    assert facts_at(shops, [layer], "ja")[0]["text"] == "商業地域"
    assert facts_at(shops, [layer], "en")[0]["text"] == "Commercial"
    assert facts_at(homes, [layer], "en")[0]["text"] == "第一種住居地域"


def test_a_sentence_with_a_gap_falls_back_to_the_name_and_then_to_the_layer() -> None:
    layer = LayerFactory(name={"ja": "用途地域"}, sentence={"ja": "{youto}（容積率{far}%）"})
    feature = FeatureFactory(
        layer=layer, name="商業地域", attributes={"youto": "商業地域", "far": None}
    )
    assert texts(places.STATION, [layer]) == ["商業地域"]
    feature.name = ""
    feature.save()
    assert texts(places.STATION, [layer]) == ["用途地域"]


def test_stops_and_roads_cover_no_place() -> None:
    layer = LayerFactory()
    FeatureFactory(layer=layer, geometry=places.point(*places.STATION), area_m2=None)
    assert texts(places.STATION, [layer]) == []


def test_a_sentence_can_not_look_into_objects() -> None:
    assert filled("{name.__class__}", {"name": "x"}) == ""
    assert filled("{name} {0}", {"name": "x"}) == ""
    assert filled("容積率{far}%", {"far": 200.0}) == "容積率200%"
