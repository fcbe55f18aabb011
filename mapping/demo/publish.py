"""Imports a demo city's official layers through the same door as everybody's."""

from __future__ import annotations

from collections.abc import Callable

from layers.importers.run import About, import_layer
from layers.models import Layer
from mapping.accounts.models import Organisation
from mapping.demo.definitions import City, Table


def publish_layers(
    city: City, organisation: Organisation, told: Callable[[str], None]
) -> dict[str, Layer]:
    """Import all layers of the city.

    Args:
        told: receives one line a layer.

    Returns:
        the layers by slug.

    Raises:
        LayerImportError: a bundled file can't be read.
    """
    layers = {}
    for layer in city.layers:
        report = import_layer(
            city.folder / layer["file"], organisation, _about(city.layer_facts(layer))
        )
        layers[layer["slug"]] = report.layer
        _describe_fields(report.layer, layer)
        told(f"    {report.count:>5}  {report.layer.slug}")
    return layers


def _about(facts: Table) -> About:
    return About(
        name=facts["name"],
        kind=facts["kind"],
        slug=facts["slug"],
        grouping=facts.get("grouping", False),
        outside_label=facts.get("outside", {}),
        sentence=facts.get("sentence", {}),
        note=facts.get("note", {}),
        source=facts["source"],
        credit=facts["credit"],
        licence=facts["licence"],
        as_of=facts.get("as_of"),
        style=facts.get("style", {}),
    )


def _describe_fields(layer: Layer, told: Table) -> None:
    """Readers see the attributes that the definition names, under its labels, and no others."""
    layer.fields = told.get("fields", [])
    layer.save(update_fields=["fields"])
