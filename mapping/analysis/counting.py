"""Counting voices by official areas: one query for a whole table.

Two figures for each area and category (design: Counting):

- `voices`: opinions that touch the area; over all areas they may sum to more than the total.
- `weight`: the sum of the opinions' shares; over a partition, areas and outside sum to the total.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection

from layers.models import Layer
from mapping.opinions.models import Basis
from mapping.opinions.querysets import OpinionQuerySet

# Shares are sums of floats: what is left of an opinion below this counts as nothing outside.
NEARLY_NOTHING = 1e-6

COUNT_SQL = """
WITH chosen AS MATERIALIZED ({chosen}),
placed AS (
    SELECT {key} AS key, chosen.id, chosen.category_id, sum(placement.share) AS share
    FROM chosen
    JOIN opinions_placement placement ON placement.opinion_id = chosen.id
    {feature_join}
    WHERE placement.layer_id = %s AND placement.basis IN (%s, 'both')
    GROUP BY 1, 2, 3
),
left_over AS (
    SELECT chosen.id, chosen.category_id, 1 - coalesce(sum(placed.share), 0) AS share
    FROM chosen LEFT JOIN placed ON placed.id = chosen.id
    GROUP BY chosen.id, chosen.category_id
)
SELECT 'inside', key, category_id, count(*), sum(share), NULL, NULL::float8, NULL::int
FROM placed GROUP BY key, category_id
UNION ALL
SELECT 'outside', NULL, category_id, count(*), sum(share), NULL, NULL, NULL
FROM left_over WHERE share > %s GROUP BY category_id
UNION ALL
SELECT 'total', NULL, category_id, count(*), count(*), NULL, NULL, NULL
FROM chosen GROUP BY category_id
{every_key}
"""

FEATURE_KEYS_SQL = """
UNION ALL
SELECT * FROM (
    SELECT 'key', feature.id::text, NULL::bigint, 0, 0, feature.name, feature.area_m2,
           feature.population
    FROM layers_feature feature WHERE feature.layer_id = %s ORDER BY feature.id
) keys
"""

VALUE_KEYS_SQL = """
UNION ALL
SELECT 'key', coalesce(feature.attributes ->> %s, ''), NULL::bigint, 0, 0, NULL,
       sum(feature.area_m2), sum(feature.population)::int
FROM layers_feature feature WHERE feature.layer_id = %s GROUP BY 2
"""


@dataclass
class Tally:
    """Voices and weight of one row, in all and by category id (None: without category)."""

    voices: int = 0
    weight: float = 0.0
    by_category: dict[int | None, tuple[int, float]] = field(default_factory=dict)

    def add(self, category_id: int | None, voices: int, weight: float) -> None:
        """Add one category's figures."""
        self.voices += voices
        self.weight += weight
        self.by_category[category_id] = (voices, weight)


@dataclass
class Row(Tally):
    """One area, or one class of areas: name ('' for a class), area in m², population if known."""

    name: str = ""
    area_m2: float | None = None
    population: int | None = None


@dataclass
class Counts:
    """The whole table: rows by key (feature id or attribute value, as text), outside, total."""

    rows: dict[str, Row]
    outside: Tally
    total: Tally


def count_by(
    opinions: OpinionQuerySet, layer: Layer, basis: str = Basis.PUBLIC, attribute: str = ""
) -> Counts:
    """Count the chosen opinions by the features of `layer`, or by values of an attribute.

    One query, whatever the number of areas. A row stands for every feature (or value), counted
    or not. Where features of one value are counted together, an opinion that touches two of them
    is one voice. Where a layer's areas overlap, an opinion's shares may exceed 1 and nothing of
    it is left outside.
    """
    chosen, params = opinions.order_by().values("id", "category_id").query.sql_with_params()
    keyed = _by_value(attribute, layer) if attribute else _by_feature(layer)
    sql = COUNT_SQL.format(
        chosen=chosen, key=keyed.key, feature_join=keyed.join, every_key=keyed.all
    )
    values = [*params, *keyed.key_params, layer.pk, basis, NEARLY_NOTHING, *keyed.all_params]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return _table(cursor.fetchall())


@dataclass
class _Key:
    """The parts of COUNT_SQL that depend on what rows stand for, with their bound values."""

    key: str
    join: str
    all: str
    key_params: list
    all_params: list


def _by_feature(layer: Layer) -> _Key:
    return _Key("placement.feature_id::text", "", FEATURE_KEYS_SQL, [], [layer.pk])


def _by_value(attribute: str, layer: Layer) -> _Key:
    return _Key(
        key="coalesce(feature.attributes ->> %s, '')",
        join="JOIN layers_feature feature ON feature.id = placement.feature_id",
        all=VALUE_KEYS_SQL,
        key_params=[attribute],
        all_params=[attribute, layer.pk],
    )


def _table(found: list[tuple]) -> Counts:
    counts = Counts(rows={}, outside=Tally(), total=Tally())
    figures = {"outside": counts.outside, "total": counts.total}
    for part, key, category_id, voices, weight, name, area_m2, population in found:
        if part in figures:
            figures[part].add(category_id, voices, float(weight))
            continue
        row = counts.rows.setdefault(key, Row())
        if part == "key":
            row.name, row.area_m2, row.population = name or "", area_m2, population
        else:
            row.add(category_id, voices, float(weight))
    return counts
