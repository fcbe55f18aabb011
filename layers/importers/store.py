"""Writes a layer in one transaction: staged beside the old features, checked, then swapped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.db import connection, transaction
from django.utils.translation import gettext as _

from layers.importers.errors import LayerImportError
from layers.models import Feature, Layer
from layers.signals import layer_imported
from mapping.accounts.models import Organisation

STAGE_SQL = """
CREATE TEMPORARY TABLE staged_feature (
    position integer PRIMARY KEY, source_id text, name text, attributes jsonb,
    geometry geometry(Geometry, 4326), simple geometry(Geometry, 4326), population integer
) ON COMMIT DROP
"""
COPY_SQL = """
COPY staged_feature (position, source_id, name, attributes, geometry, simple, population) FROM STDIN
"""
# shapely and PostGIS may be built with different GEOS: what is stored is valid by both.
MEND_SQL = """
UPDATE staged_feature SET geometry =
    ST_CollectionExtract(ST_MakeValid(geometry), ST_Dimension(geometry) + 1)
WHERE NOT ST_IsValid(geometry)
"""
SWAP_SQL = """
INSERT INTO layers_feature
    (layer_id, source_id, name, attributes, geometry, simple, area_m2, population)
SELECT %s, source_id, name, attributes, geometry, simple,
    CASE WHEN ST_Dimension(geometry) = 2 THEN ST_Area(geometry::geography) END, population
FROM staged_feature ORDER BY position
"""


@dataclass
class Staged:
    """One feature ready to be written; shapes are valid and in 4326."""

    source_id: str
    name: str
    attributes: dict[str, object]
    geometry: shapely.Geometry
    simple: shapely.Geometry | None
    population: int | None


def store(
    organisation: Organisation, slug: str, values: dict[str, Any], features: list[Staged]
) -> tuple[Layer, bool]:
    """Write the layer and its features; whoever reads meanwhile sees the old layer whole.

    Args:
        organisation: who publishes the layer.
        slug: which layer of the organisation.
        values: other fields of Layer.
        features: at least one.

    Returns:
        The layer, and whether it is new. `layer_imported` is sent inside the transaction.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(STAGE_SQL)
            _copy(cursor, features)
            cursor.execute(MEND_SQL)
            layer, created = _layer(organisation, slug, values)
            Feature.objects.filter(layer=layer).delete()
            cursor.execute(SWAP_SQL, [layer.pk])
            cursor.execute("DROP TABLE staged_feature")
        layer_imported.send(sender=Layer, layer=layer)
    return layer, created


def _layer(organisation: Organisation, slug: str, values: dict[str, Any]) -> tuple[Layer, bool]:
    layer = Layer.objects.select_for_update().filter(organisation=organisation, slug=slug).first()
    if layer is None:
        return Layer.objects.create(organisation=organisation, slug=slug, **values), True
    for name, value in values.items():
        setattr(layer, name, value)
    layer.version += 1
    layer.save()
    return layer, False


def _copy(cursor: Any, features: list[Staged]) -> None:
    geometries = _ewkb([feature.geometry for feature in features])
    simple = _ewkb([feature.simple for feature in features])
    with cursor.copy(COPY_SQL) as copy:
        for position, feature in enumerate(features):
            copy.write_row(
                (
                    position,
                    feature.source_id,
                    feature.name,
                    json.dumps(feature.attributes, ensure_ascii=False, allow_nan=False),
                    geometries[position],
                    simple[position],
                    feature.population,
                )
            )


def _ewkb(shapes: list[shapely.Geometry | None]) -> Any:
    return shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True)


def check_slug(organisation: Organisation, slug: str, name: dict[str, str]) -> None:
    """Refuse to replace a layer of another name by a slug that nobody typed.

    Raises:
        LayerImportError: names --slug.
    """
    other = Layer.objects.filter(organisation=organisation, slug=slug).first()
    if other is not None and other.name != name:
        raise LayerImportError(
            _(
                "「%(name)s」が同じ短い名前（%(slug)s）を使っています。"
                "置き換えるなら --slug %(slug)s、"
                "別にするなら --slug でほかの名前を指定してください。"
            )
            % {"name": other.title, "slug": slug}
        )


def as_date(value: str | date | None) -> date | None:
    """A date from YYYY-MM-DD.

    Raises:
        LayerImportError: names --as-of.
    """
    if not value or isinstance(value, date):
        return value or None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise LayerImportError(
            _("日付「%(value)s」が読めません。--as-of は 2026-04-01 のように指定してください。")
            % {"value": value}
        ) from error
