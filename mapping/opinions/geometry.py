"""Public geometry: where a voice may be shown, computed in PostGIS for writing, preview, import.

The grid is squares of g metres in the project's metric CRS, counted from its origin. A pin moves
to the centre of its cell (of a jittered category: to a place inside the cell fixed by
HMAC(secret, client_id)); vertices of lines and areas move to the centres of their cells, repeats
are dropped, areas are made valid and stay polygons. What collapses becomes the centre (line) or
the square (area) of its cell. With grid 0 everything is as drawn.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection, transaction

if TYPE_CHECKING:
    from mapping.opinions.models import Opinion
    from mapping.projects.models import Project

# Keeps a jittered pin off the edge, where rounding could move it into the next cell.
JITTER_SPAN = 0.96
BATCH = 1000

PUBLIC_SQL = """
WITH drawn AS (
    SELECT ord, ST_SetSRID(ST_GeomFromWKB(wkb), 4326) AS geom, grid::float8 AS g, jx, jy,
           %(srid)s::int AS srid
    FROM unnest(%(wkbs)s::bytea[], %(grids)s::int[], %(jx)s::float8[], %(jy)s::float8[])
         WITH ORDINALITY AS given (wkb, grid, jx, jy, ord)
), metric AS MATERIALIZED (
    SELECT *, ST_Transform(geom, srid) AS m FROM drawn
), told AS (
    SELECT *, CASE ST_Dimension(m)
        WHEN 0 THEN m WHEN 1 THEN ST_StartPoint(m) ELSE ST_PointOnSurface(m) END AS p
    FROM metric
), celled AS (
    SELECT *, CASE WHEN g > 0 THEN ST_MakeEnvelope(
        floor(ST_X(p) / g) * g, floor(ST_Y(p) / g) * g,
        floor(ST_X(p) / g) * g + g, floor(ST_Y(p) / g) * g + g, srid) END AS cell
    FROM told
), snapped AS MATERIALIZED (
    SELECT *, CASE
        WHEN g = 0 THEN NULL
        WHEN ST_Dimension(m) = 0 THEN ST_Translate(ST_Centroid(cell), jx * g, jy * g)
        WHEN ST_Dimension(m) = 1 THEN ST_SnapToGrid(m, g / 2, g / 2, g, g)
        ELSE ST_CollectionExtract(ST_MakeValid(ST_SnapToGrid(m, g / 2, g / 2, g, g)), 3) END AS s
    FROM celled
), kept AS (
    SELECT *, g > 0 AND (s IS NULL OR ST_IsEmpty(s)) AS collapsed FROM snapped
), shown AS (
    SELECT *, CASE
        WHEN g = 0 THEN geom
        ELSE ST_SnapToGrid(ST_Transform(CASE
            WHEN NOT collapsed THEN s
            WHEN ST_Dimension(m) = 1 THEN ST_Centroid(cell)
            ELSE cell END, 4326), 1e-6) END AS rounded
    FROM kept
), valid AS MATERIALIZED (
    SELECT *, CASE
        WHEN g > 0 AND ST_Dimension(rounded) = 2
        THEN ST_ForcePolygonCCW(ST_CollectionExtract(ST_MakeValid(rounded), 3))
        ELSE rounded END AS public
    FROM shown
)
SELECT ST_AsBinary(public),
       ST_AsBinary(ST_SnapToGrid(CASE ST_Dimension(public)
           WHEN 0 THEN public
           WHEN 1 THEN ST_Transform(
               ST_LineInterpolatePoint(ST_Transform(public, srid), 0.5), 4326)
           ELSE ST_PointOnSurface(public) END, 1e-6)),
       ST_AsBinary(ST_SnapToGrid(ST_Transform(cell, 4326), 1e-6)),
       collapsed
FROM valid ORDER BY ord
"""


@dataclass(frozen=True)
class PublicPlace:
    """What others see of a drawn place (4326, 6 decimals).

    Attributes:
        geometry: the public geometry.
        anchor: its point for clusters and cells.
        cell: the grid square of the drawn place; None where the grid is 0.
        is_collapsed: the drawn shape was smaller than its cell.
    """

    geometry: GEOSGeometry
    anchor: Point
    cell: GEOSGeometry | None
    is_collapsed: bool


@dataclass(frozen=True)
class DrawnPlace:
    """One place as drawn: geometry (4326), the grid promised for it (metres), its jitter."""

    geometry: GEOSGeometry
    grid_m: int
    jitter: tuple[float, float] = (0.0, 0.0)


def jitter_of(client_id: UUID) -> tuple[float, float]:
    """Offset from the centre of a cell as a share of its side, each in -0.48 … 0.48.

    The same for ever for one voice, so that asking often doesn't average it away.
    """
    message = f"jitter:{client_id}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    first, second = digest[:8], digest[8:16]
    x, y = (int.from_bytes(part, "big") / 2**64 - 0.5 for part in (first, second))
    return x * JITTER_SPAN, y * JITTER_SPAN


def public_places(project: Project, drawn: Sequence[DrawnPlace]) -> list[PublicPlace]:
    """Public geometry of each drawn place, in order: one query however many there are."""
    parameters: dict[str, Any] = {
        "srid": project.metric_srid,
        "wkbs": [bytes(place.geometry.wkb) for place in drawn],
        "grids": [place.grid_m for place in drawn],
        "jx": [place.jitter[0] for place in drawn],
        "jy": [place.jitter[1] for place in drawn],
    }
    with connection.cursor() as cursor:
        cursor.execute(PUBLIC_SQL, parameters)
        return [
            PublicPlace(_geos(public), _geos(anchor), _geos(cell), collapsed)
            for public, anchor, cell, collapsed in cursor.fetchall()
        ]


def public_geometry(
    project: Project, geometry: GEOSGeometry, jitter: tuple[float, float] = (0.0, 0.0)
) -> PublicPlace:
    """Public geometry of one place at the project's grid, for the preview."""
    return public_places(project, [DrawnPlace(geometry, project.grid_m, jitter)])[0]


def drawn_place(opinion: Opinion) -> DrawnPlace:
    """What `public_places` needs to know of a voice."""
    is_jittered = opinion.category is not None and opinion.category.is_jittered
    jitter = jitter_of(opinion.client_id) if is_jittered else (0.0, 0.0)
    if opinion.geometry is None:
        raise ValueError(f"{opinion} is gone and has no place")
    return DrawnPlace(opinion.geometry, opinion.grid_m, jitter)


def publish_places(project: Project, opinions: Iterable[Opinion]) -> None:
    """Set public geometry, anchor and the collapsed mark on voices (not saved here)."""
    voices = list(opinions)
    for voice, place in zip(
        voices, public_places(project, [drawn_place(voice) for voice in voices]), strict=True
    ):
        voice.public_geometry = place.geometry
        voice.anchor = place.anchor
        voice.is_collapsed = place.is_collapsed


def recoarsen(project: Project) -> int:
    """Apply the project's grid to older voices that were promised a finer one.

    A finer grid never applies to them: they keep what was promised. Returns how many moved.
    """
    from mapping.opinions.here import refresh_here
    from mapping.opinions.models import Opinion
    from mapping.opinions.placements import place

    moved = 0
    with transaction.atomic():
        # Whoever withdraws meanwhile stays gone: asked again at each reading and at the update.
        there = Opinion.objects.filter(project=project).exclude(geometry=None)
        finer = there.filter(grid_m__lt=project.grid_m).order_by("id")
        ids = list(finer.values_list("id", flat=True))
        for start in range(0, len(ids), BATCH):
            batch = list(there.filter(id__in=ids[start : start + BATCH]).select_related("category"))
            for voice in batch:
                voice.grid_m = project.grid_m
            publish_places(project, batch)
            moved += there.bulk_update(
                batch, ["grid_m", "public_geometry", "anchor", "is_collapsed"]
            )
            place([voice.pk for voice in batch])
            refresh_here(Opinion.objects.filter(id__in=[voice.pk for voice in batch]))
    return moved


def on_project_saved(sender: object, instance: Project, created: bool, **more: Any) -> None:
    """A coarser grid applies to old voices at once, whoever changed it and wherever."""
    if not created and not more.get("raw"):
        recoarsen(instance)


def _geos(wkb: bytes | memoryview | None) -> Any:
    return None if wkb is None else GEOSGeometry(memoryview(wkb), srid=4326)
