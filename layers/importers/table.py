"""CSV with coordinates: the columns are found by name, numbers by what the column holds."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path

import shapely
from django.utils.translation import gettext as _

from layers.importers.errors import LayerImportError
from layers.importers.rows import Row, SourceLayer
from layers.importers.text import clean_text, decode, wanted_encoding

X_NAMES = ("経度", "lng", "lon", "long", "longitude", "x", "東経", "x座標")
Y_NAMES = ("緯度", "lat", "latitude", "y", "北緯", "y座標")
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")
MAXIMUM_CELL = 1024**2


def read_table(path: Path, *, x: str = "", y: str = "", encoding: str = "") -> SourceLayer:
    """Rows of a CSV file; coordinates from the columns `x` (east) and `y` (north).

    Args:
        x, y: column names; found by name if empty.
        encoding: how the file is written; told apart if empty.

    Raises:
        LayerImportError: empty, unreadable, or without columns for the coordinates.
    """
    text, used = decode(path.read_bytes(), wanted_encoding(encoding))
    header, records = parse(text)
    x_column, y_column = coordinate_columns(header, x, y)
    rows = [
        row_of(number, dict(zip(header, cells, strict=False)), x_column, y_column)
        for number, cells in enumerate(records, start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise LayerImportError(_("CSVに見出しのほかの行がありません。"))
    fields = [name for name in header if name]
    _type_columns(rows, fields)
    return SourceLayer(
        name=path.stem, fields=fields, rows=rows, assumed_crs="EPSG:4326", encoding=used
    )


def parse(text: str) -> tuple[list[str], list[list[str]]]:
    """Header and records; comma, tab or semicolon, whichever the first line has most of.

    Raises:
        LayerImportError: the text is empty or no CSV.
    """
    first = text.lstrip("\r\n").split("\n", 1)[0]
    if not first.strip() or "\0" in text:
        raise LayerImportError(_("CSVが空か、CSVではありません。"))
    delimiter = max(",\t;", key=first.count)
    csv.field_size_limit(MAXIMUM_CELL)
    try:
        records = list(
            csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
        )
    except csv.Error as error:
        raise LayerImportError(
            _("CSVとして読めません（%(detail)s）。") % {"detail": error}
        ) from error
    return [clean_text(name) for name in records[0]], records[1:]


def coordinate_columns(header: list[str], x: str = "", y: str = "") -> tuple[str, str]:
    """Names of the columns that hold east and north.

    Raises:
        LayerImportError: a named column isn't there or none was found; names --x and --y.
    """
    for name in filter(None, (x, y)):
        if name not in header:
            raise LayerImportError(
                _(
                    "列「%(name)s」がありません。"
                    "--x と --y には次の列名を指定してください：%(columns)s"
                )
                % {"name": name, "columns": ", ".join(header)}
            )
    x, y = x or find_column(header, X_NAMES), y or find_column(header, Y_NAMES)
    if not x or not y:
        raise LayerImportError(
            _("緯度・経度の列が見つかりません。--x と --y で列名を指定してください：%(columns)s")
            % {"columns": ", ".join(header)}
        )
    return x, y


def find_column(header: list[str], wanted: tuple[str, ...]) -> str:
    """The first column called like one of `wanted`, "経度（10進）" too; "" if there is none."""
    plain = {name: unicodedata.normalize("NFKC", name).strip().lower() for name in header}
    for word in wanted:
        for name, folded in plain.items():
            if folded == word or re.fullmatch(rf"{re.escape(word)}\s*[(\[_].*", folded):
                return name
    return ""


def row_of(number: int, values: dict[str, str], x_column: str, y_column: str) -> Row:
    """One record as a row; unreadable coordinates go into `fault`."""
    attributes: dict[str, object] = {
        name: clean_text(value) for name, value in values.items() if name
    }
    x_text, y_text = values.get(x_column, "").strip(), values.get(y_column, "").strip()
    if not x_text or not y_text:
        return Row(number, "", attributes, None)
    x, y = number_in(x_text), number_in(y_text)
    if x is None or y is None:
        return Row(number, "", attributes, None, fault="not-a-number")
    return Row(number, "", attributes, shapely.Point(x, y))


def number_in(text: str) -> float | None:
    """A decimal number, full-width digits included; None for anything else."""
    folded = unicodedata.normalize("NFKC", text).strip()
    return float(folded) if re.fullmatch(r"[+-]?\d{1,12}(\.\d+)?", folded) else None


def _type_columns(rows: list[Row], fields: list[str]) -> None:
    """Turn the columns that hold only plain numbers into numbers, empty cells into None.

    A code with a leading zero anywhere keeps its whole column as text.
    """
    for name in fields:
        values = [str(row.attributes.get(name, "")) for row in rows]
        filled = [value for value in values if value]
        numeric = bool(filled) and all(NUMBER.fullmatch(value) for value in filled)
        for row, value in zip(rows, values, strict=True):
            if numeric and value:
                row.attributes[name] = float(value) if "." in value else int(value)
            else:
                row.attributes[name] = value or None
