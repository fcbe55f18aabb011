"""Heat shows where voices gather and never who spoke."""

from __future__ import annotations

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.mapping.analysis.test_summary import towns_of
from tests.mapping.analysis.voices import speak

pytestmark = pytest.mark.django_db


@pytest.fixture
def voices(project):
    return speak(project, 60)


def hexagons(person, project, **query):
    return person.get(f"projects/{project.slug}/cells/", query).json()


def test_every_voice_lies_in_the_one_hexagon_that_covers_its_anchor(project, stranger, voices):
    reply = hexagons(stranger, project, zoom=14)

    shapes = [shapely.geometry.shape(cell["geometry"]) for cell in reply["features"]]
    anchors = [shapely.Point(voice.anchor.coords) for voice in voices]
    for shape, cell in zip(shapes, reply["features"], strict=True):
        inside = sum(shape.buffer(1e-7).covers(anchor) for anchor in anchors)
        assert inside == cell["properties"]["count"]
    assert reply["total"] == 60


def test_hexagons_do_not_overlap(project, stranger, voices):
    reply = hexagons(stranger, project, zoom=15)
    shapes = [shapely.geometry.shape(cell["geometry"]) for cell in reply["features"]]
    assert shapely.unary_union(shapes).area == pytest.approx(
        sum(shape.area for shape in shapes), rel=1e-4
    )


def test_a_district_has_heat_of_its_own_cut_at_its_border(project, planner, voices):
    layer = towns_of(project)
    town = layer.features.get(name="焼津第1自治会")
    reply = hexagons(planner, project, zoom=15, **{"in": f"{layer.pk}:{town.pk}"})

    border = shapely.from_wkb(bytes(town.geometry.wkb)).buffer(1e-6)
    assert reply["features"]
    assert all(border.covers(shapely.geometry.shape(c["geometry"])) for c in reply["features"])
    summary = planner.get(f"projects/{project.slug}/summary/", {"by": layer.pk}).json()
    count = next(row["count"] for row in summary["features"] if row["id"] == town.pk)
    assert reply["total"] == count


def test_one_query_makes_all_hexagons(project, stranger, voices):
    with CaptureQueriesContext(connection) as queries:
        hexagons(stranger, project, zoom=14)
    assert len([query for query in queries if "opinions_opinion" in query["sql"]]) == 1
    assert len(queries) <= 5


@pytest.mark.parametrize("zoom", ["x", "-1", "99", "", "1e3"])
def test_a_zoom_that_is_none_is_refused(project, stranger, zoom):
    assert stranger.get(f"projects/{project.slug}/cells/", {"zoom": zoom}).status_code == 400


def test_weeks_sum_to_the_voices(project, stranger, voices):
    reply = stranger.get(f"projects/{project.slug}/timeline/").json()
    assert reply["total"] == sum(week["count"] for week in reply["weeks"]) == 60
