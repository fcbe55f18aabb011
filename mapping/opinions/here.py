"""The "here" line: what the layers know at a place, and which voices are near.

Both are computed at public anchors only, for what stands on a voice is read by everybody.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import QuerySet

from layers.here import Fact, facts_at_many
from layers.models import Layer
from mapping.opinions.ground import distance_to_area
from mapping.projects.models import Project

NEARBY_METRES = 200
MOST_METRES = 1000
METRES_A_DEGREE = 110_500
BATCH = 1000

NEARBY_SQL = """
SELECT coalesce(category.slug, ''), count(*)
FROM opinions_opinion opinion
LEFT JOIN projects_category category ON category.id = opinion.category_id
WHERE opinion.project_id = %(project)s AND opinion.state = 'published'
    AND opinion.id <> %(without)s
    AND opinion.anchor && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)
    AND ST_DistanceSpheroid(
        opinion.anchor, ST_SetSRID(ST_Point(%(lon)s, %(lat)s), 4326)) <= %(radius)s
GROUP BY 1 ORDER BY 2 DESC, 1
"""


def layers_of(project: Project) -> list[Layer]:
    """Published layers that speak in the project's "here" line, in the project's order."""
    rows = project.project_layers.filter(in_here=True, layer__is_published=True)
    return list({row.layer_id: row.layer for row in rows.select_related("layer")}.values())


def facts_of(
    project: Project, places: Sequence[Point], language: str | None = None
) -> list[list[Fact]]:
    """Facts at each place (public anchors, 4326), in the project's language unless told."""
    return facts_at_many(places, layers_of(project), language or project.language)


def nearby(
    project: Project, place: Point, radius_m: float = NEARBY_METRES, without: int = 0
) -> dict[str, Any]:
    """Published voices whose anchor lies within so many metres: `{count, radius_m, categories}`.

    Args:
        without: id of a voice that isn't its own neighbour.
    """
    lon, lat = place.x, place.y
    up = radius_m / METRES_A_DEGREE
    aside = up / max(0.01, math.cos(math.radians(lat)))
    values = {
        "project": project.pk, "without": without, "lon": lon, "lat": lat, "radius": radius_m,
        "w": lon - aside, "s": lat - up, "e": lon + aside, "n": lat + up,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NEARBY_SQL, values)
        categories = dict(cursor.fetchall())
    return {"count": sum(categories.values()), "radius_m": radius_m, "categories": categories}


def here_at(project: Project, place: Point, radius_m: float = NEARBY_METRES) -> dict[str, Any]:
    """What there is to say while the map stands at a place, in the reader's language."""
    metres = distance_to_area(place.x, place.y, project)
    facts = facts_at_many([place], layers_of(project))[0]
    return {
        "inside": metres <= project.tolerance_m,
        "distance_m": round(metres),
        "facts": facts,
        "nearby": nearby(project, place, radius_m),
    }


def refresh_here(opinions: QuerySet) -> int:
    """Store the facts at each voice's anchor anew; how many voices changed."""
    changed = 0
    by_project: dict[int, list[int]] = {}
    for project_id, pk in (
        opinions.exclude(anchor=None).order_by("id").values_list("project_id", "id")
    ):
        by_project.setdefault(project_id, []).append(pk)
    for project in Project.objects.filter(pk__in=by_project):
        ids = by_project[project.pk]
        for start in range(0, len(ids), BATCH):
            changed += _refresh(project, opinions.model, ids[start : start + BATCH])
    return changed


def _refresh(project: Project, model: Any, ids: list[int]) -> int:
    # Whoever withdraws meanwhile stays gone.
    there = model.objects.exclude(anchor=None)
    voices = list(there.filter(pk__in=ids).only("id", "anchor", "here"))
    stale = []
    for voice, facts in zip(
        voices, facts_of(project, [voice.anchor for voice in voices]), strict=True
    ):
        if voice.here != facts:
            voice.here = facts
            stale.append(voice)
    return there.bulk_update(stale, ["here"]) if stale else 0
