"""Tables that planners read: voices by district, and official classes against categories."""

from __future__ import annotations

from typing import Any

from layers.classify import count_classes, quantile_classes
from layers.models import Layer
from mapping.accounts.texts import in_language
from mapping.analysis.counting import Counts, Tally, count_by
from mapping.opinions.models import Basis
from mapping.opinions.querysets import OpinionQuerySet
from mapping.projects.models import Project

SQUARE_METRES = 1_000_000
UNCATEGORISED = ""


def summary(
    project: Project, opinions: OpinionQuerySet, layer: Layer, basis: str = Basis.PUBLIC
) -> dict[str, Any]:
    """Voices by the features of a grouping layer, with what shares of area and people need.

    One query counts and names, whatever the number of districts. Areas are in km², `population`
    is null where the layer has none.
    """
    counts = count_by(opinions, layer, basis)
    names = _category_slugs(project)
    return {
        "layer": layer.pk,
        "basis": basis,
        "is_partition": layer.is_partition,
        "total": counts.total.voices,
        "categories": _voices(counts.total, names),
        "outside": {"label": layer.outside_title, **_figures(counts.outside, names)},
        "classes": _classes_of(counts, names),
        "features": [
            {
                "id": int(key),
                "name": row.name,
                "area_km2": row.area_m2 / SQUARE_METRES if row.area_m2 else None,
                "population": row.population,
                **_figures(row, names),
            }
            for key, row in sorted(counts.rows.items(), key=lambda pair: int(pair[0]))
        ],
    }


def crosstab(
    project: Project,
    opinions: OpinionQuerySet,
    layer: Layer,
    attribute: str = "",
    basis: str = Basis.PUBLIC,
) -> dict[str, Any]:
    """Official classes (rows) against categories (columns), with what chance would give.

    A cell's `expected` is row weight x column weight / total weight, as in a contingency table; the
    screen shows weight / expected. Rows are features, or values of `attribute`.
    """
    counts = count_by(opinions, layer, basis, attribute)
    slugs = _category_slugs(project)
    labels = _row_labels(layer, attribute, counts)
    total = counts.total
    return {
        "layer": layer.pk,
        "attribute": attribute,
        "basis": basis,
        "is_partition": layer.is_partition,
        "columns": [slugs[key] for key in slugs if key is not None or key in total.by_category],
        "rows": [
            {"key": key, "label": labels[key], **_cells(counts.rows[key], total, slugs)}
            for key in labels
        ],
        "outside": {"label": layer.outside_title, **_cells(counts.outside, total, slugs)},
        "total": _cells(total, total, slugs),
    }


def _classes_of(counts: Counts, slugs: dict[int | None, str]) -> dict[str, Any]:
    """Lower bounds of the classes of each measure, so that map, legend and table agree."""
    rows = counts.rows.values()
    return {
        "count": count_classes([row.voices for row in rows]),
        "per_km2": quantile_classes(
            [row.voices / row.area_m2 * SQUARE_METRES for row in rows if row.area_m2]
        ),
        "per_1000": quantile_classes(
            [row.voices / row.population * 1000 for row in rows if row.population]
        ),
        "share": {
            slugs[key]: quantile_classes(
                [row.by_category[key][0] / row.voices for row in rows if key in row.by_category]
            )
            for key in counts.total.by_category
        },
    }


def _category_slugs(project: Project) -> dict[int | None, str]:
    slugs: dict[int | None, str] = {
        category.pk: category.slug for category in project.categories.all()
    }
    return slugs | {None: UNCATEGORISED}


def _figures(tally: Tally, slugs: dict[int | None, str]) -> dict[str, Any]:
    return {
        "count": tally.voices,
        "weight": round(tally.weight, 6),
        "categories": _voices(tally, slugs),
    }


def _voices(tally: Tally, slugs: dict[int | None, str]) -> dict[str, int]:
    return {slugs[key]: voices for key, (voices, _) in tally.by_category.items()}


def _cells(tally: Tally, total: Tally, slugs: dict[int | None, str]) -> dict[str, Any]:
    cells = {}
    for key, (voices, weight) in tally.by_category.items():
        column = total.by_category[key][1]
        expected = tally.weight * column / total.weight if total.weight else 0.0
        cells[slugs[key]] = {
            "voices": voices,
            "weight": round(weight, 6),
            "expected": round(expected, 6),
        }
    return {"voices": tally.voices, "weight": round(tally.weight, 6), "cells": cells}


def _row_labels(layer: Layer, attribute: str, counts: Counts) -> dict[str, str]:
    if attribute:
        order = {value["value"]: number for number, value in enumerate(_classes(layer, attribute))}
        keys = sorted(counts.rows, key=lambda key: (order.get(key, len(order)), key))
        return {key: _class_label(layer, attribute, key) for key in keys}
    in_order = sorted(counts.rows, key=int)
    return {key: counts.rows[key].name for key in in_order}


def _classes(layer: Layer, attribute: str) -> list[dict[str, Any]]:
    style = layer.style or {}
    return style.get("classes", []) if style.get("property") == attribute else []


def _class_label(layer: Layer, attribute: str, value: str) -> str:
    for known in _classes(layer, attribute):
        if known["value"] == value:
            return in_language(known.get("label"), layer.language) or value
    return value or layer.outside_title
