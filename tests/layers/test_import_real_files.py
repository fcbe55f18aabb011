"""Every file of Yaizu and Yonago arrives whole: count, Japanese text, place, repairs, gaps."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from django.contrib.gis.db.models import Extent

from layers.importers.errors import LayerImportError
from layers.importers.report import ImportReport
from layers.models import Feature
from tests.factories import OrganisationFactory
from tests.layers.importing import IN_YAIZU, IN_YONAGO, YAIZU, YONAGO, take

pytestmark = pytest.mark.django_db


class Wanted(NamedTuple):
    """What is known of a file; places from the publisher's data converted by other software."""

    file: str
    rows: int
    name: str
    bounds: tuple[float, float, float, float]
    encoding: str
    crs: str
    repaired: list[int] = []
    skipped: list[int] = []


CITY_FILES = [
    Wanted(
        "raw_222127_hinannjo.csv", 56, "二区コミュニティ防災センター",
        (138.3214856, 34.86145068) * 2, "utf-8", "EPSG:4326",
    ),
    Wanted(
        "raw_222127_park_info.csv", 142, "石津浜公園",
        (138.334028, 34.842499) * 2, "utf-8", "EPSG:4326",
    ),
    Wanted(
        "raw_shp_jichikai_sjis_epsg2450.zip", 35, "小川第13自治会",
        (138.312266, 34.845919, 138.329237, 34.855896), "cp932", "EPSG:2450", repaired=[27],
    ),
    Wanted(
        "raw_shp_junior_school_sjis_jgd2011.zip", 9, "東益津中学校",
        (138.292972, 34.873617, 138.348535, 34.922872), "cp932", "EPSG:6668",
    ),
    Wanted(
        "raw_shp_busstops_sjis_jgd2011_item_fields.zip", 164, "焼津駅前(1番のりば)",
        (138.318659, 34.871983) * 2, "cp932", "EPSG:6668",
    ),
    Wanted(
        "raw_shp_flood_1999_sjis_jgd2000_nullgeom.zip", 141, "豊田",
        (138.288636, 34.862865, 138.289495, 34.863638), "cp932", "EPSG:4612", skipped=[96],
    ),
    Wanted(
        "raw_shp_flood_2022_utf8_dbf_wgs84_invalid.zip", 62, "岡当目",
        (138.316337, 34.877659, 138.328063, 34.885791), "utf-8", "EPSG:4326", repaired=[5, 40],
    ),
    Wanted(
        "raw_shp_zoning_1ju_sjis_epsg2450_invalid.zip", 30, "第一種住居地域",
        (138.301307, 34.863623, 138.306598, 34.866863), "cp932", "EPSG:2450", repaired=[1, 11],
    ),
]  # fmt: skip


def assert_within(report: ImportReport, box: tuple[float, float, float, float]) -> None:
    """All features lie in the box."""
    west, south, east, north = Feature.objects.filter(layer=report.layer).aggregate(
        extent=Extent("geometry")
    )["extent"]
    assert box[0] <= west <= east <= box[2]
    assert box[1] <= south <= north <= box[3]


def assert_near(feature: Feature, bounds: tuple[float, float, float, float]) -> None:
    """The feature's bounds agree to the sixth decimal, to which the known ones were rounded."""
    assert feature.geometry.extent == pytest.approx(bounds, abs=2e-6)


@pytest.mark.parametrize("wanted", CITY_FILES, ids=lambda wanted: wanted.file)
def test_a_city_file_arrives_whole(wanted: Wanted) -> None:
    report = take(YAIZU / wanted.file)

    assert (report.rows, report.count) == (wanted.rows, wanted.rows - len(wanted.skipped))
    assert report.layer.features.count() == report.count
    assert (report.encoding, report.crs) == (wanted.encoding, wanted.crs)
    assert [note.row for note in report.repaired] == wanted.repaired
    assert [note.row for note in report.skipped] == wanted.skipped
    assert_within(report, IN_YAIZU)
    assert_near(report.layer.features.filter(name=wanted.name).first(), wanted.bounds)


def test_accidents_with_bom_and_no_name_keep_numbers_as_numbers_and_codes_as_text() -> None:
    report = take(YAIZU / "raw_222127_traffic_accident_2022.csv")

    assert (report.count, report.encoding) == (675, "utf-8-sig")
    first = report.layer.features.first()
    assert first.attributes["事故内容区分"] == "死亡"
    assert first.attributes["死者数"] == 1
    assert first.attributes["発生日時　　月"] == "11"
    assert first.attributes["経度"] == 138.2999444
    assert_within(report, IN_YAIZU)


def test_a_missing_prj_is_asked_for_with_the_zone_that_fits_the_city() -> None:
    with pytest.raises(LayerImportError, match=r"--crs EPSG:6676 .*--crs EPSG:2450"):
        take(YAIZU / "raw_shp_jishubosai_noprj.zip")


def test_a_missing_prj_of_a_city_nobody_knows_is_asked_for_without_a_zone_made_up() -> None:
    nowhere = OrganisationFactory(code="somewhere", boundary=None)
    with pytest.raises(LayerImportError, match="平面直角座標系のようです") as refusal:
        take(YAIZU / "raw_shp_jishubosai_noprj.zip", organisation=nowhere)
    assert "--crs" in refusal.value.message
    assert "2450" not in refusal.value.message


def test_the_disaster_prevention_groups_arrive_once_the_zone_is_named() -> None:
    report = take(
        YAIZU / "raw_shp_jishubosai_noprj.zip",
        crs="EPSG:2450",
        name_field="SAFIELD001",
        grouping=True,
    )

    assert (report.count, report.encoding) == (78, "cp932")
    assert_within(report, IN_YAIZU)
    group = report.layer.features.get(name="高新田第2自主防災会")
    assert_near(group, (138.300715, 34.791137, 138.311119, 34.79888))


def test_twelve_shapefiles_in_a_zip_are_listed_when_none_is_named() -> None:
    with pytest.raises(LayerImportError, match="--layer") as refusal:
        take(YAIZU / "raw_shp_zoning_all_12_layers_sjis_epsg2450.zip")
    assert "12" in refusal.value.message
    assert "敷地面積の最低限度指定区域" in refusal.value.message


def test_one_of_twelve_shapefiles_is_taken_by_its_japanese_name() -> None:
    report = take(YAIZU / "raw_shp_zoning_all_12_layers_sjis_epsg2450.zip", layer="準住居地域")

    assert report.count == 1
    assert_near(report.layer.features.get(), (138.316838, 34.843026, 138.318706, 34.851957))


def test_all_twelve_shapefiles_become_one_layer_that_knows_where_each_feature_is_from() -> None:
    report = take(
        YAIZU / "raw_shp_zoning_all_12_layers_sjis_epsg2450.zip", layer="all", kind="zoning"
    )

    assert report.count == 101
    commercial = report.layer.features.filter(attributes__layer="商業地域")
    assert commercial.count() == 3
    # Two of the three have no class in the city's own table: the source's name serves.
    assert {one.name for one in commercial} == {"商業地域"}
    assert [(note.layer, note.row) for note in report.repaired] == [
        ("商業地域", 3),
        ("第一種低層住居専用地域", 1),
        ("第一種低層住居専用地域", 12),
        ("第一種住居地域", 1),
        ("第一種住居地域", 11),
    ]
    # The minimum plot size lies over the other zones.
    assert not report.layer.is_partition


def test_labels_of_coded_fields_are_what_people_read() -> None:
    report = take(YAIZU / "raw_shp_jichikai_sjis_epsg2450.zip", grouping=True)

    field = report.layer.fields[-1]
    assert field == {"name": "自治会名", "label": {"ja": "自治会名"}, "source": "SAFIELD000"}
    assert report.layer.features.first().attributes["自治会名"] == "高新田自治会"
    assert report.layer.is_partition


def test_census_areas_of_yonago_carry_their_population() -> None:
    yonago = OrganisationFactory(code="312029", name={"ja": "米子市"}, boundary=None)
    report = take(
        YONAGO / "h27ka31202_yonago_sjis_jgd2000_shp.zip", organisation=yonago, grouping=True
    )

    features = report.layer.features.all()
    assert (report.count, report.encoding, report.crs) == (259, "cp932", "EPSG:4612")
    assert sum(one.population for one in features) == 149_313
    assert_within(report, IN_YONAGO)
    town = features.get(name="淀江町小波小波上")
    assert town.population == 133
    assert_near(town, (133.404661, 35.426801, 133.423607, 35.443387))
    assert town.area_m2 == pytest.approx(town.attributes["AREA"], rel=1e-4)


def test_what_is_stored_is_valid_and_what_is_drawn_is_lighter(tmp_path: Path) -> None:
    report = take(YAIZU / "raw_shp_jichikai_sjis_epsg2450.zip")

    features = list(report.layer.features.all())
    assert all(one.geometry.valid and one.simple.valid for one in features)
    full = sum(one.geometry.num_coords for one in features)
    light = sum(one.simple.num_coords for one in features)
    assert light < full / 2
