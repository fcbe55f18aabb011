"""FeatureCollections that PostgreSQL writes; Python only strings the pieces together.

As RFC 7946 wants: longitude and latitude on WGS 84, outer rings counter-clockwise, at most seven
decimals (1 cm), no `crs`.
"""

from __future__ import annotations

import json

from django.contrib.gis.geos import Polygon
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Coalesce, JSONObject

from layers.functions import AsGeoJSONText, ForcePolygonCCW, JSONKeys
from layers.models import Feature, Layer

MEDIA_TYPE = "application/geo+json"
DIGITS_FULL, DIGITS_SIMPLE = 7, 6
# Members that every feature has; an attribute of the same name gives way.
OWN = ("name", "source_id", "area_m2", "population")


def public_keys(layer: Layer) -> list[str]:
    """Attributes that readers see: those the layer describes, and the one it is coloured by."""
    keys = [str(field.get("name", "")) for field in layer.fields]
    wanted = dict.fromkeys(filter(None, [*keys, layer.style.get("property", "")]))
    return [key for key in wanted if key not in OWN]


def feature_texts(
    layer: Layer,
    *,
    after: int = 0,
    limit: int = 1000,
    bbox: Polygon | None = None,
    simple: bool = True,
) -> list[tuple[int, str]]:
    """Ids and GeoJSON texts of a layer's features in order of their ids; one query.

    Args:
        layer: whose features.
        after: only features with greater ids.
        limit: at most so many.
        bbox: only features that touch this polygon (4326); None for all.
        simple: geometry for drawing (6 decimals) instead of the full one (7 decimals).
    """
    found = Feature.objects.filter(layer=layer, pk__gt=after).order_by("pk")
    if bbox is not None:
        found = found.filter(geometry__bboverlaps=bbox).touching(bbox)
    shape = Coalesce("simple", "geometry") if simple else F("geometry")
    digits = Value(DIGITS_SIMPLE if simple else DIGITS_FULL)
    rows = found.annotate(
        shape_text=AsGeoJSONText(ForcePolygonCCW(shape), digits),
        own_text=Cast(JSONObject(**{name: name for name in OWN}), TextField()),
        more_text=Cast(JSONKeys("attributes", Value(public_keys(layer))), TextField()),
    ).values_list("pk", "shape_text", "own_text", "more_text")
    return [(row[0], _feature(*row)) for row in rows[:limit]]


def _feature(pk: int, shape: str, own: str, more: str | None) -> str:
    # Both are objects written by PostgreSQL: joined as text, they make one.
    inner = ",".join(filter(None, ((more or "{}").strip()[1:-1], own.strip()[1:-1])))
    return f'{{"type":"Feature","id":{pk},"geometry":{shape},"properties":{{{inner}}}}}'


def collection(texts: list[str], following: str | None, matched: int) -> str:
    """A FeatureCollection of texts of features.

    Args:
        following: cursor of the next page, None at the end.
        matched: how many features there are in all.
    """
    return (
        f'{{"type":"FeatureCollection","features":[{",".join(texts)}],'
        f'"next":{json.dumps(following)},"numberMatched":{matched}}}'
    )
