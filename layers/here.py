"""What the layers know at a place, in sentences that people read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils.translation import get_language

from layers.models import Layer
from mapping.accounts.texts import in_language

# Points and lines cover no place; the index finds the boxes, the rest is point in polygon.
COVERING_SQL = """
SELECT place.number, feature.layer_id, feature.id, feature.name, feature.attributes::text
FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS place(lon, lat, number)
JOIN layers_feature feature ON feature.layer_id = ANY(%s)
    AND ST_Covers(feature.geometry, ST_SetSRID(ST_Point(place.lon, place.lat), 4326))
    AND ST_Dimension(feature.geometry) = 2
ORDER BY place.number, feature.id
"""
SLOT = re.compile(r"\{([^{}]+)\}")


class Fact(TypedDict):
    """One thing a layer says about a place.

    Keys: `layer` is the layer's name, `name` the feature's, `text` what people read.
    """

    layer_id: int
    layer: str
    kind: str
    feature_id: int
    name: str
    text: str


def facts_at(place: Point, layers: Iterable[Layer], language: str | None = None) -> list[Fact]:
    """Facts at one place; see `facts_at_many`."""
    return facts_at_many([place], layers, language)[0]


def facts_at_many(
    places: Sequence[Point], layers: Iterable[Layer], language: str | None = None
) -> list[list[Fact]]:
    """What the layers say at each place, in the layers' order; one query for all.

    A place on a border shared within a partition belongs to the feature with the lowest id.
    Features that overlap each speak, but the same text of a layer stands only once.

    Args:
        places: points in 4326.
        layers: which layers to ask, in the order their facts are to stand.
        language: of the texts; the active one if None.
    """
    asked = {layer.pk: layer for layer in layers}
    found: list[dict[int, list[Fact]]] = [{} for _place in places]
    for number, layer_id, feature_id, name, attributes in _covering(places, list(asked)):
        layer = asked[layer_id]
        told = found[number - 1].setdefault(layer_id, [])
        fact = fact_of(layer, feature_id, name, json.loads(attributes), language)
        if told and (layer.is_partition or any(one["text"] == fact["text"] for one in told)):
            continue
        told.append(fact)
    return [[fact for layer_id in asked for fact in one.get(layer_id, [])] for one in found]


def _covering(places: Sequence[Point], layer_ids: list[int]) -> list[tuple[Any, ...]]:
    if not places or not layer_ids:
        return []
    lons, lats = [place.x for place in places], [place.y for place in places]
    with connection.cursor() as cursor:
        cursor.execute(COVERING_SQL, [lons, lats, layer_ids])
        return cursor.fetchall()


def fact_of(
    layer: Layer,
    feature_id: int,
    name: str,
    attributes: dict[str, Any],
    language: str | None = None,
) -> Fact:
    """The fact that a feature of the layer is at a place."""
    title = in_language(layer.name, layer.language, language)
    sentence = in_language(layer.sentence, layer.language, language)
    text = filled(sentence, {**attributes, "name": name}) if sentence else ""
    return {
        "layer_id": layer.pk,
        "layer": title,
        "kind": layer.kind,
        "feature_id": feature_id,
        "name": name,
        "text": text or _class_label(layer, attributes, language) or name or title,
    }


def _class_label(layer: Layer, attributes: dict[str, Any], language: str | None) -> str:
    """What the legend calls the feature, for those who don't read the data's language; or ""."""
    wanted = language or get_language() or layer.language
    if wanted.split("-")[0] == layer.language.split("-")[0]:
        return ""
    value = attributes.get(layer.style.get("property", ""))
    labels = (
        one.get("label") for one in layer.style.get("classes", []) if one.get("value") == value
    )
    return in_language(next(labels, None), layer.language, language) if value else ""


def filled(sentence: str, values: dict[str, Any]) -> str:
    """The sentence with `{attribute}` replaced by values; "" if one is missing.

    Plain replacement on purpose: `str.format` would let whoever writes the sentence look into
    objects.
    """
    wanted = SLOT.findall(sentence)
    if any(values.get(name) in (None, "") for name in wanted):
        return ""
    return SLOT.sub(lambda slot: _text(values[slot.group(1)]), sentence)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
