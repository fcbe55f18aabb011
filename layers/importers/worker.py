"""Reads one file of geometry in a process of its own: small rights, few drivers, no network.

Run as a script with one argument, a JSON request:
`{"action": "list" | "read", "format": "geojson" | "gpkg" | "kml" | "shp", "path": …, "layer": …,
"encoding": …, "output": …, "limits": {"memory": bytes, "cpu": seconds, "file": bytes}}`.
GDAL reads GeoPackages and Shapefiles; GeoJSON and KML are read by our own hands, so that each bad
row is named and Japanese field names stay as they are (GDAL's KML driver turns them into "___").
`list` prints `{"layers": [{"name", "features"}]}`. `read` writes JSON lines to `output`: first
`{"crs", "fields"}`, then `{"row", "id", "attributes", "wkb" (hex or null), "fault"}`. What can't be
read ends with status 3 and `{"code", "detail"}` on standard output. It imports nothing of ours, so
that whoever breaks it finds neither settings nor a database.
"""

from __future__ import annotations

import json
import re
import resource
import sqlite3
import sys
import xml.etree.ElementTree as ET  # noqa: S405  # a document type is refused before parsing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import shapely

DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile"}
REFUSED = 3
BATCH = 5000
Row = dict[str, object]


class RefusedError(Exception):
    """The file isn't what it says, or is dangerous; `code` is turned into words by the parent."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def limit(limits: dict[str, int]) -> None:
    """Bound address space (bytes), processor time (s) and the size of a written file (bytes)."""
    for name, value in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_FSIZE, limits["file"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def only_allowed_drivers() -> None:
    """RefusedError unless GDAL_SKIP of the environment left the allowed drivers alone."""
    import pyogrio

    extra = set(pyogrio.list_drivers()) - set(DRIVERS.values())
    if extra:
        raise RefusedError("drivers", ", ".join(sorted(extra)))


def check_geopackage(path: str) -> None:
    """Refuse virtual tables: some of them open other files when they are read.

    Raises:
        RefusedError: the file is no SQLite data base or has a virtual table beside the R-trees.
    """
    query = "SELECT sql FROM sqlite_master WHERE sql LIKE '%virtual%'"
    try:
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
            statements = [row[0].lower() for row in database.execute(query)]
    except sqlite3.DatabaseError as error:
        raise RefusedError("broken", str(error)) from error
    if any("using rtree" not in one for one in statements if one.startswith("create virtual")):
        raise RefusedError("virtual-table")


def layers_of(request: dict) -> list[dict]:
    """Layers with geometry, and how many features each has."""
    if request["format"] == "kml":
        placemarks = kml_placemarks(request["path"])
        return [{"name": name, "features": len(found)} for name, found in placemarks.items()]
    import pyogrio

    found = []
    for name, geometry_type in pyogrio.list_layers(request["path"]):
        if geometry_type is not None:
            info = pyogrio.read_info(request["path"], layer=name, force_feature_count=True)
            found.append({"name": str(name), "features": int(info["features"])})
    return found


def read_with_gdal(request: dict) -> Iterator[dict]:
    """Meta line and rows of one layer of a Shapefile or GeoPackage."""
    import pyogrio

    path, layer = request["path"], request["layer"]
    # GDAL knows encodings by the names of iconv: EUC-JP, not euc_jp.
    encoding = request["encoding"].replace("_", "-").upper() or None
    start = 0
    while True:
        batch = {"skip_features": start, "max_features": BATCH, "datetime_as_string": True}
        meta, fids, shapes, columns = pyogrio.raw.read(
            path, layer=layer or None, encoding=encoding, force_2d=True, return_fids=True, **batch
        )
        if start == 0:
            yield {"crs": meta["crs"], "fields": [str(name) for name in meta["fields"]]}
        names = [str(name) for name in meta["fields"]]
        for place in range(len(fids)):
            yield {
                "row": start + place + 1,
                "id": str(fids[place]) if request["format"] == "gpkg" else "",
                "attributes": {n: plain(c[place]) for n, c in zip(names, columns, strict=True)},
                "wkb": shapes[place].hex() if shapes is not None and shapes[place] else None,
                "fault": "",
            }
        start += len(fids)
        if len(fids) < BATCH:
            return


def plain(value: object) -> object:
    """A cell of a numpy column as JSON knows it; whole numbers become integers."""
    if value is None or isinstance(value, str):
        return value
    item = value.item() if hasattr(value, "item") else value
    if isinstance(item, float):
        if item != item or item in (float("inf"), float("-inf")):
            return None
        return int(item) if item.is_integer() and abs(item) < 2**53 else item
    if isinstance(item, bool | int | str):
        return item
    return None if isinstance(item, bytes) else str(item)


def no_constant(name: str) -> object:
    """NaN and Infinity are no JSON: always a RefusedError."""
    raise RefusedError("broken", name)


def load_json(request: dict) -> dict:
    """The object of a GeoJSON file; RefusedError if misencoded, broken, too deep or none."""
    try:
        text = Path(request["path"]).read_bytes().decode(request["encoding"] or "utf-8-sig")
        value = json.loads(text, parse_constant=no_constant)
    except UnicodeDecodeError as error:
        raise RefusedError("encoding") from error
    except (ValueError, RecursionError) as error:
        raise RefusedError("broken", str(error)[:200]) from error
    if not isinstance(value, dict):
        raise RefusedError("not-geojson")
    return value


def features_of(value: dict) -> list:
    """The features of a FeatureCollection, Feature or bare geometry; RefusedError otherwise."""
    if value.get("type") == "FeatureCollection" and isinstance(value.get("features"), list):
        return value["features"]
    if value.get("type") == "Feature":
        return [value]
    if "coordinates" in value or "geometries" in value:
        return [{"type": "Feature", "geometry": value, "properties": {}}]
    raise RefusedError("not-geojson")


def crs_of(value: dict) -> str | None:
    """The `crs` member of GeoJSON older than RFC 7946, None if absent."""
    member = value.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name) if name else None


def read_geojson(request: dict) -> Iterator[dict]:
    """Meta line and rows of a GeoJSON file; by our own hands, so that each bad row is named."""
    value = load_json(request)
    features = features_of(value)
    names: dict[str, None] = {}
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        names.update(dict.fromkeys(properties if isinstance(properties, dict) else ()))
    yield {"crs": crs_of(value), "fields": list(names)}
    for number, feature in enumerate(features, start=1):
        yield geojson_row(number, feature)


def geojson_row(number: int, feature: object) -> Row:
    """One feature as a row; what is wrong with it goes into `fault`."""
    if not isinstance(feature, dict):
        return {"row": number, "id": "", "attributes": {}, "wkb": None, "fault": "not-a-feature"}
    properties = feature.get("properties")
    geometry = feature.get("geometry")
    shape = None
    if geometry is not None:
        shape = shapely.from_geojson(json.dumps(flat(geometry)), on_invalid="ignore")
    return {
        "row": number,
        "id": str(feature.get("id", "")),
        "attributes": properties if isinstance(properties, dict) else {},
        "wkb": shapely.to_wkb(shape, hex=True) if shape is not None else None,
        "fault": "broken-geometry" if geometry is not None and shape is None else "",
    }


def flat(geometry: object) -> object:
    """The geometry with positions of two numbers; RFC 7946 lets readers ignore the rest."""
    if not isinstance(geometry, dict):
        return geometry
    if isinstance(geometry.get("geometries"), list):
        return {
            "type": geometry.get("type"),
            "geometries": [flat(g) for g in geometry["geometries"]],
        }
    return {
        "type": geometry.get("type"),
        "coordinates": flat_positions(geometry.get("coordinates")),
    }


def flat_positions(value: object) -> object:
    """Nested lists with every position cut to longitude and latitude."""
    if not isinstance(value, list):
        return value
    if value and not isinstance(value[0], list):
        return value[:2]
    return [flat_positions(item) for item in value]


def kml_placemarks(path: str) -> dict[str, list[ET.Element]]:
    """Placemarks by the name of the folder (or document) they stand in.

    Raises:
        RefusedError: a document type (it could name other files) or no well-formed XML.
    """
    content = Path(path).read_bytes()
    if b"\0" in content or b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        raise RefusedError("entities")
    try:
        root = ET.fromstring(content)  # noqa: S314  # without a document type there are no entities
    except ET.ParseError as error:
        raise RefusedError("broken", str(error)) from error
    found: dict[str, list[ET.Element]] = {}
    open_folders = [(root, "")]
    while open_folders:
        folder, inherited = open_folders.pop()
        name = (text_of(folder, "name") or inherited) if local(folder) != "kml" else inherited
        for child in folder:
            if local(child) == "Placemark":
                found.setdefault(name, []).append(child)
        inner = [child for child in folder if local(child) in ("Folder", "Document")]
        open_folders.extend((child, name) for child in reversed(inner))
    return found


def local(element: ET.Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: ET.Element, *names: str) -> list[ET.Element]:
    """The children of one of the names."""
    return [child for child in element if local(child) in names]


def text_of(element: ET.Element, name: str) -> str:
    """Text of the first child of that name, "" if there is none."""
    return next(((child.text or "").strip() for child in children(element, name)), "")


def read_kml(request: dict) -> Iterator[dict]:
    """Meta line and rows of one folder of a KML file; names of data stay as written."""
    placemarks = kml_placemarks(request["path"]).get(request["layer"], [])
    tables = [kml_attributes(placemark) for placemark in placemarks]
    yield {"crs": None, "fields": list(dict.fromkeys(name for table in tables for name in table))}
    for number, (placemark, table) in enumerate(zip(placemarks, tables, strict=True), start=1):
        shapes = kml_shapes(placemark)
        shape = shapes[0] if len(shapes) == 1 else collect(shapes)
        yield {
            "row": number,
            "id": placemark.get("id", ""),
            "attributes": table,
            "wkb": shapely.to_wkb(shape, hex=True) if shape is not None else None,
            "fault": "",
        }


def kml_attributes(placemark: ET.Element) -> dict[str, object]:
    """Name, description and extended data of a placemark."""
    table: dict[str, object] = {"name": text_of(placemark, "name")}
    if text_of(placemark, "description"):
        table["description"] = text_of(placemark, "description")
    for extended in children(placemark, "ExtendedData"):
        for data in children(extended, "Data"):
            table[data.get("name", "")] = text_of(data, "value")
        for schema in children(extended, "SchemaData"):
            for data in children(schema, "SimpleData"):
                table[data.get("name", "")] = (data.text or "").strip()
    return {name: value for name, value in table.items() if name}


def kml_shapes(parent: ET.Element) -> list[shapely.Geometry]:
    """The geometries directly in a placemark or a MultiGeometry; broken ones are left out."""
    shapes: list[shapely.Geometry] = []
    for child in parent:
        try:
            if local(child) == "MultiGeometry":
                shapes.extend(kml_shapes(child))
            elif local(child) == "Point":
                shapes.append(shapely.Point(positions(child)[0]))
            elif local(child) in ("LineString", "LinearRing"):
                shapes.append(shapely.LineString(positions(child)))
            elif local(child) == "Polygon":
                shapes.append(kml_polygon(child))
        except (ValueError, IndexError, shapely.errors.GEOSException):
            continue
    return shapes


def kml_polygon(element: ET.Element) -> shapely.Geometry:
    """A polygon with its holes."""
    outer, inner = (
        [
            positions(ring)
            for boundary in children(element, name)
            for ring in children(boundary, "LinearRing")
        ]
        for name in ("outerBoundaryIs", "innerBoundaryIs")
    )
    return shapely.Polygon(outer[0], inner)


def positions(element: ET.Element) -> list[tuple[float, float]]:
    """Longitude and latitude of a `coordinates` text; heights are dropped."""
    text = re.sub(r"\s*,\s*", ",", text_of(element, "coordinates"))
    pairs = [token.split(",") for token in text.split()]
    return [(float(pair[0]), float(pair[1])) for pair in pairs]


def collect(shapes: list[shapely.Geometry]) -> shapely.Geometry | None:
    """Several geometries as one: Multi if all are of a kind; None for none."""
    if not shapes:
        return None
    makers = {
        "Point": shapely.multipoints,
        "LineString": shapely.multilinestrings,
        "Polygon": shapely.multipolygons,
    }
    kinds = {shape.geom_type for shape in shapes}
    maker = makers[kinds.pop()] if len(kinds) == 1 else shapely.geometrycollections
    return maker(shapes)


def answer(request: dict) -> None:
    """Do what the request asks."""
    if request["format"] in DRIVERS:
        only_allowed_drivers()
    if request["format"] == "gpkg":
        check_geopackage(request["path"])
    if request["action"] == "list":
        sys.stdout.write(json.dumps({"layers": layers_of(request)}))
        return
    readers = {"geojson": read_geojson, "kml": read_kml}
    reader = readers.get(request["format"], read_with_gdal)
    with open(request["output"], "w", encoding="utf-8") as sink:
        write_lines(reader, request, sink)


def write_lines(reader: Callable[[dict], Iterator[dict]], request: dict, sink: TextIO) -> None:
    """Each dictionary on a line of its own."""
    for line in reader(request):
        sink.write(json.dumps(line))
        sink.write("\n")


def main() -> int:
    """Exit status: 0 done, 3 refused with a reason on standard output."""
    request = json.loads(sys.argv[1])
    limit(request["limits"])
    try:
        answer(request)
    except RefusedError as error:
        refusal = {"code": error.code, "detail": error.detail}
    except MemoryError:
        refusal = {"code": "too-big", "detail": ""}
    except Exception as error:
        refusal = {"code": "broken", "detail": f"{type(error).__name__}: {error}"[:300]}
    else:
        return 0
    sys.stdout.write(json.dumps(refusal))
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
