"""Text from many hands: encodings told apart strictly, names and values kept as written."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import shapely
from hypothesis import given, strategies

from layers.importers import text
from layers.importers.archive import entry_name
from layers.importers.errors import LayerImportError
from tests.layers.importing import shapefile, take, zipped

SQUARE = shapely.box(138.30, 34.85, 138.31, 34.86)
# What cities write and Shift_JIS proper can't: NEC and IBM extensions, half-width kana, wave dash.
HARD = "①㈱髙﨑ﾐﾅﾄ～№"
CSV = "名称,緯度,経度,番号\n{name},34.85,138.30,{number}\n"


def cp932_texts() -> strategies.SearchStrategy[str]:
    """Text that CP932 can hold, NFC, without control characters."""
    rows = [bytes([high, low]) for high in (0x83, 0x88, 0x8E, 0x93, 0xE0, 0xED, 0xFA)
            for low in range(0x80, 0xFC)]  # fmt: skip
    letters = {row.decode("cp932", "ignore") for row in rows} - {""}
    fit = sorted(one for one in letters if text.clean_text(one) == one and len(one) == 1)
    return strategies.text(strategies.sampled_from(fit), min_size=4, max_size=30)


@given(written=cp932_texts())
def test_cp932_is_never_taken_for_utf8(written: str) -> None:
    assert text.decode(written.encode("cp932")) == (written, "cp932")
    assert text.fits([written.encode("cp932")], "cp932")
    assert not text.fits([written.encode("cp932")], "utf-8")


@given(written=strategies.text(min_size=1))
def test_utf8_is_read_as_utf8_with_or_without_bom(written: str) -> None:
    raw = written.encode("utf-8", "ignore")
    if raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff", text.UTF8_BOM)):
        assert text.decode(raw) == (raw.decode(), "utf-8")
        assert text.decode(text.UTF8_BOM + raw) == (raw.decode(), "utf-8-sig")


def test_a_character_cut_in_two_by_a_dbf_field_is_forgiven() -> None:
    assert text.fits(["焼津".encode()[:-1]], "utf-8")
    assert not text.fits(["焼津".encode()[1:]], "utf-8")


@pytest.mark.parametrize("name", ["Shift_JIS", "SJIS", "932", "CP932", "Windows-31J", "ms932"])
def test_every_name_of_shift_jis_means_what_windows_writes(name: str) -> None:
    assert text.wanted_encoding(name) == "cp932"


@pytest.mark.parametrize("name", ["sjis-plus", "hex", "rot13"])
def test_an_encoding_nobody_knows_is_refused_by_naming_the_option(name: str) -> None:
    with pytest.raises(LayerImportError, match="--encoding"):
        text.wanted_encoding(name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.django_db
def test_a_csv_arrives_whatever_excel_made_of_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "shelters.csv"
    path.write_bytes(CSV.format(name=HARD, number="1").replace("\n", "\r\n").encode(encoding))
    assert take(path).layer.features.get().name == HARD


@pytest.mark.django_db
def test_a_csv_in_an_unknown_encoding_asks_for_it(tmp_path: Path) -> None:
    path = tmp_path / "shelters.csv"
    path.write_bytes(b"name,lat,lng\n\x81\xff\xff,34.85,138.30\n")
    with pytest.raises(LayerImportError, match="--encoding"):
        take(path)


@pytest.mark.parametrize(
    "header",
    ["名称,緯度,経度", "name,lat,lng", "NAME,Latitude,Longitude", "名称,y,x",
     "名称,緯度（10進）,経度（10進）", "名称,lat,lon", "名称,ｌａｔ,ｌｏｎ"],
)  # fmt: skip
@pytest.mark.django_db
def test_coordinates_are_found_by_their_usual_names(tmp_path: Path, header: str) -> None:
    path = tmp_path / "places.csv"
    path.write_text(f"{header}\n駅,34.8712,138.3137\n", encoding="utf-8")
    assert take(path).layer.features.get().geometry.coords == (138.3137, 34.8712)


@pytest.mark.django_db
def test_a_csv_without_coordinates_asks_for_the_columns_and_takes_them(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("名称,たて,よこ\n駅,34.8712,138.3137\n", encoding="utf-8")
    with pytest.raises(LayerImportError, match="--x と --y .*たて"):
        take(path)
    with pytest.raises(LayerImportError, match="ななめ"):
        take(path, x="ななめ", y="たて")
    assert take(path, x="よこ", y="たて").layer.features.get().geometry.x == 138.3137


@pytest.mark.django_db
def test_swapped_columns_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("名称,緯度,経度\n駅,138.3137,34.8712\n", encoding="utf-8")
    with pytest.raises(LayerImportError, match="緯度と経度が逆"):
        take(path)


@pytest.mark.django_db
def test_plane_coordinates_in_a_csv_are_asked_about_and_taken(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("名称,x,y\n駅,-17031.0,-125210.4\n", encoding="utf-8")
    with pytest.raises(LayerImportError, match="--crs EPSG:6676"):
        take(path)
    station = take(path, crs="EPSG:6676").layer.features.get().geometry
    assert station.coords == pytest.approx((138.3137, 34.8712), abs=1e-4)


@pytest.mark.django_db
def test_rows_without_a_place_are_listed_by_their_line(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    rows = [
        "名称,緯度,経度",
        "駅,３４．８７,138.31",
        "不明,,",
        "",
        "変,34.8,百三十八",
        "港,34.87,138.33",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    report = take(path)
    assert [(note.row, note.name) for note in report.skipped] == [(3, "不明"), (5, "変")]
    assert report.count == 2


@pytest.mark.django_db
def test_numbers_stay_numbers_and_codes_stay_texts(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text(
        "名称,lat,lng,定員,郵便番号,備考\n駅,34.8,138.3,120,0101234,\n港,34.8,138.3,,4250021,ＡＢ\n",
        encoding="utf-8",
    )
    first, second = (one.attributes for one in take(path).layer.features.all())
    assert (first["定員"], first["郵便番号"], first["備考"]) == (120, "0101234", None)
    assert (second["定員"], second["郵便番号"], second["備考"]) == (None, "4250021", "ＡＢ")


@pytest.mark.parametrize("cpg", ["UTF-8", "", "Shift_JIS"])
@pytest.mark.django_db
def test_a_cpg_that_lies_is_noticed_and_reported(tmp_path: Path, cpg: str) -> None:
    whole = shapefile(tmp_path / "whole.zip", SQUARE, name=HARD)
    with zipfile.ZipFile(whole) as opened:
        entries = {name: opened.read(name) for name in opened.namelist()}
    entries["layer.cpg"] = cpg.encode()
    report = take(zipped(tmp_path / "towns.zip", entries))
    assert report.layer.features.get().attributes["名前"] == HARD
    assert report.encoding == "cp932"
    assert any("UTF-8" in line for line in report.warnings) is (cpg == "UTF-8")


@pytest.mark.django_db
def test_a_dbf_in_no_known_encoding_asks_for_it(tmp_path: Path) -> None:
    whole = shapefile(tmp_path / "whole.zip", SQUARE, name="ABCD")
    with zipfile.ZipFile(whole) as opened:
        entries = {name: opened.read(name) for name in opened.namelist()}
    del entries["layer.cpg"]
    entries["layer.dbf"] = entries["layer.dbf"].replace(b"ABCD", b"\x81\xff\xff\x81")
    with pytest.raises(LayerImportError, match="--encoding"):
        take(zipped(tmp_path / "towns.zip", entries))


@pytest.mark.django_db
def test_a_named_encoding_is_taken_at_its_word(tmp_path: Path) -> None:
    whole = shapefile(tmp_path / "whole.zip", SQUARE, name="ABCD")
    with zipfile.ZipFile(whole) as opened:
        entries = {name: opened.read(name) for name in opened.namelist()}
    del entries["layer.cpg"]
    entries["layer.dbf"] = entries["layer.dbf"].replace(b"ABCD", "焼津".encode("euc_jp"))
    entries["layer.dbf"] = entries["layer.dbf"].replace("名前".encode("cp932"), b"name")
    towns = zipped(tmp_path / "towns.zip", entries)
    assert take(towns, encoding="EUC-JP").layer.features.get().name == "焼津"

    path = tmp_path / "towns.geojson"
    path.write_bytes(
        '{"type": "Feature", "properties": {"name": "焼津"}, "geometry":'
        ' {"type": "Point", "coordinates": [138.3, 34.8]}}'.encode("cp932")
    )
    with pytest.raises(LayerImportError, match="--encoding"):
        take(path)
    assert take(path, encoding="Shift_JIS", slug="x").layer.features.get().name == "焼津"


@pytest.mark.parametrize("flagged", [True, False])
def test_file_names_in_zips_are_japanese_with_and_without_the_utf8_flag(flagged: bool) -> None:
    raw = "自治会区域.shp".encode("utf-8" if flagged else "cp932")
    entry = zipfile.ZipInfo(raw.decode("utf-8" if flagged else "cp437"))
    entry.flag_bits = 0x800 if flagged else 0
    assert entry_name(entry) == "自治会区域.shp"


def test_values_become_fit_for_json() -> None:
    dirty = {"か\0": "が\0", "n": float("nan"), "l": [float("inf"), "\ud800x"], "b": b"x"}
    assert text.clean_value(dirty) == {"か": "が", "n": None, "l": [None, "x"], "b": None}


def test_labels_that_are_not_different_leave_the_names_of_the_source() -> None:
    assert text.unique_keys(["item1", "item2"], {"item1": "名前", "item2": "名前"}) == {
        "item1": "item1",
        "item2": "item2",
    }
    assert text.unique_keys(["item1", "x"], {"item1": "名前"}) == {"item1": "名前", "x": "x"}
