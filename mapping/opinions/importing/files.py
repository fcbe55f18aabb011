"""Reads a file of voices into records: CSV (UTF-8, with BOM, CP932) or GeoJSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from layers.importers.errors import LayerImportError
from layers.importers.text import decode, wanted_encoding

MAXIMUM_CELL = 1024**2
WGS84_NAMES = ("CRS84", "EPSG:4326", "EPSG::4326")


class ImportFileError(Exception):
    """The whole file can't be taken; one line for people that names the option to give."""


@dataclass(frozen=True)
class Record:
    """One voice as the file tells it.

    Attributes:
        line: line of the file (CSV: where the record begins; GeoJSON: number of the feature).
        values: text by column name, trimmed.
        geometry: GeoJSON geometry, None in a CSV.
        fault: why the record can't be read, '' if it can.
    """

    line: int
    values: dict[str, str]
    geometry: Any = None
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """All records of a file with its column names; `is_geojson`: places are geometries."""

    columns: list[str]
    records: list[Record]
    is_geojson: bool
    names_other_crs: bool = False


def read_file(path: Path, encoding: str = "") -> Table:
    """Read a file of voices; GeoJSON by its ending (.geojson, .json), everything else is CSV.

    Raises:
        ImportFileError: missing, unreadable, empty; names --encoding where that helps.
    """
    try:
        raw = path.read_bytes()
        text, __ = decode(raw, wanted_encoding(encoding))
    except OSError as error:
        raise ImportFileError(
            _("ファイル %(path)s を開けません：%(why)s") % {"path": path, "why": error.strerror}
        ) from error
    except LayerImportError as error:
        raise ImportFileError(error.message) from error
    if path.suffix.lower() in (".geojson", ".json"):
        return read_geojson(text)
    return read_csv(text)


def read_csv(text: str) -> Table:
    """Records of a CSV with a header; comma, tab or semicolon."""
    if "\0" in text or not text.strip():
        raise ImportFileError(_("CSVが空か、CSVではありません。"))
    first = text.lstrip("\r\n").split("\n", 1)[0]
    csv.field_size_limit(MAXIMUM_CELL)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(",\t;", key=first.count), strict=True
    )
    try:
        header = [name.strip() for name in next(reader)]
        records = list(_csv_records(reader, header))
    except csv.Error as error:
        raise ImportFileError(
            _("%(line)d 行目がCSVとして読めません：%(why)s")
            % {"line": reader.line_num, "why": error}
        ) from error
    return Table([name for name in header if name], records, is_geojson=False)


def _csv_records(reader: Any, header: list[str]) -> Iterator[Record]:
    begins = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            values = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
            fault = _("列が多すぎます。") if len(cells) > len(header) else ""
            yield Record(begins, values, fault=fault)
        begins = reader.line_num + 1


def read_geojson(text: str) -> Table:
    """Records of a FeatureCollection."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ImportFileError(_("JSONとして読めません：%s") % error) from error
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        raise ImportFileError(_("GeoJSONの FeatureCollection ではありません。"))
    records = [_geojson_record(number, item) for number, item in enumerate(features, start=1)]
    columns = list(dict.fromkeys(name for record in records for name in record.values))
    return Table(columns, records, is_geojson=True, names_other_crs=_names_other_crs(value))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _names_other_crs(value: dict[str, Any]) -> bool:
    """Whether an old-style `crs` member names something else than WGS 84."""
    return "crs" in value and not any(name in json.dumps(value["crs"]) for name in WGS84_NAMES)


def _geojson_record(number: int, item: Any) -> Record:
    if not isinstance(item, dict):
        return Record(number, {}, fault=_("Feature ではありません。"))
    properties = item.get("properties")
    values = {
        str(name): _as_text(held)
        for name, held in (properties if isinstance(properties, dict) else {}).items()
    }
    if "id" in item and "id" not in values:
        values["id"] = _as_text(item["id"])
    return Record(number, values, geometry=item.get("geometry"))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    return json.dumps(value, ensure_ascii=False)
