"""Where a project's area ends on land: the coast needs no line, the sea draws it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.cache import cache
from django.db import connection

from mapping.projects.models import Project, ProjectLayer

# 4326 degrees: how far a neighbour's own outline may lie from ours (30 m), and how much detail
# a line of two pixels needs (2 m).
APART = 0.0003
DETAIL = 0.00002
KEPT_SECONDS = 24 * 3600

BORDER_SQL = """
WITH beyond AS (
    SELECT ST_Buffer(ST_Union(feature.geometry), %(apart)s) AS shape
    FROM layers_feature feature JOIN projects_project project ON project.id = %(project)s
    WHERE feature.layer_id = ANY(%(layers)s) AND feature.geometry && project.area
)
SELECT ST_AsGeoJSON(ST_Simplify(ST_CollectionExtract(
    ST_Intersection(ST_Boundary(project.area), beyond.shape), 2), %(detail)s), 5)
FROM projects_project project, beyond WHERE project.id = %(project)s
"""


def land_border(project: Project) -> dict[str, Any] | None:
    """The part of the area's outline along neighbouring land, as GeoJSON (4326).

    None where nothing is known of the neighbours: the whole outline is the border then. One query
    for the layers; the line itself is kept for a day.
    """
    rows = ProjectLayer.objects.filter(
        project=project,
        use=ProjectLayer.Use.BASE,
        base_role="neighbour",
        layer__is_published=True,
    ).values_list("layer_id", "layer__version")
    layers = sorted(rows)
    if not layers:
        return None
    area = hashlib.sha256(f"{layers}{project.area.wkb.hex()}".encode()).hexdigest()
    return cache.get_or_set(
        f"land-border:{project.pk}:{area}", lambda: _land_border(project.pk, layers), KEPT_SECONDS
    )


def _land_border(project_id: int, layers: list[tuple[int, int]]) -> dict[str, Any] | None:
    values: dict[str, Any] = {
        "project": project_id,
        "layers": [pk for pk, __ in layers],
        "apart": APART,
        "detail": DETAIL,
    }
    with connection.cursor() as cursor:
        cursor.execute(BORDER_SQL, values)
        row = cursor.fetchone()
    line = json.loads(row[0]) if row and row[0] else None
    return line if line and line["coordinates"] else None
