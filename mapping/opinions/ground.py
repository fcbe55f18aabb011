"""Whether a drawn place lies on the project's ground: area plus tolerance."""

from __future__ import annotations

from typing import Any

import shapely
from django.db import connection
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from mapping.accounts.problems import unprocessable
from mapping.projects.models import Project

# The furthest vertex outside is found in degrees (longitude scaled by the cosine of the
# latitude: quick whatever was sent), its distance then measured on the ellipsoid.
FURTHEST_SQL = """
WITH ground AS MATERIALIZED (
    SELECT area, tolerance_m, cos(radians(ST_Y(ST_Centroid(area)))) AS k
    FROM projects_project WHERE id = %(project)s
), scaled AS MATERIALIZED (
    SELECT *, ST_Scale(area, k, 1) AS flat FROM ground
), vertex AS (
    SELECT (ST_DumpPoints(ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4326))).geom AS v
), furthest AS MATERIALIZED (
    SELECT v, area, tolerance_m, k, flat FROM vertex, scaled
    WHERE NOT ST_Covers(area, v)
    ORDER BY ST_Distance(flat, ST_Scale(v, k, 1)) DESC LIMIT 1
), nearest AS (
    SELECT v, tolerance_m, ST_SetSRID(ST_Scale(
        ST_ClosestPoint(flat, ST_Scale(v, k, 1)), 1 / k, 1), 4326) AS n
    FROM furthest
), measured AS (
    SELECT v, n, tolerance_m, ST_Distance(v::geography, n::geography) AS metres FROM nearest
)
SELECT metres, ST_X(n), ST_Y(n), ST_X(v), ST_Y(v) FROM measured WHERE metres > tolerance_m
"""


def refuse_outside(drawn: BaseGeometry, project: Project) -> None:
    """Refuse a place with a vertex outside the project's area plus its tolerance.

    Raises:
        Problem: 422 `outside-area` with `distance_m`, `nearest` [lon, lat] on the area and
            `vertex` [lon, lat] that is furthest out; `hint` "swapped" when lat/lon would fit.
    """
    furthest = _furthest_outside(drawn, project)
    if furthest is None:
        return
    metres, nearest, vertex = furthest
    members: dict[str, Any] = {
        "distance_m": round(metres),
        "nearest": [round(number, 6) for number in nearest],
        "vertex": list(vertex),
        "tolerance_m": project.tolerance_m,
    }
    detail = _("対象区域から %s m 離れています。") % f"{round(metres):,}"
    if _fits_swapped(vertex, project):
        members |= {"hint": "swapped", "did_you_mean": [vertex[1], vertex[0]]}
        detail = _("緯度と経度が入れ替わっていませんか？ [経度, 緯度] の順です。")
    raise unprocessable("outside-area", _("対象区域の外です"), detail, **members)


def distance_to_area(lon: float, lat: float, project: Project) -> float:
    """Metres from a place to the project's area; 0 inside."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance(area::geography, ST_SetSRID(ST_Point(%s, %s), 4326)::geography)"
            " FROM projects_project WHERE id = %s",
            [lon, lat, project.pk],
        )
        return cursor.fetchone()[0]


def _furthest_outside(
    drawn: BaseGeometry, project: Project
) -> tuple[float, tuple[float, float], tuple[float, float]] | None:
    with connection.cursor() as cursor:
        cursor.execute(FURTHEST_SQL, {"project": project.pk, "wkb": shapely.to_wkb(drawn)})
        row = cursor.fetchone()
    if row is None:
        return None
    metres, near_x, near_y, x, y = row
    return metres, (near_x, near_y), (x, y)


def _fits_swapped(vertex: tuple[float, float], project: Project) -> bool:
    west, south, east, north = project.area.extent
    lat, lon = vertex
    return west <= lon <= east and south <= lat <= north
