"""How dear the planner's figures and exports are, as ratios in one run.

    .venv/bin/python bench/analysis.py [PROJECT]     (default: dc-vision-zero of the demo)

Each line is a median of several alternating runs: ours, the yardstick, ours / yardstick. Below 1
means faster than the yardstick. Times themselves say little; ratios within one run do.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from layers.models import Layer  # noqa: E402
from mapping.analysis.cells import hexagons, radius_for  # noqa: E402
from mapping.analysis.counting import count_by  # noqa: E402
from mapping.analysis.exports import Export, csv_lines, geojson  # noqa: E402
from mapping.opinions.models import Opinion  # noqa: E402
from mapping.projects.models import Project  # noqa: E402

RUNS = 7
ZOOM = 13

JOIN_SQL = """
SELECT f.id, count(o.id) FROM layers_feature f
LEFT JOIN opinions_opinion o ON o.project_id = %s AND o.state = 'published'
    AND ST_Intersects(f.geometry, o.public_geometry)
WHERE f.layer_id = %s GROUP BY f.id
"""
GRID_SQL = """
WITH spots AS (
    SELECT ST_Transform(anchor, 3857) AS spot FROM opinions_opinion
    WHERE project_id = %s AND state = 'published'
)
SELECT count(*), ST_AsGeoJSON(ST_Transform(g.geom, 4326), 6)
FROM spots, LATERAL ST_HexagonGrid(%s, spots.spot) AS g
WHERE ST_Intersects(g.geom, spots.spot) GROUP BY g.geom
"""


def measured(deed: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def compare(name: str, ours: Callable[[], object], yardstick: Callable[[], object]) -> None:
    """Print medians of alternating runs and their ratio."""
    pairs = [(measured(ours), measured(yardstick)) for _ in range(RUNS)][1:]
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:<46} {mine * 1000:9.1f} ms {theirs * 1000:9.1f} ms   x{ratio:.2f}")  # noqa: T201


def fetched(sql: str, *values: object) -> list[tuple]:
    """Rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def main(slug: str) -> None:
    """Compare on one project."""
    project = Project.objects.get(slug=slug)
    opinions = Opinion.objects.filter(project=project, state="published")
    print(f"{slug}: {opinions.count()} voices")  # noqa: T201
    for layer in Layer.objects.grouping().filter(in_projects__project=project).distinct():
        compare(
            f"{layer.features.count()} areas by placement / spatial join",
            partial(count_by, opinions, layer),
            partial(fetched, JOIN_SQL, project.pk, layer.pk),
        )
    compare(
        "hexagons by arithmetic / ST_HexagonGrid join",
        lambda: hexagons(opinions, ZOOM),
        lambda: fetched(GRID_SQL, project.pk, radius_for(ZOOM)),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "voices.geojson"
        export = Export(project, opinions)
        path.write_text("".join(geojson(export)), encoding="utf-8")
        target = Path(folder) / "copy.geojson"

        def by_ogr() -> None:
            target.unlink(missing_ok=True)
            subprocess.run(["ogr2ogr", str(target), str(path)], check=True)

        compare(
            "GeoJSON from the database / ogr2ogr of a file", lambda: list(geojson(export)), by_ogr
        )
    compare(
        "CSV / GeoJSON", lambda: list(csv_lines(export)), lambda: list(geojson(export))
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "dc-vision-zero")
