"""Placements: in which features of the grouping layers a voice lies, and by what share.

Made when a voice is written, imported or moved and when a layer is imported, never per request.
A pin counts wholly; where the layer is a partition a pin on a shared border belongs to the
lowest feature id. Lines count by length, areas by area, both in the project's metric CRS; over a
partition shares add up to 1 at most, whatever slivers its borders have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from django.db.models import QuerySet

from layers.models import Layer
from mapping.accounts.texts import in_language
from mapping.projects.models import Project, ProjectLayer

# Shares below this are numerical dust of a shape that only touches a border.
LEAST_SHARE = 1e-7

# Stored voices: their public place and, where the grid moved it, the exact one.
STORED_SQL = """
    SELECT o.id, o.project_id, p.metric_srid, b.basis, b.geom, ST_Dimension(b.geom) AS dim
    FROM opinions_opinion o
    JOIN projects_project p ON p.id = o.project_id
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN o.grid_m = 0 THEN 'both' ELSE 'public' END, o.public_geometry),
        ('exact', CASE WHEN o.grid_m > 0 THEN o.geometry END)
    ) AS b (basis, geom)
    WHERE o.id = ANY(%(ids)s) AND b.geom IS NOT NULL
"""

# A place that isn't stored, for the preview.
GIVEN_SQL = """
    SELECT 0::bigint AS id, p.id AS project_id, p.metric_srid, 'public' AS basis, g.geom,
           ST_Dimension(g.geom) AS dim
    FROM projects_project p, (
        SELECT ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4326) AS geom) AS g
    WHERE p.id = %(project)s
"""

SHARES_SQL = """
WITH voice AS MATERIALIZED ({voices}), grouping AS (
    SELECT DISTINCT pl.project_id, l.id, l.is_partition
    FROM projects_projectlayer pl JOIN layers_layer l ON l.id = pl.layer_id
    WHERE l.is_grouping AND (%(layers)s::bigint[] IS NULL OR l.id = ANY(%(layers)s))
), hit AS (
    SELECT v.id, v.project_id, v.basis, g.id AS layer_id, g.is_partition, f.id AS feature_id,
        CASE v.dim
            WHEN 0 THEN 1.0
            WHEN 1 THEN
                ST_Length(ST_Transform(ST_Intersection(f.geometry, v.geom), v.metric_srid))
                / ST_Length(ST_Transform(v.geom, v.metric_srid))
            ELSE
                ST_Area(ST_Transform(ST_Intersection(f.geometry, v.geom), v.metric_srid))
                / ST_Area(ST_Transform(v.geom, v.metric_srid))
        END AS share,
        CASE WHEN v.dim = 0 AND g.is_partition THEN rank() OVER (
            PARTITION BY v.id, v.basis, g.id ORDER BY f.id) ELSE 1 END AS place
    FROM voice v
    JOIN grouping g ON g.project_id = v.project_id
    JOIN layers_feature f ON f.layer_id = g.id AND ST_Intersects(f.geometry, v.geom)
), counted AS (
    SELECT *, sum(share) OVER (PARTITION BY id, basis, layer_id) AS whole
    FROM hit WHERE place = 1 AND share > %(least)s
), shared AS (
    SELECT *, least(1.0, CASE
        WHEN is_partition AND whole > 0.999999 THEN share / whole ELSE share END) AS part
    FROM counted
)
"""

PLACE_SQL = (
    SHARES_SQL.format(voices=STORED_SQL)
    + """
INSERT INTO opinions_placement (opinion_id, project_id, layer_id, feature_id, basis, share)
SELECT id, project_id, layer_id, feature_id, basis, part FROM shared
"""
)

IN_WORDS_SQL = """
SELECT layer.name, layer.language, feature.name, part
FROM shared
JOIN layers_layer layer ON layer.id = shared.layer_id AND layer.is_published
JOIN layers_feature feature ON feature.id = shared.feature_id
JOIN (
    SELECT project_id, layer_id, bool_or(in_here) AS in_here, min("order") AS place
    FROM projects_projectlayer GROUP BY project_id, layer_id
) shown ON shown.project_id = shared.project_id AND shown.layer_id = shared.layer_id
ORDER BY shown.in_here DESC, shown.place, shared.layer_id, part DESC, feature.id
"""

PREVIEW_SQL = SHARES_SQL.format(voices=GIVEN_SQL) + IN_WORDS_SQL

CLEAR_SQL = """
DELETE FROM opinions_placement
WHERE opinion_id = ANY(%(ids)s) AND (%(layers)s::bigint[] IS NULL OR layer_id = ANY(%(layers)s))
"""

BATCH = 5000


def place(opinions: QuerySet | Iterable[int], layers: Sequence[Layer] | None = None) -> int:
    """Make the placements of voices anew, set-based.

    Args:
        opinions: a queryset of opinions, or ids.
        layers: only in these layers; None: in all grouping layers of each voice's project.

    Returns:
        how many placements were made.
    """
    if isinstance(opinions, QuerySet):
        opinions = opinions.order_by().values_list("id", flat=True)
    ids = list(opinions)
    wanted = None if layers is None else [layer.pk for layer in layers]
    made = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(ids), BATCH):
            parameters: dict[str, Any] = {
                "ids": ids[start : start + BATCH],
                "layers": wanted,
                "least": LEAST_SHARE,
            }
            cursor.execute(CLEAR_SQL, parameters)
            cursor.execute(PLACE_SQL, parameters)
            made += cursor.rowcount
    return made


def shares_of(project: Project, public: GEOSGeometry) -> list[dict[str, Any]]:
    """Where a place that isn't stored would count: `[{layer, name, share}]`, in words.

    Layers of the "here" line come first, so that both speak of the same ones.

    Args:
        public: the public geometry (4326).
    """
    parameters: dict[str, Any] = {
        "project": project.pk, "wkb": bytes(public.wkb), "layers": None, "least": LEAST_SHARE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PREVIEW_SQL, parameters)
        return [
            {"layer": in_language(json.loads(layer), language), "name": name, "share": share}
            for layer, language, name, share in cursor.fetchall()
        ]


def on_layer_imported(sender: object, layer: Layer, **more: Any) -> None:
    """A layer was imported: its features are new, so voices are placed in it anew."""
    from mapping.opinions.here import refresh_here
    from mapping.opinions.models import Opinion

    voices = Opinion.objects.filter(project__project_layers__layer=layer).distinct()
    if layer.is_grouping:
        place(voices, [layer])
    refresh_here(voices)


def on_layer_shown(sender: object, instance: ProjectLayer, created: bool, **more: Any) -> None:
    """A project shows a further layer: voices that are there already are placed in it too."""
    from mapping.opinions.here import refresh_here
    from mapping.opinions.models import Opinion

    if not created or more.get("raw"):
        return
    voices = Opinion.objects.filter(project=instance.project_id)
    if not voices.exists():
        return
    if instance.layer.is_grouping:
        place(voices, [instance.layer])
    if instance.in_here:
        refresh_here(voices)
