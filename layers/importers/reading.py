"""Opens a file of one of the accepted formats and hands on its layers."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import shapely
from django.utils.translation import gettext as _

from layers.importers import archive, sandbox, table, text
from layers.importers.errors import LayerImportError
from layers.importers.rows import Row, SourceLayer

MAXIMUM_BYTES = 512 * 1024**2
ALL = "all"
ENDINGS = {
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".kml": "kml",
    ".csv": "csv",
    ".zip": "zip",
}


@dataclass
class Wishes:
    """What the person said about the file.

    Attributes:
        layer: name of a layer in the file, "all", or "".
        x, y: columns of a CSV with coordinates.
        encoding: text encoding, "" to find out.
    """

    layer: str = ""
    x: str = ""
    y: str = ""
    encoding: str = ""


def format_of(path: Path) -> str:
    """The format, by ending and by content; both must agree.

    Raises:
        LayerImportError: absent, empty, too big, of another kind, or not what its ending says.
    """
    if not path.is_file():
        raise LayerImportError(_("ファイルがありません：%(path)s") % {"path": path})
    size = path.stat().st_size
    if not size:
        raise LayerImportError(_("ファイルが空です：%(path)s") % {"path": path.name})
    if size > MAXIMUM_BYTES:
        raise LayerImportError(
            _("ファイルが大きすぎます（%(size)d MB、上限 %(limit)d MB）。")
            % {"size": size // 1024**2, "limit": MAXIMUM_BYTES // 1024**2}
        )
    found = ENDINGS.get(path.suffix.lower())
    if not found:
        raise LayerImportError(
            _(
                "この形式は読めません：%(path)s"
                "（GeoJSON、GeoPackage、KML、CSV、ShapefileのZIPが読めます）"
            )
            % {"path": path.name}
        )
    with path.open("rb") as source:
        _check_start(found, source.read(4096), path)
    return found


def _check_start(found: str, start: bytes, path: Path) -> None:
    body = start.removeprefix(text.UTF8_BOM).lstrip()
    fits = {
        "geojson": body[:1] == b"{",
        "gpkg": start.startswith(b"SQLite format 3\0"),
        "kml": body[:1] == b"<" and b"<kml" in body,
        "csv": not start.startswith((b"PK\x03\x04", b"SQLite format 3", b"\xd0\xcf\x11\xe0", b"<")),
        "zip": start.startswith((b"PK\x03\x04", b"PK\x05\x06")),
    }
    if not fits[found]:
        raise LayerImportError(
            _("%(path)s の中身が拡張子（%(ending)s）と合いません。")
            % {"path": path.name, "ending": path.suffix}
        )


def read_file(path: Path, wishes: Wishes, folder: Path) -> list[SourceLayer]:
    """The wanted layers of a file.

    Args:
        path: the file.
        wishes: what was said about it.
        folder: an empty temporary folder.

    Raises:
        LayerImportError: it can't be taken as it is.
    """
    found = format_of(path)
    if found == "csv":
        return [table.read_table(path, x=wishes.x, y=wishes.y, encoding=wishes.encoding)]
    if found == "zip":
        return _read_zip(path, wishes, folder)
    if found == "geojson":
        encoding = text.wanted_encoding(wishes.encoding)
        return [_gather(path, found, folder, path.stem, encoding=encoding)]
    names = [one["name"] for one in sandbox.list_layers(path, found, folder) if one["features"]]
    return [
        _gather(path, found, folder, name, layer=name) for name in choose(names, wishes.layer, path)
    ]


def choose(names: list[str], wanted: str, path: Path) -> list[str]:
    """The layers to read.

    Raises:
        LayerImportError: nothing there, several and none named, or no such name; lists them.
    """
    if not names:
        raise LayerImportError(_("%(path)s に地物がありません。") % {"path": path.name})
    if wanted == ALL or (len(names) == 1 and not wanted):
        return names
    listed = ", ".join(names)
    if not wanted:
        raise LayerImportError(
            _(
                "レイヤが%(count)dあります。"
                "--layer で一つを選ぶか、all と指定してください：%(names)s"
            )
            % {"count": len(names), "names": listed}
        )
    if wanted not in names:
        raise LayerImportError(
            _(
                "「%(name)s」というレイヤはありません。"
                "--layer には次の名前を指定してください：%(names)s"
            )
            % {"name": wanted, "names": listed}
        )
    return [wanted]


def _read_zip(path: Path, wishes: Wishes, folder: Path) -> list[SourceLayer]:
    with archive.open_archive(path) as opened:
        shapefiles = archive.shapefiles_in(opened)
        names = [one.name for one in shapefiles]
        if len(set(names)) < len(names):
            for one in shapefiles:
                one.name = f"{one.folder}/{one.name}"
        wanted = choose([one.name for one in shapefiles], wishes.layer, path)
        return [
            _read_shapefile(opened, one, wishes, folder) for one in shapefiles if one.name in wanted
        ]


def _read_shapefile(
    opened: zipfile.ZipFile, shapefile: archive.Shapefile, wishes: Wishes, folder: Path
) -> SourceLayer:
    place = folder / "shapefile"
    place.mkdir(exist_ok=True)
    shp = archive.unpack(opened, shapefile, place)
    try:
        encoding, note = _shapefile_encoding(shp, shapefile, wishes.encoding)
        # The .cpg has been judged; GDAL must not judge it again.
        shp.with_suffix(".cpg").unlink(missing_ok=True)
        layer = _gather(shp, "shp", folder, shapefile.name, encoding=encoding)
    finally:
        for part in place.iterdir():
            part.unlink()
    layer.encoding = encoding
    layer.warnings.extend(note)
    if shapefile.labels:
        raw = archive.read_entry(opened, shapefile.labels)
        layer.labels, layer.naming = text.read_labels(raw)
    return layer


def _shapefile_encoding(
    shp: Path, shapefile: archive.Shapefile, wanted: str
) -> tuple[str, list[str]]:
    """Encoding of the attributes and, where the .cpg proved wrong, a line that says so."""
    if wanted:
        return text.wanted_encoding(wanted), []
    cpg = shp.with_suffix(".cpg")
    declared = cpg.read_bytes()[:40].decode("ascii", "ignore").strip() if cpg.exists() else ""
    encoding, contradicted = text.dbf_encoding(shp.with_suffix(".dbf"), declared)
    if not contradicted:
        return encoding, []
    note = _("%(name)s：.cpgの「%(declared)s」では読めないので %(used)s で読みました。")
    return encoding, [note % {"name": shapefile.name, "declared": declared, "used": encoding}]


def _gather(
    path: Path, file_format: str, folder: Path, name: str, *, layer: str = "", encoding: str = ""
) -> SourceLayer:
    lines = sandbox.read_lines(path, file_format, folder, layer=layer, encoding=encoding)
    meta = next(lines)
    rows = [_row_of(line, name) for line in lines]
    if not rows:
        raise LayerImportError(_("%(name)s に地物がありません。") % {"name": name})
    fields = [text.clean_text(field) for field in meta["fields"]]
    return SourceLayer(
        name=name,
        fields=fields,
        rows=rows,
        crs=meta["crs"] or "",
        assumed_crs="" if file_format in ("shp", "gpkg") else "EPSG:4326",
        encoding=encoding or "utf-8",
    )


def _row_of(line: dict, layer: str) -> Row:
    shape = None
    fault = line["fault"]
    if line["wkb"]:
        shape = shapely.from_wkb(line["wkb"], on_invalid="ignore")
        fault = fault if shape is not None else "broken-geometry"
    attributes = {
        text.clean_text(str(key)): text.clean_value(value)
        for key, value in line["attributes"].items()
    }
    return Row(line["row"], line["id"], attributes, shape, fault, layer)
