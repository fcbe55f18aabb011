"""Miniatures of projects: outline of the area and where voices lie, as numbers for a small SVG."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from mapping.opinions.states import State

SIDE = 96
MARGIN = 9
MOST_DOTS = 45
# Web Mercator keeps the shape people know from maps. Each project reads its newest voices through
# the index of its list, so a million voices cost as much as a hundred.
COVERS_SQL = """
SELECT project.id,
    ST_AsGeoJSON(ST_Simplify(shape.area, shape.side / 160, true), 0),
    ARRAY[ST_XMin(shape.area), ST_YMin(shape.area), ST_XMax(shape.area), ST_YMax(shape.area)],
    (SELECT json_agg(json_build_array(
            ST_X(voice.place), ST_Y(voice.place), voice.category_id) ORDER BY voice.id)
     FROM (SELECT id, category_id, ST_Transform(anchor, 3857) AS place
           FROM opinions_opinion
           WHERE project_id = project.id AND state = %s
           ORDER BY created_at DESC, id DESC LIMIT %s) AS voice)
FROM projects_project AS project
CROSS JOIN LATERAL (
    SELECT ST_Transform(project.area, 3857) AS area
) AS flat
CROSS JOIN LATERAL (
    SELECT flat.area, greatest(
        ST_XMax(flat.area) - ST_XMin(flat.area), ST_YMax(flat.area) - ST_YMin(flat.area)) AS side
) AS shape
WHERE project.id = ANY(%s)
"""


@dataclass(frozen=True)
class Cover:
    """A drawing of SIDE by SIDE units.

    Attributes:
        path: the area as SVG path data, even-odd.
        dots: (x, y, id of the category or None) of some voices.
    """

    path: str
    dots: tuple[tuple[float, float, int | None], ...]


def covers_of(project_ids: Collection[int]) -> dict[int, Cover]:
    """Miniatures by project id, published voices only: one query."""
    with connection.cursor() as cursor:
        cursor.execute(COVERS_SQL, [State.PUBLISHED, MOST_DOTS, list(project_ids)])
        return {row[0]: _cover(*row[1:]) for row in cursor.fetchall()}


class _Frame:
    """Puts Web Mercator metres into the square, north up, in the middle."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        side = max(east - west, north - south) or 1.0
        self.scale = (SIDE - 2 * MARGIN) / side
        self.left = SIDE / 2 - (west + east) / 2 * self.scale
        self.top = SIDE / 2 + (south + north) / 2 * self.scale

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Units from the upper left corner."""
        return round(self.left + x * self.scale, 1), round(self.top - y * self.scale, 1)


def _cover(outline: str, bounds: list[float], voices: list[list] | str | None) -> Cover:
    frame = _Frame(*bounds)
    shape = json.loads(outline)
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    rings = [ring for polygon in polygons for ring in polygon]
    path = "".join(
        "M" + "L".join("{} {}".format(*frame.place(x, y)) for x, y in ring) + "Z" for ring in rings
    )
    found = json.loads(voices) if isinstance(voices, str) else voices or []
    return Cover(path, tuple((*frame.place(x, y), category) for x, y, category in found))
