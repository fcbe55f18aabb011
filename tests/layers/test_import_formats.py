"""GeoJSON, KML and GeoPackage in the shapes that programs write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from layers.importers.errors import LayerImportError
from tests.layers.importing import collection, feature, take, write_json

pytestmark = pytest.mark.django_db
POINT = {"type": "Point", "coordinates": [138.31, 34.86]}
RING = "138.30,34.85,0 138.31,34.85,0 138.31,34.86,0 138.30,34.86,0 138.30,34.85,0"
HOLE = "138.302,34.852 138.304,34.852 138.304,34.854 138.302,34.854 138.302,34.852"
KML = f"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>焼津</name>
<Folder><name>避難所</name>
  <Placemark id="a"><name>体育館</name><description>二階まで</description>
    <Point><coordinates>138.31, 34.86</coordinates></Point></Placemark>
  <Placemark><name>場所なし</name></Placemark>
</Folder>
<Folder><name>区域</name>
  <Placemark><name>東</name><ExtendedData><SchemaData><SimpleData name="世帯">12</SimpleData>
    </SchemaData></ExtendedData>
    <Polygon><outerBoundaryIs><LinearRing><coordinates>{RING}</coordinates></LinearRing>
    </outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>{HOLE}</coordinates></LinearRing>
    </innerBoundaryIs></Polygon></Placemark>
  <Placemark><name>道</name><MultiGeometry>
    <LineString><coordinates>138.30,34.85 138.31,34.86</coordinates></LineString>
    <LineString><coordinates>138.31,34.85 138.32,34.86</coordinates></LineString>
    </MultiGeometry></Placemark>
</Folder></Document></kml>"""


@pytest.fixture
def kml(tmp_path: Path) -> Path:
    """A KML file with two folders."""
    path = tmp_path / "yaizu.kml"
    path.write_text(KML, encoding="utf-8")
    return path


def test_folders_of_a_kml_are_layers_to_choose_from(kml: Path) -> None:
    with pytest.raises(LayerImportError, match="避難所, 区域"):
        take(kml)
    report = take(kml, layer="避難所")
    gym = report.layer.features.get()
    assert (gym.name, gym.source_id, gym.attributes["description"]) == ("体育館", "a", "二階まで")
    assert [(note.row, note.name) for note in report.skipped] == [(2, "場所なし")]


def test_kml_areas_keep_their_holes_and_lines_stay_together(kml: Path) -> None:
    area, road = take(kml, layer="区域").layer.features.order_by("pk")
    assert area.geometry.num_interior_rings == 1
    assert area.attributes["世帯"] == "12"
    assert road.geometry.geom_type == "MultiLineString"


def test_all_folders_become_one_layer(kml: Path) -> None:
    report = take(kml, layer="all")
    assert report.count == 3
    assert {one.attributes["layer"] for one in report.layer.features.all()} == {"避難所", "区域"}


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "EPSG:6668"])
def test_the_crs_member_of_older_geojson_is_honoured(tmp_path: Path, name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    path = write_json(tmp_path / "x.geojson", collection(feature(POINT), crs=crs))
    assert take(path).layer.features.get().geometry.coords == pytest.approx((138.31, 34.86))


def test_metres_in_geojson_are_converted_if_it_says_so_and_asked_about_if_not(
    tmp_path: Path,
) -> None:
    metres = {"type": "Point", "coordinates": [-17031.0, -125210.4]}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6676"}}
    said = write_json(tmp_path / "said.geojson", collection(feature(metres), crs=crs))
    station = take(said).layer.features.get().geometry
    assert station.coords == pytest.approx((138.3137, 34.8712), abs=1e-4)
    silent = write_json(tmp_path / "silent.geojson", collection(feature(metres)))
    with pytest.raises(LayerImportError, match="--crs EPSG:6676"):
        take(silent)


def test_geojson_values_keep_their_types(tmp_path: Path) -> None:
    values = {"数": 3, "比": 0.5, "有": True, "無": None, "列": [1, "二"], "日": "2026-04-01"}
    path = write_json(tmp_path / "x.geojson", collection(feature(POINT, values, id=7)))
    kept = take(path).layer.features.get()
    assert kept.attributes == values
    assert kept.source_id == "7"


def test_a_feature_without_properties_is_fine(tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.geojson", collection(feature(POINT, None)))
    assert take(path).layer.features.get().attributes == {}


def test_a_bare_geometry_is_a_layer_of_one(tmp_path: Path) -> None:
    assert take(write_json(tmp_path / "x.geojson", POINT)).count == 1


def test_a_geopackage_with_several_layers_asks_which(tmp_path: Path) -> None:
    path = tmp_path / "city.gpkg"
    for number, name in enumerate(("町", "丁目")):
        pyogrio.raw.write(
            path,
            np.array([shapely.to_wkb(shapely.Point(138.3 + number, 34.8))], dtype=object),
            [np.array([name], dtype=object)],
            ["名称"],
            layer=name,
            geometry_type="Point",
            crs="EPSG:4326",
            append=number > 0,
        )
    with pytest.raises(LayerImportError, match="町, 丁目"):
        take(path)
    with pytest.raises(LayerImportError, match="「字」"):
        take(path, layer="字")
    assert take(path, layer="丁目").layer.features.get().geometry.x == 139.3
