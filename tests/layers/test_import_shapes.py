"""Geometry as it is stored and drawn."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS

from layers.importers import shapes
from layers.importers.errors import LayerImportError
from layers.importers.reference import reference_of

BOW_TIE = "POLYGON ((138.30 34.85, 138.31 34.86, 138.31 34.85, 138.30 34.86, 138.30 34.85))"
SPIKE = "POLYGON ((138.3 34.8, 138.4 34.8, 138.5 34.8, 138.4 34.8, 138.4 34.9, 138.3 34.8))"
FLAT = "POLYGON ((138.3 34.8, 138.4 34.8, 138.35 34.8, 138.3 34.8))"
METRE = 1 / 111_320
DEGREES = (138.0, 34.0, 139.0, 35.0)
PLANE = (-20_000.0, -130_000.0, -15_000.0, -120_000.0)
YAIZU = (138.23, 34.74, 138.37, 34.93)


def grid(gap: float = 0.0) -> np.ndarray:
    """Two squares of about a kilometre with a wavy shared border; `gap` degrees between them."""
    wave = [(138.31 + 0.0002 * np.sin(n), 34.85 + n / 1000) for n in range(11)]
    west = shapely.Polygon([(138.30, 34.86), (138.30, 34.85), *wave])
    east = shapely.Polygon([*[(x + gap, y) for x, y in wave], (138.32, 34.86), (138.32, 34.85)])
    return np.array([west, east], dtype=object)


@pytest.mark.parametrize("wkt", [BOW_TIE, SPIKE])
def test_an_invalid_area_is_repaired_to_areas_and_the_reason_told(wkt: str) -> None:
    repair = shapes.mend(shapely.from_wkt(wkt))
    assert repair.shape is not None
    assert repair.shape.is_valid
    assert repair.shape.geom_type in ("Polygon", "MultiPolygon")
    assert "elf-intersection" in repair.what


def test_an_area_without_area_is_skipped_with_the_reason() -> None:
    repair = shapes.mend(shapely.from_wkt(FLAT))
    assert repair.shape is None
    assert "直せない" in repair.what


def test_outer_rings_run_counter_clockwise() -> None:
    repair = shapes.mend(shapely.box(138, 34, 139, 35, ccw=False))
    assert repair.shape is not None
    assert repair.shape.exterior.is_ccw
    assert repair.what == ""


def test_of_a_mixed_geometry_the_parts_of_the_highest_dimension_stay() -> None:
    mixed = shapely.from_wkt(f"GEOMETRYCOLLECTION (POINT (138 34), {BOW_TIE})")
    repair = shapes.mend(mixed)
    assert repair.shape is not None
    assert repair.shape.geom_type == "MultiPolygon"


def test_one_bad_part_of_many_is_repaired_and_the_others_stay_as_they_are() -> None:
    fine = shapely.box(138.0, 34.0, 138.1, 34.1)
    both = shapely.multipolygons([fine, shapely.from_wkt(BOW_TIE)])
    repair = shapes.mend(both)
    assert repair.shape is not None
    assert repair.shape.is_valid
    assert any(part.equals(fine) for part in repair.shape.geoms)
    assert len(repair.shape.geoms) == 3


def test_neighbours_are_simplified_together_without_gap_or_overlap() -> None:
    assert shapely.coverage_is_valid(grid())
    light = shapes.drawn(grid(), tolerance_m=30).simple
    assert sum(shapely.get_num_coordinates(light)) < sum(shapely.get_num_coordinates(grid()))
    assert shapely.coverage_is_valid(light)
    assert shapely.union_all(light).area == pytest.approx(shapely.union_all(grid()).area, rel=1e-3)


def test_what_is_no_clean_coverage_is_simplified_one_by_one() -> None:
    light = shapes.drawn(grid(gap=-3 * METRE), tolerance_m=3).simple
    assert shapely.is_valid(light).all()
    assert shapes.drawn(np.array([shapely.Point(138, 34)])).simple[0] is None


@pytest.mark.parametrize(("metres", "partition"), [(0, True), (4, True), (-5, True), (40, False)])
def test_slivers_between_neighbours_are_no_overlap_but_a_strip_is(
    metres: float, partition: bool
) -> None:
    assert shapes.drawn(grid(gap=-metres * METRE)).is_partition is partition


def test_an_area_inside_another_is_an_overlap() -> None:
    inner = shapely.box(138.302, 34.852, 138.304, 34.854)
    assert not shapes.drawn(np.array([*grid(), inner], dtype=object)).is_partition


def test_lines_are_no_partition() -> None:
    assert not shapes.drawn(np.array([shapely.LineString([(138, 34), (139, 35)])])).is_partition


def test_the_old_tokyo_datum_is_moved_and_warned_about() -> None:
    reference = reference_of("", "EPSG:4301", DEGREES, None)
    assert "旧日本測地系" in reference.warnings[0]
    moved = shapes.to_degrees(np.array([shapely.Point(138.3137, 34.8712)]), reference.crs)[0]
    # About 11.5 seconds south-east of where the same figures lie today.
    assert moved.x == pytest.approx(138.3137 - 0.0031, abs=3e-4)
    assert moved.y == pytest.approx(34.8712 + 0.0033, abs=3e-4)


def test_heights_are_dropped() -> None:
    flat = shapes.to_degrees(np.array([shapely.Point(138, 34, 12)]), CRS(4326))
    assert not shapely.has_z(flat[0])


def test_a_file_that_is_contradicted_says_so() -> None:
    reference = reference_of("EPSG:4326", "EPSG:6676", PLANE, None)
    assert (reference.name, len(reference.warnings)) == ("EPSG:6676", 1)


@pytest.mark.parametrize(
    ("stated", "wanted", "bounds", "words"),
    [
        ("", "", PLANE, "--crs EPSG:6676"),
        ("", "", DEGREES, "--crs EPSG:6668"),
        ("EPSG:4326", "", PLANE, "--crs EPSG:6676"),
        ("", "EPSG:0", DEGREES, "EPSG:0"),
        ("", "plane", DEGREES, "plane"),
        ("EPSG:4326", "", (34.0, 138.0, 35.0, 139.0), "逆"),
    ],
)
def test_a_system_that_nobody_names_is_asked_for(
    stated: str, wanted: str, bounds: tuple[float, float, float, float], words: str
) -> None:
    with pytest.raises(LayerImportError, match=words) as refusal:
        reference_of(stated, wanted, bounds, YAIZU)
    assert "--" in refusal.value.message
