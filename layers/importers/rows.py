"""What every reader hands on: rows of one source layer, before anything is repaired."""

from __future__ import annotations

from dataclasses import dataclass, field

import shapely


@dataclass
class Row:
    """One record of a source.

    Attributes:
        number: where people find it: record number from 1; in a CSV the line of a spreadsheet.
        source_id: the source's own id, "" if it has none.
        attributes: values by source field name, fit for JSON.
        shape: geometry in the source's coordinates, None if absent or broken.
        fault: why there is no geometry ("" = the source has none).
        layer: name of the source layer it comes from.
    """

    number: int
    source_id: str
    attributes: dict[str, object]
    shape: shapely.Geometry | None
    fault: str = ""
    layer: str = ""


@dataclass
class SourceLayer:
    """One layer of a file.

    Attributes:
        name: the layer's name in the file.
        fields: source field names in order.
        rows: the records.
        crs: what the file says its coordinate system is; "" if it says nothing.
        assumed_crs: what the format means where the file says nothing; "" if that is open.
        encoding: how text was read, for the report.
        labels: label by field name (attributes.csv).
        naming: fields that the source flags as the features' name.
        warnings: lines for the report.
    """

    name: str
    fields: list[str]
    rows: list[Row]
    crs: str = ""
    assumed_crs: str = ""
    encoding: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    naming: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
