"""Files that would read others, fill the disk or take the importer down are refused in one line."""

from __future__ import annotations

import sqlite3
import stat
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from layers.importers import archive, sandbox
from layers.importers.errors import LayerImportError
from layers.models import Layer
from tests.layers.importing import (
    YAIZU,
    collection,
    feature,
    shapefile,
    take,
    write_json,
    zipped,
)

pytestmark = pytest.mark.django_db
SQUARE = shapely.box(138.30, 34.85, 138.31, 34.86)
POINT = {"type": "Point", "coordinates": [138.31, 34.86]}
SECRET = "知られてはいけない"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of the server that no import may read."""
    return write_json(tmp_path / "secret.geojson", collection(feature(POINT, {"name": SECRET})))


def vrt(secret: Path) -> str:
    """A GDAL virtual file that shows another file's content."""
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )


@pytest.mark.parametrize("ending", [".geojson", ".json", ".gpkg", ".kml", ".csv", ".zip", ".vrt"])
def test_a_vrt_under_any_name_reads_no_other_file(
    tmp_path: Path, secret: Path, ending: str
) -> None:
    # It would work where nobody looks: GDAL itself opens it.
    trap = tmp_path / "trap.vrt"
    trap.write_text(vrt(secret), encoding="utf-8")
    assert pyogrio.read_info(trap)["features"] == 1

    disguised = tmp_path / f"districts{ending}"
    disguised.write_text(vrt(secret), encoding="utf-8")
    with pytest.raises(LayerImportError):
        take(disguised)
    assert not Layer.objects.exists()


def test_a_vrt_dressed_as_kml_or_shapefile_gets_past_no_driver(
    tmp_path: Path, secret: Path
) -> None:
    dressed = tmp_path / "districts.kml"
    dressed.write_text(f"<!-- <kml --> {vrt(secret)}", encoding="utf-8")
    with pytest.raises(LayerImportError):
        take(dressed)

    content = vrt(secret).encode()
    parts = {f"layer{ending}": content for ending in archive.PARTS}
    with pytest.raises(LayerImportError):
        take(zipped(tmp_path / "districts.zip", parts))


def test_the_reading_process_knows_two_drivers_and_none_of_our_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgis:///koemap")
    seen = sandbox.environment(tmp_path)
    assert "DATABASE_URL" not in seen
    skipped = set(seen["GDAL_SKIP"].split(","))
    assert skipped == set(pyogrio.list_drivers()) - {"GPKG", "ESRI Shapefile"}


def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as opened:
        for ending in (".shp", ".shx", ".dbf"):
            opened.writestr(f"layer{ending}", bytes(100 * 1024**2))
    assert bomb.stat().st_size < 400 * 1024

    def unpack(*args: object) -> None:
        raise AssertionError("the bomb was opened")

    monkeypatch.setattr(archive, "unpack", unpack)
    with pytest.raises(LayerImportError, match="大きくなりすぎます"):
        take(bomb)


def test_a_zip_with_too_many_entries_is_refused(tmp_path: Path) -> None:
    names = {f"{number}.txt": b"" for number in range(archive.MAXIMUM_ENTRIES + 1)}
    with pytest.raises(LayerImportError, match="多すぎます"):
        take(zipped(tmp_path / "many.zip", names))


@pytest.mark.parametrize(
    "name", ["../../etc/layer.shp", "/etc/layer.shp", "C:\\layer.shp", "a\\..\\..\\layer.shp"]
)
def test_a_zip_that_points_outside_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LayerImportError, match="外を指す"):
        take(zipped(tmp_path / "slip.zip", {name: b"x"}))


def test_a_zip_with_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("layer.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr(link, "/etc/passwd")
    with pytest.raises(LayerImportError, match="リンク"):
        take(path)


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    inner = (YAIZU / "raw_shp_jichikai_sjis_epsg2450.zip").read_bytes()
    with pytest.raises(LayerImportError, match="Shapefile"):
        take(zipped(tmp_path / "nested.zip", {"inner.zip": inner}))


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    whole = (YAIZU / "raw_shp_jichikai_sjis_epsg2450.zip").read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LayerImportError, match="ZIP"):
        take(cut)


def test_a_zip_with_a_damaged_entry_is_refused(tmp_path: Path) -> None:
    raw = bytearray((YAIZU / "raw_shp_jichikai_sjis_epsg2450.zip").read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 64] = bytes(64)
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(raw)
    with pytest.raises(LayerImportError, match="壊れて"):
        take(damaged)


@pytest.mark.parametrize("part", ["layer.shx", "layer.dbf"])
def test_a_shapefile_without_a_needed_part_names_it(tmp_path: Path, part: str) -> None:
    whole = shapefile(tmp_path / "whole.zip", SQUARE)
    with zipfile.ZipFile(whole) as opened:
        entries = {name: opened.read(name) for name in opened.namelist() if name != part}
    with pytest.raises(LayerImportError, match=part[-4:]):
        take(zipped(tmp_path / "part.zip", entries))


KML = """<?xml version="1.0" encoding="UTF-8"?>{doctype}
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>防災</name>
<Placemark><name>{name}</name><ExtendedData><Data name="定員"><value>120</value></Data>
</ExtendedData><Point><coordinates>138.31,34.86,12.5</coordinates></Point></Placemark>
</Folder></Document></kml>"""


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE kml [<!ENTITY leak SYSTEM "file:///etc/passwd">]>',
        '<!doctype kml [<!entity a "aaaa"><!entity b "&a;&a;&a;">]>',
    ],
)
def test_kml_with_entities_is_refused(tmp_path: Path, doctype: str) -> None:
    path = tmp_path / "trap.kml"
    path.write_text(KML.format(doctype=doctype, name="&leak;"), encoding="utf-8")
    with pytest.raises(LayerImportError, match="実体宣言"):
        take(path)


def test_plain_kml_is_read_flat_with_its_data(tmp_path: Path) -> None:
    path = tmp_path / "shelters.kml"
    path.write_text(KML.format(doctype="", name="第一避難所"), encoding="utf-8")
    report = take(path)
    shelter = report.layer.features.get()
    assert shelter.name == "第一避難所"
    assert shelter.attributes["定員"] == "120"
    assert not shelter.geometry.hasz
    assert shelter.geometry.coords == pytest.approx((138.31, 34.86))


def geopackage(path: Path) -> Path:
    """A GeoPackage with one town."""
    pyogrio.raw.write(
        path,
        np.array([shapely.to_wkb(SQUARE)], dtype=object),
        [np.array(["大富"], dtype=object), np.array([1200], dtype=np.int64)],
        ["名称", "人口"],
        layer="towns",
        geometry_type="Polygon",
        crs="EPSG:6668",
    )
    return path


def test_a_geopackage_is_read(tmp_path: Path) -> None:
    report = take(geopackage(tmp_path / "towns.gpkg"))
    town = report.layer.features.get()
    assert (town.name, town.population, report.crs) == ("大富", 1200, "EPSG:6668")


def test_a_geopackage_with_a_virtual_table_is_refused(tmp_path: Path, secret: Path) -> None:
    path = geopackage(tmp_path / "towns.gpkg")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA writable_schema=1")
        database.execute(
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES"
            " ('table', 'leak', 'leak', 0, ?)",
            [f"CREATE VIRTUAL TABLE leak USING VirtualOGR('{secret}')"],
        )
    with pytest.raises(LayerImportError, match="仮想テーブル"):
        take(path)


@pytest.mark.parametrize("name", ["empty.geojson", "empty.csv", "empty.zip", "empty.gpkg"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    with pytest.raises(LayerImportError, match="空です"):
        take(path)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"type": "FeatureCollection"}',
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "Topology", "objects": {}}',
        '{"type": "FeatureCollection", "features": [NaN]}',
        '{"a": ' * 100_000 + "1" + "}" * 100_000,
    ],
    ids=["cut", "no-features", "none", "topojson", "nan", "deep"],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LayerImportError):
        take(path)


def test_rows_with_impossible_geometry_are_listed_and_the_others_taken(tmp_path: Path) -> None:
    bad = [
        None,
        {"type": "Point", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[138.3, 34.8], [138.4, 34.9]]]},
        {"type": "Point", "coordinates": [34.86, 138.31]},
        {"type": "Blob", "coordinates": [1, 2]},
        {"type": "Point", "coordinates": ["138.31", None]},
        {"type": "Point", "coordinates": [1e300, 34.86]},
    ]
    high = {"type": "Point", "coordinates": [138.31, 34.86, 5.0, 7.0]}
    good = [feature(high, {"name": "よい"}) for _number in range(20)]
    path = write_json(tmp_path / "mixed.geojson", collection(*map(feature, bad), *good))
    text = path.read_text(encoding="utf-8").replace("1e+300", "1e999")
    assert "1e999" in text
    path.write_text(text.replace('"features": [', '"features": [17, '), encoding="utf-8")

    report = take(path)

    assert [note.row for note in report.skipped] == [1, 2, 3, 4, 5, 6, 7, 8]
    kept = report.layer.features.first()
    assert (kept.name, kept.geometry.coords) == ("よい", (138.31, 34.86))


def test_a_reader_that_dies_leaves_a_plain_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sandbox.LIMITS, "memory", 200 * 1024**2)
    with pytest.raises(LayerImportError):
        take(YAIZU / "raw_shp_jichikai_sjis_epsg2450.zip")
    assert not Layer.objects.exists()


def test_a_reader_that_never_ends_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.01)
    with pytest.raises(LayerImportError, match="止めました"):
        take(YAIZU / "raw_shp_jichikai_sjis_epsg2450.zip")
