"""An attacker who asks cleverly gets no nearer to a place than the project's grid."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry

from mapping.opinions.models import Opinion
from mapping.projects.models import Project
from tests.factories import OpinionFactory, make_layer, make_project
from tests.people import Person
from tests.places import STATION, YAIZU_SRID, area, box, metres_apart, point

GRID = 50
LON, LAT = STATION
pytestmark = pytest.mark.django_db

Finds = Callable[[tuple[float, float, float, float]], bool]


def corner_of_cell() -> GEOSGeometry:
    """A place one metre inside the south-west corner of its 50 m cell, near the station."""
    metric = point(LON, LAT).transform(YAIZU_SRID, clone=True)
    x, y = metric.x // GRID * GRID + 1, metric.y // GRID * GRID + 1
    return GEOSGeometry(f"SRID={YAIZU_SRID};POINT({x} {y})").transform(4326, clone=True)


@pytest.fixture
def project() -> Project:
    """At grid 50 m."""
    return make_project(grid_m=GRID)


@pytest.fixture
def home(project: Project) -> Opinion:
    """A voice at somebody's door."""
    return OpinionFactory(project=project, place=corner_of_cell())


def bisect(finds: Finds) -> GEOSGeometry:
    """Halve a box around the place again and again, to 20 cm; the centre of what is left."""
    west, south, east, north = LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01
    assert finds((west, south, east, north))
    for _ in range(13):
        middle = (west + east) / 2
        west, east = (west, middle) if finds((west, south, middle, north)) else (middle, east)
        middle = (south + north) / 2
        south, north = (south, middle) if finds((west, south, east, middle)) else (middle, north)
    return point((west + east) / 2, (south + north) / 2)


def by_bbox(person: Person, address: str, count: Callable[[Any], int]) -> Finds:
    """Ask with bbox=."""

    def finds(edges: tuple[float, float, float, float]) -> bool:
        query = {"bbox": ",".join(f"{edge:.9f}" for edge in edges)}
        return count(person.get(address, query).json()) > 0

    return finds


def by_within(person: Person, address: str, count: Callable[[Any], int]) -> Finds:
    """Ask with within=."""

    def finds(edges: tuple[float, float, float, float]) -> bool:
        west, south, east, north = edges
        drawn = area((west, south), (east, south), (east, north), (west, north))
        return count(person.get(address, {"within": json.dumps(drawn)}).json()) > 0

    return finds


DOORS = {
    "opinions/": lambda body: body["numberMatched"],
    "opinions/points/": lambda body: body["total"],
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("ask", [by_bbox, by_within])
def test_bisection_ends_at_the_centre_of_the_cell(
    ask: Callable[..., Finds], door: str, stranger: Person, project: Project, home: Opinion
) -> None:
    found = bisect(ask(stranger, f"projects/{project.slug}/{door}", DOORS[door]))
    assert metres_apart(found, home.public_geometry) < 1
    assert metres_apart(found, home.geometry) > GRID / 2


def test_the_attack_would_work_on_a_project_without_a_grid(stranger: Person) -> None:
    open_data = make_project(grid_m=0)
    voice = OpinionFactory(project=open_data, place=corner_of_cell())
    address = f"projects/{open_data.slug}/opinions/points/"
    found = bisect(by_bbox(stranger, address, DOORS["opinions/points/"]))
    assert metres_apart(found, voice.geometry) < 1


def test_bisecting_the_neighbourhood_ends_at_the_anchor(
    stranger: Person, project: Project, home: Opinion
) -> None:
    """The distance at which `nearby` begins to count tells the anchor, not the door."""

    def seen(lon: float, lat: float, radius: float) -> bool:
        query = {"lon": lon, "lat": lat, "radius": radius}
        body = stranger.get(f"projects/{project.slug}/here/", query).json()
        return body["nearby"]["count"] > 0

    for east, north in ((0.003, 0), (0, 0.003), (-0.003, 0.001)):
        lon, lat = LON + east, LAT + north
        near, far = 1.0, 1000.0
        assert seen(lon, lat, far)
        for _ in range(20):
            middle = (near + far) / 2
            near, far = (near, middle) if seen(lon, lat, middle) else (middle, far)
        measured = metres_apart(point(lon, lat), home.anchor)
        assert far == pytest.approx(measured, abs=1)


def test_a_narrow_official_area_does_not_betray_the_door(
    stranger: Person, project: Project, home: Opinion
) -> None:
    x, y = home.geometry.coords
    narrow = {"戸口": box(x - 0.00001, y - 0.00001, x + 0.00001, y + 0.00001)}
    layer = make_layer(project, "せまい区域", narrow)
    feature = layer.features.get()
    query = {"in": f"{layer.pk}:{feature.pk}"}
    assert home.placements.filter(feature=feature, basis="exact").exists()
    assert stranger.get(f"projects/{project.slug}/opinions/", query).json()["numberMatched"] == 0
    assert stranger.get(f"projects/{project.slug}/opinions/points/", query).json()["total"] == 0
    outside = {"in": f"{layer.pk}:outside"}
    listed = stranger.get(f"projects/{project.slug}/opinions/", outside).json()
    assert listed["numberMatched"] == 1


def test_the_here_line_speaks_of_the_public_place(project: Project) -> None:
    x, y = corner_of_cell().coords
    make_layer(project, "せまい区域", {"戸口": box(x - 1e-5, y - 1e-5, x + 1e-5, y + 1e-5)})
    voice = OpinionFactory(project=project, place=corner_of_cell())
    assert "戸口" not in [fact["text"] for fact in voice.here]


def test_lines_and_areas_keep_to_the_grid_too(stranger: Person, project: Project) -> None:
    chance = random.Random(3)
    for _ in range(10):
        corners = [
            (LON + chance.uniform(-0.004, 0.004), LAT + chance.uniform(-0.004, 0.004))
            for _ in range(3)
        ]
        OpinionFactory(project=project, place=area(*corners))
    body = stranger.get(f"projects/{project.slug}/opinions/").json()
    for feature in body["features"]:
        voice = Opinion.objects.get(pk=feature["id"])
        drawn = voice.geometry.transform(YAIZU_SRID, clone=True)
        shown = GEOSGeometry(json.dumps(feature["geometry"])).transform(YAIZU_SRID, clone=True)
        corners = [vertex for ring in drawn.coords for vertex in ring]
        for vertex in (vertex for ring in shown.coords for vertex in ring):
            wanted = 0 if voice.is_collapsed else GRID / 2
            for axis in vertex:
                assert (axis - wanted + GRID / 2) % GRID == pytest.approx(GRID / 2, abs=0.2)
            assert vertex not in corners
