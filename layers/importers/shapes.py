"""Geometry as it is stored: 2D, EPSG:4326, valid, right-handed; and the same drawn lightly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from pyproj import CRS, Transformer

from layers.crs import WGS84, name_crs

MAXIMUM_VERTICES = 500_000
SIMPLE_M = 3.0
# Neighbours that were digitised or simplified one by one overlap by slivers of up to some metres
# (wards, school areas); what is narrower than this is no overlap.
HAIR_M = 10.0
METRES_A_DEGREE = 111_320.0
Shapes = np.ndarray[Any, np.dtype[np.object_]]


@dataclass
class Repair:
    """What became of one geometry.

    Attributes:
        shape: the geometry to store, None if nothing can be.
        what: what was repaired, or why it is skipped; "" if it was fine.
    """

    shape: shapely.Geometry | None
    what: str = ""


def to_degrees(shapes: Shapes, crs: CRS) -> Shapes:
    """The same geometries in EPSG:4326, longitude first; heights dropped.

    Args:
        shapes: geometries or None.
        crs: what their coordinates are in.
    """
    flat = shapely.force_2d(shapes)
    if name_crs(crs) in ("EPSG:4326", "OGC:CRS84"):
        return flat
    transformer = Transformer.from_crs(crs, WGS84, always_xy=True)

    def turn(points: np.ndarray) -> np.ndarray:
        x, y = transformer.transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y])

    return shapely.transform(flat, turn)


def bounds_of(shapes: Shapes) -> tuple[float, float, float, float]:
    """West, south, east, north of all geometries; NaN if there is none."""
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def usual_bounds(shapes: Shapes) -> tuple[float, float, float, float]:
    """Bounds (w, s, e, n) of the middle four fifths, so that one wild row decides nothing."""
    boxes = shapely.bounds(shapes)
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return (0.0, 0.0, 0.0, 0.0)
    low, high = np.percentile(boxes, 10, axis=0), np.percentile(boxes, 90, axis=0)
    return float(low[0]), float(low[1]), float(high[2]), float(high[3])


def mend(shape: shapely.Geometry) -> Repair:
    """Make one geometry (4326) fit to be stored, saying what was wrong with it."""
    if shape.is_empty:
        return Repair(None, _("形状が空"))
    points = shapely.get_coordinates(shape)
    if not np.isfinite(points).all():
        return Repair(None, _("座標が数ではない、または座標系の範囲外"))
    if (np.abs(points) > (180.0, 90.0)).any():
        return Repair(None, _("座標が経度・緯度の範囲にない"))
    if len(points) > MAXIMUM_VERTICES:
        return Repair(None, _("頂点が多すぎる（%(count)d）") % {"count": len(points)})
    return _make_valid(shape)


def _make_valid(shape: shapely.Geometry) -> Repair:
    dimension = int(shapely.get_dimensions(shape))
    mixed = shape.geom_type == "GeometryCollection"
    if shape.is_valid and not mixed:
        return Repair(shapely.orient_polygons(shape))
    reason = "" if shape.is_valid else shapely.is_valid_reason(shape).split("[")[0]
    kept = only_dimension(_structured(shape), dimension)
    if kept is None or not kept.is_valid:
        return Repair(None, _("形がつぶれていて直せない（%(reason)s）") % {"reason": reason})
    if not reason:
        return Repair(shapely.orient_polygons(kept), _("混ざった形から主な形だけを採用"))
    return Repair(
        shapely.orient_polygons(kept), _("不正な形を修復（%(reason)s）") % {"reason": reason}
    )


def _structured(shape: shapely.Geometry) -> shapely.Geometry:
    """Made valid; parts by themselves first, which is quick where thousands lie in one feature."""
    parts = shapely.get_parts(shape)
    if len(parts) > 1:
        bad = ~shapely.is_valid(parts)
        parts[bad] = shapely.make_valid(parts[bad], method="structure", keep_collapsed=False)
        shape = shapely.multipolygons(shapely.get_parts(parts)) if _all_areas(parts) else shape
    if shape.is_valid and shape.geom_type != "GeometryCollection":
        return shape
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _all_areas(parts: Shapes) -> bool:
    return all(part.geom_type in ("Polygon", "MultiPolygon") for part in parts)


def only_dimension(shape: shapely.Geometry, dimension: int) -> shapely.Geometry | None:
    """The parts of one dimension (0 points, 1 lines, 2 areas), as Multi where several."""
    parts = [
        part
        for part in shapely.get_parts(_flatten(shape))
        if shapely.get_dimensions(part) == dimension and not part.is_empty
    ]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    maker = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[dimension]
    return maker(parts)


def _flatten(shape: shapely.Geometry) -> shapely.Geometry:
    if shape.geom_type != "GeometryCollection":
        return shape
    parts: list[shapely.Geometry] = []
    for part in shape.geoms:
        parts.extend(shapely.get_parts(_flatten(part)))
    return shapely.geometrycollections(parts)


def on_plane(shapes: Shapes) -> tuple[Shapes, np.ndarray]:
    """Geometries (4326) in metres on a plane good enough to simplify on, and the scale used."""
    _west, south, _east, north = bounds_of(shapes)
    squeeze = math.cos(math.radians((south + north) / 2)) or 1.0
    scale = np.array([METRES_A_DEGREE * squeeze, METRES_A_DEGREE])
    return shapely.transform(shapes, lambda points: points * scale), scale


def off_plane(shapes: Shapes, scale: np.ndarray) -> Shapes:
    """The way back from `on_plane`."""
    return shapely.transform(shapes, lambda points: points / scale)


@dataclass
class Drawn:
    """How a layer's geometries lie to one another.

    Attributes:
        simple: lighter geometries for drawing, None for points (drawn from the geometry itself).
        is_partition: whether they are areas that don't overlap, so that shares add up.
    """

    simple: Shapes
    is_partition: bool


def drawn(shapes: Shapes, tolerance_m: float = SIMPLE_M) -> Drawn:
    """Simplify geometries for drawing and see whether they overlap.

    Neighbours are simplified together where they fit without gap or overlap. A result that would
    be empty or invalid is replaced by the full geometry.

    Args:
        shapes: valid geometries in 4326, at least one.
        tolerance_m: how far a border may move, metres.
    """
    light: Shapes = np.full(len(shapes), None, dtype=object)
    dimensions = shapely.get_dimensions(shapes)
    plane, scale = on_plane(shapes)
    lines, areas = dimensions == 1, dimensions == 2
    light[lines] = shapely.simplify(plane[lines], tolerance_m / 2, preserve_topology=True)
    misfits = np.zeros(len(shapes), dtype=bool)
    if areas.any():
        # Edges that cross a neighbour or miss its corners; areas without any fit together.
        misfits[areas] = ~shapely.is_empty(shapely.coverage_invalid_edges(plane[areas]))
        light[areas] = _simplify_areas(plane[areas], tolerance_m, together=not misfits.any())
    partition = bool(areas.all()) and not overlaps(plane, misfits)
    flat = lines | areas
    back = off_plane(light[flat], scale)
    good = shapely.is_valid(back) & ~shapely.is_empty(back)
    light[flat] = shapely.orient_polygons(np.where(good, back, shapes[flat]))
    return Drawn(light, partition)


def _simplify_areas(plane: Shapes, tolerance_m: float, together: bool) -> Shapes:
    if together:
        return shapely.coverage_simplify(plane, tolerance_m)
    return shapely.simplify(plane, tolerance_m / 2, preserve_topology=True)


def overlaps(
    plane: Shapes, suspects: np.ndarray | None = None, hair_m: float = HAIR_M
) -> list[tuple[int, int]]:
    """Pairs of areas (positions) that overlap in a strip wider than a hair.

    Args:
        plane: valid areas in metres.
        suspects: which of them to compare with the others; all if None.
        hair_m: metres.
    """
    # Part by part: two hazard zones of a whole city touch everywhere, their parts rarely do.
    parts, owner = shapely.get_parts(plane, return_index=True)
    asked = np.arange(len(parts)) if suspects is None else np.flatnonzero(suspects[owner])
    first, second = shapely.STRtree(parts).query(parts[asked])
    first = asked[first]
    other = owner[first] != owner[second]
    first, second = first[other], second[other]
    shapely.prepare(parts)
    meet = shapely.intersects(parts[first], parts[second])
    first, second = first[meet], second[meet]
    common = shapely.intersection(parts[first], parts[second])
    thick = shapely.area(common) > hair_m**2 / 2
    first, second, common = first[thick], second[thick], common[thick]
    wide = ~shapely.is_empty(shapely.buffer(common, -hair_m / 2))
    pairs = np.sort(np.column_stack([owner[first[wide]], owner[second[wide]]]), axis=1)
    return [(int(a), int(b)) for a, b in np.unique(pairs, axis=0)]
