"""Reads one file of geometry in a process of its own: small rights, few drivers, no network.

Run as a script with one argument, a JSON request:
`{"action": "list" | "read", "format": "geojson" | "gpkg" | "kml" | "shp", "path": …, "layer": …,
"encoding": …, "output": …, "limits": {"memory": bytes, "cpu": seconds, "file": bytes}}`.
`list` prints `{"layers": [{"name", "features"}]}`. `read` writes JSON lines to `output`: first
`{"crs", "fields"}`, then `{"row", "id", "attributes", "wkb" (hex or null), "fault"}`. What can't be
read ends with status 3 and `{"code", "detail"}` on standard output. It imports nothing of ours, so
that whoever breaks it finds neither settings nor a database.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import shapely

DRIVERS = {"gpkg": "GPKG", "kml": "LIBKML", "shp": "ESRI Shapefile"}
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
    """Make sure that GDAL_SKIP of the environment left the allowed drivers alone.

    Raises:
        RefusedError: some other driver is registered.
    """
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
    """Spatial layers of the file, with how many features each has."""
    import pyogrio

    found = []
    for name, geometry_type in pyogrio.list_layers(request["path"]):
        if geometry_type is not None:
            info = pyogrio.read_info(request["path"], layer=name, force_feature_count=True)
            found.append({"name": str(name), "features": int(info["features"])})
    return found


def read_with_gdal(request: dict) -> Iterator[dict]:
    """Meta line and rows of one layer of a Shapefile, GeoPackage or KML."""
    import pyogrio

    path, layer, encoding = request["path"], request["layer"], request["encoding"] or None
    start = 0
    while True:
        meta, fids, shapes, columns = pyogrio.raw.read(
            path,
            layer=layer or None,
            encoding=encoding,
            force_2d=True,
            return_fids=True,
            datetime_as_string=True,
            skip_features=start,
            max_features=BATCH,
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
    """NaN and Infinity are no JSON.

    Raises:
        RefusedError: always.
    """
    raise RefusedError("broken", name)


def load_json(request: dict) -> dict:
    """The object of a GeoJSON file.

    Raises:
        RefusedError: wrong encoding, broken, too deep or not an object.
    """
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
    """The features of a FeatureCollection, a Feature or a bare geometry.

    Raises:
        RefusedError: it's none of them.
    """
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
        shape = shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
    return {
        "row": number,
        "id": str(feature.get("id", "")),
        "attributes": properties if isinstance(properties, dict) else {},
        "wkb": shapely.to_wkb(shape, hex=True) if shape is not None else None,
        "fault": "broken-geometry" if geometry is not None and shape is None else "",
    }


def answer(request: dict) -> None:
    """Do what the request asks."""
    if request["format"] != "geojson":
        only_allowed_drivers()
    if request["format"] == "gpkg":
        check_geopackage(request["path"])
    if request["action"] == "list":
        sys.stdout.write(json.dumps({"layers": layers_of(request)}))
        return
    reader = read_geojson if request["format"] == "geojson" else read_with_gdal
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
