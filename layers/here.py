"""What the layers know at a place: the facts of the "here" line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.contrib.gis.geos import Point
from django.db import connection

from layers.models import Layer
from mapping.accounts.texts import in_language

# So many facts of one layer are enough for a line; overlapping areas may hold dozens.
FACTS_A_LAYER = 3
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")

FACTS_SQL = """
SELECT given.ord, feature.layer_id, feature.id, feature.name, feature.attributes
FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS given (lon, lat, ord)
JOIN layers_feature feature ON feature.layer_id = ANY(%s)
    AND ST_Intersects(feature.geometry, ST_SetSRID(ST_Point(given.lon, given.lat), 4326))
    AND ST_Dimension(feature.geometry) = 2
ORDER BY given.ord, array_position(%s::bigint[], feature.layer_id), feature.id
"""


class Fact(TypedDict):
    """One thing that a layer says about a place; `layer` and `text` in words for readers."""

    layer_id: int
    layer: str
    kind: str
    feature_id: int
    name: str
    text: str


def facts_at(place: Point, layers: Sequence[Layer], language: str | None = None) -> list[Fact]:
    """Facts at one place (4326) from areas of these layers, in their order: one query.

    Args:
        language: of layer names and sentences; None: the active one.
    """
    return facts_at_many([place], layers, language)[0]


def facts_at_many(
    places: Sequence[Point], layers: Sequence[Layer], language: str | None = None
) -> list[list[Fact]]:
    """Facts at each place, in the order of the places: one query for all.

    On the shared border of a partition the area with the lowest id speaks, as in counting.
    """
    facts: list[list[Fact]] = [[] for _ in places]
    if not places or not layers:
        return facts
    known = {layer.pk: layer for layer in layers}
    ids = list(known)
    values = [[place.x for place in places], [place.y for place in places], ids, ids]
    with connection.cursor() as cursor:
        cursor.execute(FACTS_SQL, values)
        for order, layer_id, feature_id, name, attributes in cursor.fetchall():
            layer = known[layer_id]
            words = sentence(layer, name, json.loads(attributes), language)
            _add(facts[order - 1], _fact(layer, feature_id, name, words, language), layer)
    return facts


def _fact(layer: Layer, feature_id: int, name: str, words: str, language: str | None) -> Fact:
    return Fact(
        layer_id=layer.pk,
        layer=in_language(layer.name, layer.language, language),
        kind=layer.kind,
        feature_id=feature_id,
        name=name,
        text=words,
    )


def _add(facts: list[Fact], fact: Fact, layer: Layer) -> None:
    same = [other for other in facts if other["layer_id"] == layer.pk]
    enough = 1 if layer.is_partition else FACTS_A_LAYER
    if len(same) < enough and all(other["text"] != fact["text"] for other in same):
        facts.append(fact)


def sentence(
    layer: Layer, name: str, attributes: Mapping[str, Any], language: str | None = None
) -> str:
    """What the layer says of one feature: its sentence with attributes filled in, else its name.

    A sentence whose attributes are missing gives way to the name, then to the layer's name.
    """
    pattern = in_language(layer.sentence, layer.language, language)
    wanted = PLACEHOLDER.findall(pattern)
    given = {"name": name, **attributes}
    if pattern and all(given.get(attribute) not in (None, "") for attribute in wanted):
        return PLACEHOLDER.sub(lambda found: str(given[found[1]]), pattern)
    return name or in_language(layer.name, layer.language, language)
