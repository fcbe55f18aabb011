"""Heat by hexagons: how many voices lie in each cell, never whose.

Hexagons are laid in Web Mercator (EPSG:3857), flat side up, so that they look alike on the map
at one zoom; a voice falls into the cell of its anchor (a point of the public geometry) by cube
rounding (Red Blob Games, "Hexagonal Grids", https://www.redblobgames.com/grids/hexagons/).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db import connection

from layers.models import Feature
from mapping.opinions.models import Basis
from mapping.opinions.querysets import OpinionQuerySet

# The steps are materialized: PostgreSQL would else transform each point once for every mention.

# Half a hexagon's width on the screen, in pixels, at every zoom.
RADIUS_PX = 16
MERCATOR_METRES_PER_PIXEL = 156543.03392804097

CELLS_SQL = """
WITH given AS (SELECT %s::float8 AS size, %s::bigint AS feature_id),
chosen AS (
    SELECT id, category_id, {anchor} AS anchor, {place} AS place
    FROM opinions_opinion WHERE id IN ({chosen})
),
district AS MATERIALIZED (
    SELECT geometry AS shape, ST_Transform(geometry, 3857) AS drawn
    FROM layers_feature WHERE id = (SELECT feature_id FROM given)
),
spots AS MATERIALIZED (
    SELECT chosen.category_id, ST_Transform({spot}, 3857) AS spot FROM chosen {district_join}
),
axial AS MATERIALIZED (
    SELECT category_id,
           ST_X(spot) * 2 / 3 / size AS q,
           (ST_Y(spot) * sqrt(3) - ST_X(spot)) / 3 / size AS r
    FROM spots, given WHERE spot IS NOT NULL
),
rounded AS (
    SELECT category_id, q, r, round(q) AS rq, round(r) AS rr, round(-q - r) AS rs FROM axial
),
celled AS MATERIALIZED (
    SELECT category_id,
           CASE WHEN abs(rq - q) > abs(rr - r) AND abs(rq - q) > abs(rs + q + r)
                THEN -rr - rs ELSE rq END AS i,
           CASE WHEN NOT (abs(rq - q) > abs(rr - r) AND abs(rq - q) > abs(rs + q + r))
                 AND abs(rr - r) > abs(rs + q + r)
                THEN -rq - rs ELSE rr END AS j
    FROM rounded
),
counted AS (
    SELECT i, j, category_id, count(*) AS voices FROM celled GROUP BY i, j, category_id
),
hexagons AS (
    SELECT sum(voices)::int AS count,
           jsonb_object_agg(coalesce(category_id, 0), voices) AS categories,
           ST_Translate(
               ST_Hexagon(size, 0, 0, ST_SetSRID(ST_MakePoint(0, 0), 3857)),
               size * 1.5 * i, size * sqrt(3) * (j + i / 2.0)
           ) AS hexagon
    FROM counted, given GROUP BY i, j, size
)
SELECT count, categories, ST_AsGeoJSON(ST_Transform({shape}, 4326), 6)
FROM hexagons {hexagon_join}
ORDER BY count DESC
"""

# A line or area may touch the district while its anchor lies outside: it then counts where the
# part inside lies, so that the cells of a district sum to its voices.
SPOT_INSIDE_SQL = """
CASE WHEN ST_Covers(district.shape, chosen.anchor) THEN chosen.anchor
     ELSE ST_PointOnSurface(ST_Intersection(district.shape, chosen.place)) END
"""


@dataclass(frozen=True)
class Cell:
    """A hexagon: count, counts by category id (0: none), geometry as GeoJSON (4326)."""

    count: int
    categories: dict[int, int]
    geometry: dict


def radius_for(zoom: int) -> float:
    """Half the width of a cell at a zoom, in metres of Web Mercator."""
    return RADIUS_PX * MERCATOR_METRES_PER_PIXEL / 2**zoom


def hexagons(
    opinions: OpinionQuerySet,
    zoom: int,
    inside: Feature | None = None,
    basis: str = Basis.PUBLIC,
) -> list[Cell]:
    """Cells that hold voices, fullest first; one query.

    Args:
        opinions: the filtered voices; with `inside` they must be those placed in it.
        zoom: map zoom 0-22 that sets the cells' size.
        inside: cut the cells at the border of this feature.
        basis: "exact" counts voices where they were drawn; the caller has checked the right.
    """
    chosen, params = opinions.order_by().values("id").query.sql_with_params()
    feature_id = inside.pk if inside else None
    with connection.cursor() as cursor:
        cursor.execute(_statement(chosen, inside, basis), [radius_for(zoom), feature_id, *params])
        return [_cell(*row) for row in cursor.fetchall()]


def _cell(count: int, categories: str | dict, geometry: str) -> Cell:
    by_id = categories if isinstance(categories, dict) else json.loads(categories)
    return Cell(count, {int(key): value for key, value in by_id.items()}, json.loads(geometry))


def _statement(chosen: str, inside: Feature | None, basis: str) -> str:
    is_exact = basis == Basis.EXACT
    district_join = "CROSS JOIN district" if inside else ""
    return CELLS_SQL.format(
        chosen=chosen,
        anchor="ST_PointOnSurface(geometry)" if is_exact else "anchor",
        place="geometry" if is_exact else "public_geometry",
        spot=SPOT_INSIDE_SQL if inside else "chosen.anchor",
        district_join=district_join,
        shape="ST_Intersection(hexagon, district.drawn)" if inside else "hexagon",
        hexagon_join=district_join,
    )
