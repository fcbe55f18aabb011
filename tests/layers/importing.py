"""Short ways to import in tests."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from layers.importers.reading import Wishes
from layers.importers.report import ImportReport
from layers.importers.run import About, import_layer
from tests.factories import OrganisationFactory

DATA = Path(__file__).parent.parent / "data"
YAIZU = DATA / "yaizu"
YONAGO = DATA / "yonago"
# Outer bounds (w, s, e, n) of both cities, a little wide.
IN_YAIZU = (138.23, 34.74, 138.37, 34.93)
IN_YONAGO = (133.22, 35.29, 133.49, 35.55)
WISHES = ("layer", "x", "y", "encoding")


def take(path: Path, name: str = "データ", crs: str = "", **more: Any) -> ImportReport:
    """Import a file for Yaizu; Wishes and About by keyword."""
    wishes = Wishes(**{key: more.pop(key) for key in WISHES if key in more})
    organisation = more.pop("organisation", None) or OrganisationFactory()
    about = About(name=name, **more)
    return import_layer(path, organisation, about, wishes=wishes, crs=crs)


def write_json(path: Path, value: object) -> Path:
    """A JSON file."""
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def collection(*features: dict, **members: Any) -> dict:
    """A FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features), **members}


def feature(geometry: dict | None, properties: dict | None = None, **members: Any) -> dict:
    """A Feature."""
    return {"type": "Feature", "geometry": geometry, "properties": properties, **members}


def shapefile(
    path: Path, shape: shapely.Geometry, name: str = "町", crs: str = "EPSG:4326"
) -> Path:
    """A zip with one Shapefile of one feature, CP932, written by GDAL."""
    folder = path.parent / path.stem
    folder.mkdir()
    pyogrio.raw.write(
        folder / "layer.shp",
        np.array([shapely.to_wkb(shape)], dtype=object),
        [np.array([name], dtype=object)],
        ["名前"],
        geometry_type=shape.geom_type,
        crs=crs,
        encoding="CP932",
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, part.name)
    return path


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    """A zip of the entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    path.write_bytes(buffer.getvalue())
    return path
