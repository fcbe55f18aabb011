"""Public geometry: the grid, what collapses, jitter, and promises that are kept."""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db import connection

from mapping.opinions import geometry, writing
from mapping.opinions.geometry import jitter_of, public_geometry, recoarsen
from mapping.opinions.models import Opinion
from mapping.opinions.writing import withdraw
from mapping.projects.models import Project
from tests.factories import OpinionFactory, ProjectFactory, make_layer, make_project
from tests.places import PARK, STATION, YAIZU_SRID, area, box, line, metres_apart, pin, point

LON, LAT = STATION
pytestmark = pytest.mark.django_db


def drawn(geojson: dict) -> GEOSGeometry:
    """GEOS geometry of GeoJSON."""
    return GEOSGeometry(json.dumps(geojson), srid=4326)


def metric(geometry: GEOSGeometry) -> GEOSGeometry:
    """The same in metres of the plane zone."""
    return geometry.transform(YAIZU_SRID, clone=True)


def off_centre(metres: float, grid: int) -> float:
    """How far a coordinate is from the nearest centre of a cell."""
    return abs((metres - grid / 2 + grid / 2) % grid - grid / 2)


@pytest.mark.parametrize("grid", [10, 50, 100, 250, 500])
def test_a_pin_moves_to_the_centre_of_its_cell(grid: int) -> None:
    project = ProjectFactory(grid_m=grid)
    place = public_geometry(project, point(*STATION))
    moved = metric(place.geometry)
    assert off_centre(moved.x, grid) < 0.1 and off_centre(moved.y, grid) < 0.1
    assert metres_apart(place.geometry, point(*STATION)) <= grid * 0.7072
    assert place.anchor.equals(place.geometry)
    assert place.cell.covers(place.geometry) and place.cell.covers(point(*STATION))
    assert metric(place.cell).area == pytest.approx(grid**2, rel=0.03)
    assert not place.is_collapsed


def test_all_pins_of_a_cell_look_the_same() -> None:
    project = ProjectFactory(grid_m=50)
    first = public_geometry(project, point(*STATION))
    inside = metric(first.cell)
    west, south, east, north = inside.extent
    for x, y in [(west + 1, south + 1), (east - 1, north - 1), (west + 1, north - 1)]:
        corner = GEOSGeometry(f"SRID={YAIZU_SRID};POINT({x} {y})").transform(4326, clone=True)
        assert public_geometry(project, corner).geometry.equals(first.geometry)


def test_at_grid_0_everything_is_as_drawn() -> None:
    project = ProjectFactory(grid_m=0)
    shapes = [pin(LON, LAT), line((LON, LAT), PARK), area((LON, LAT), PARK, (LON, PARK[1]))]
    for shape in shapes:
        place = public_geometry(project, drawn(shape))
        assert json.loads(place.geometry.json) == json.loads(drawn(shape).json)
        assert place.cell is None


def test_a_line_moves_vertex_by_vertex_and_drops_repeats() -> None:
    project = ProjectFactory(grid_m=50)
    place = public_geometry(
        project, drawn(line((LON, LAT), (LON + 0.00001, LAT), (LON + 0.004, LAT + 0.001)))
    )
    moved = metric(place.geometry)
    assert moved.geom_type == "LineString" and len(moved.coords) == 2
    assert all(off_centre(x, 50) < 0.1 and off_centre(y, 50) < 0.1 for x, y in moved.coords)
    middle = metric(place.anchor)
    assert moved.distance(middle) < 0.2
    assert moved.project_normalized(middle) == pytest.approx(0.5, abs=0.001)


def test_a_short_line_becomes_the_centre_of_its_cell_and_says_so() -> None:
    project = ProjectFactory(grid_m=500)
    place = public_geometry(project, drawn(line((LON, LAT), (LON + 0.00001, LAT))))
    assert place.geometry.geom_type == "Point" and place.is_collapsed
    assert place.geometry.equals(public_geometry(project, point(LON, LAT)).geometry)


def test_a_small_area_becomes_the_square_of_its_cell_and_says_so() -> None:
    project = ProjectFactory(grid_m=100)
    tiny = area((LON, LAT), (LON + 0.00002, LAT), (LON, LAT + 0.00002))
    place = public_geometry(project, drawn(tiny))
    assert place.is_collapsed
    assert metric(place.geometry).area == pytest.approx(10_000, rel=0.01)
    assert place.geometry.covers(drawn(tiny))


def test_a_long_thin_area_stays_a_polygon() -> None:
    project = ProjectFactory(grid_m=100)
    strip = area((LON, LAT), (LON + 0.01, LAT), (LON + 0.01, LAT + 0.00001), (LON, LAT + 0.00001))
    place = public_geometry(project, drawn(strip))
    assert place.geometry.dims == 2 and place.geometry.valid and place.is_collapsed


def test_an_area_that_snapping_ties_in_a_knot_is_made_valid() -> None:
    project = ProjectFactory(grid_m=100)
    corners = [
        (0, 0),
        (0.003, 0.0001),
        (0.0061, 0),
        (0.0032, 0.00012),
        (0.003, 0.004),
        (0.0028, 0.0002),
    ]
    knot = drawn(area(*[(LON + x, LAT + y) for x, y in corners]))
    assert knot.valid
    place = public_geometry(project, knot)
    assert place.geometry.valid and place.geometry.dims == 2
    assert place.geometry.covers(place.anchor)


def test_an_area_keeps_its_holes_at_the_grid() -> None:
    project = ProjectFactory(grid_m=10)
    ring = Polygon.from_bbox((LON, LAT, LON + 0.005, LAT + 0.005))
    hole = Polygon.from_bbox((LON + 0.001, LAT + 0.001, LON + 0.004, LAT + 0.004))
    place = public_geometry(project, ring.difference(hole))
    assert place.geometry.num_interior_rings == 1
    assert place.geometry.covers(place.anchor)


def test_a_jittered_pin_stays_in_its_cell_and_where_it_is() -> None:
    project = make_project(grid_m=250)
    home = project.categories.get(slug="home")
    seen = set()
    for _ in range(20):
        voice = OpinionFactory(project=project, category=home)
        cell = public_geometry(project, voice.geometry).cell
        assert cell.covers(voice.public_geometry)
        again = public_geometry(project, voice.geometry, jitter_of(voice.client_id))
        assert again.geometry.equals(voice.public_geometry)
        seen.add(voice.public_geometry.coords)
    assert len(seen) == 20


def test_jitter_needs_the_secret(settings) -> None:
    client_id = uuid.uuid4()
    before = jitter_of(client_id)
    settings.SECRET_KEY = "another"
    assert jitter_of(client_id) != before


def test_a_coarser_grid_moves_old_voices_too_a_finer_one_only_new_ones(project: Project) -> None:
    old = OpinionFactory(project=project)
    project.grid_m = 100
    project.save()
    old.refresh_from_db()
    assert old.grid_m == 100
    assert old.public_geometry.equals(public_geometry(project, old.geometry).geometry)
    coarse = old.public_geometry.clone()

    project.grid_m = 10
    project.save()
    old.refresh_from_db()
    assert old.public_geometry.equals(coarse)
    assert OpinionFactory(project=project).grid_m == 10


def test_recoarsening_places_voices_anew_and_counts_them() -> None:
    project = make_project(grid_m=0)
    voice = OpinionFactory(project=project)
    assert set(voice.placements.values_list("basis", flat=True)) == {"both"}
    Project.objects.update(grid_m=500)
    project.refresh_from_db()
    assert recoarsen(project) == 1
    assert recoarsen(project) == 0
    assert set(voice.placements.values_list("basis", flat=True)) == {"public", "exact"}


def test_voices_withdrawn_while_the_grid_changes_stay_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = make_project(grid_m=0)
    voices = [OpinionFactory(project=project) for _ in range(3)]

    def place_while_two_withdraw(*given: Any) -> list[geometry.PublicPlace]:
        for voice in voices[:2]:
            if not Opinion.objects.get(pk=voice.pk).is_gone:
                withdraw(voice)
        return public_places(*given)

    public_places = geometry.public_places
    monkeypatch.setattr(geometry, "BATCH", 1)
    monkeypatch.setattr(geometry, "public_places", place_while_two_withdraw)
    project.grid_m = 500
    project.save()
    found = Opinion.objects.order_by("pk").values_list("state", "public_geometry")
    assert [(state, place is None) for state, place in found] == [
        ("withdrawn", True), ("withdrawn", True), ("published", False),
    ]  # fmt: skip
    assert voices[2].placements.exists()


def test_a_voice_that_began_before_the_grid_changed_gets_the_grid_of_now() -> None:
    project = make_project(grid_m=0)
    Project.objects.filter(pk=project.pk).update(grid_m=500)
    assert OpinionFactory(project=project).grid_m == 500


@pytest.mark.django_db(transaction=True)
def test_a_voice_on_its_way_is_not_missed_by_a_coarser_grid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = make_project(grid_m=0)
    coarser = Project.objects.get(pk=project.pk)
    coarser.grid_m = 500
    change = threading.Thread(target=_save_and_hang_up, args=[coarser])

    def place_while_the_grid_changes(ids: list[int]) -> None:
        change.start()
        change.join(timeout=1)
        place(ids)

    place = writing.place
    monkeypatch.setattr(writing, "place", place_while_the_grid_changes)
    voice = OpinionFactory(project=project)
    change.join()
    voice.refresh_from_db()
    assert voice.grid_m == 500


def _save_and_hang_up(project: Project) -> None:
    try:
        project.save()
    finally:
        connection.close()


def test_a_coarser_grid_moves_the_here_line_with_the_voice() -> None:
    project = make_project(grid_m=0)
    x, y = STATION
    make_layer(project, "せまい区域", {"戸口": box(x - 1e-5, y - 1e-5, x + 1e-5, y + 1e-5)})
    voice = OpinionFactory(project=project)
    assert "戸口" in [fact["text"] for fact in voice.here]
    project.grid_m = 500
    project.save()
    voice.refresh_from_db()
    assert "戸口" not in [fact["text"] for fact in voice.here]


def test_nothing_invalid_can_be_stored(project: Project) -> None:
    from django.db import IntegrityError, transaction

    voice = OpinionFactory(project=project)
    knot = Polygon(((LON, LAT), (LON + 1, LAT + 1), (LON + 1, LAT), (LON, LAT + 1), (LON, LAT)))
    knot.srid = 4326
    for column in ("geometry", "public_geometry"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Opinion.objects.filter(pk=voice.pk).update(**{column: knot})
