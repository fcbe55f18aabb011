"""An import is whole or it never was; readers see the old layer until the new one stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.dispatch import receiver

from layers.importers import store
from layers.importers.errors import LayerImportError
from layers.models import Feature, Layer
from layers.signals import layer_imported
from tests import places
from tests.factories import FeatureFactory, OrganisationFactory
from tests.layers.importing import YAIZU, collection, feature, take, write_json

pytestmark = pytest.mark.django_db
POINT = {"type": "Point", "coordinates": [138.31, 34.86]}


@pytest.fixture
def heard() -> Iterator[list[tuple[Layer, int]]]:
    """What listeners to `layer_imported` hear: the layer and how many features it had then."""
    news: list[tuple[Layer, int]] = []

    @receiver(layer_imported)
    def listen(layer: Layer, **more: Any) -> None:
        news.append((layer, layer.features.count()))

    yield news
    layer_imported.disconnect(listen)


def towns(path: Path, *names: str) -> Path:
    """A GeoJSON file of points with these names."""
    return write_json(path, collection(*(feature(POINT, {"name": name}) for name in names)))


def names_of(layer: Layer) -> list[str]:
    """Names of a layer's features in their order."""
    return list(Feature.objects.filter(layer=layer).order_by("pk").values_list("name", flat=True))


def test_the_same_slug_again_replaces_the_layer_and_raises_its_version(
    tmp_path: Path, heard: list
) -> None:
    first = take(towns(tmp_path / "towns.geojson", "東", "西"), slug="towns")
    again = take(towns(tmp_path / "more.geojson", "北", "南", "中"), "新しい町", slug="towns")

    assert (first.created, first.layer.version) == (True, 1)
    assert (again.created, again.layer.version, again.layer.pk) == (False, 2, first.layer.pk)
    assert names_of(again.layer) == ["北", "南", "中"]
    assert Layer.objects.get().title == "新しい町"
    assert [(layer.pk, count) for layer, count in heard] == [
        (first.layer.pk, 2),
        (first.layer.pk, 3),
    ]


@pytest.mark.parametrize("step", ["_copy", "_layer", "layer_imported"])
def test_an_import_that_breaks_at_any_step_leaves_the_old_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    old = take(towns(tmp_path / "towns.geojson", "東", "西"), slug="towns").layer

    class Broken:
        """Stands for the step that the power cut hits."""

        def __call__(self, *args: Any, **more: Any) -> None:
            raise RuntimeError

        send = __call__

    monkeypatch.setattr(store, step, Broken())
    with pytest.raises(RuntimeError):
        take(towns(tmp_path / "more.geojson", "北"), slug="towns")

    assert names_of(old) == ["東", "西"]
    assert Layer.objects.get().version == 1


def test_a_file_that_is_refused_changes_nothing(tmp_path: Path, heard: list) -> None:
    old = take(towns(tmp_path / "towns.geojson", "東"), slug="towns").layer
    with pytest.raises(LayerImportError):
        take(write_json(tmp_path / "none.geojson", collection(feature(None))), slug="towns")
    assert names_of(old) == ["東"]
    assert len(heard) == 1


def test_what_has_to_leave_with_old_features_leaves_with_them(tmp_path: Path) -> None:
    layer = take(towns(tmp_path / "towns.geojson", "東"), slug="towns").layer
    other = FeatureFactory()
    take(towns(tmp_path / "towns.geojson", "西"), slug="towns")
    assert names_of(layer) == ["西"]
    assert Feature.objects.filter(pk=other.pk).exists()


def test_two_organisations_have_a_slug_each(tmp_path: Path) -> None:
    path = towns(tmp_path / "towns.geojson", "東")
    hino = OrganisationFactory(code="132128", name={"ja": "日野市"})
    assert take(path, slug="towns").layer != take(path, slug="towns", organisation=hino).layer


def test_a_file_of_the_same_name_never_replaces_another_layer_by_chance(tmp_path: Path) -> None:
    path = towns(tmp_path / "towns.geojson", "東")
    take(path, "自治会")
    with pytest.raises(LayerImportError, match="--slug towns"):
        take(path, "小学校区")
    assert take(path, "自治会").layer.version == 2


@pytest.mark.parametrize(
    ("field", "name"), [("name_field", "--name-field"), ("population_field", "--population-field")]
)
def test_a_field_that_is_not_there_is_refused_with_those_that_are(
    tmp_path: Path, field: str, name: str
) -> None:
    path = write_json(tmp_path / "x.geojson", collection(feature(POINT, {"町": "東", "人": 3})))
    with pytest.raises(LayerImportError, match=f"{name}.*町, 人"):
        take(path, **{field: "村"})


def test_names_people_and_ids_come_from_the_named_fields(tmp_path: Path) -> None:
    path = write_json(
        tmp_path / "x.geojson",
        collection(
            feature(POINT, {"町": "東", "人": "1,234", "番": 7}, id="a"),
            feature(POINT, {"町": None, "人": "不明", "番": None}, id="b"),
        ),
    )
    report = take(path, name_field="町", population_field="人", id_field="番")
    found = report.layer.features.order_by("pk").values_list("name", "population", "source_id")
    assert list(found) == [("東", 1234, "7"), ("", None, "b")]


def test_areas_are_measured_on_the_ellipsoid_with_holes_left_out(tmp_path: Path) -> None:
    whole = shapely.box(138.45, 34.8, 138.55, 34.9)
    hole = shapely.box(138.49, 34.84, 138.51, 34.86)
    ring = shapely.Polygon(whole.exterior.coords, [hole.exterior.coords])
    shapes = [json.loads(shapely.to_geojson(shape)) for shape in (ring, whole, hole)]
    path = write_json(tmp_path / "x.geojson", collection(*map(feature, shapes), feature(POINT)))
    areas = list(take(path).layer.features.order_by("pk").values_list("area_m2", flat=True))
    # 0.1 by 0.1 degrees at 34.85 N: 9,142 m by 11,095 m.
    assert areas[1] == pytest.approx(9_142 * 11_095, rel=1e-3)
    assert areas[0] == pytest.approx(areas[1] - areas[2], rel=1e-9)
    assert areas[3] is None


def run(*options: str) -> str:
    """Output of the command."""
    out = StringIO()
    call_command("import_layer", *options, stdout=out)
    return out.getvalue()


def test_gis_staff_import_from_the_command_line_and_read_what_was_done() -> None:
    OrganisationFactory()
    told = run(
        str(YAIZU / "raw_shp_zoning_1ju_sjis_epsg2450_invalid.zip"),
        "--organisation=222127", "--name=第一種住居地域", "--kind=zoning", "--grouping",
        "--outside-label=市街化調整区域", "--source=焼津市オープンデータ", "--credit=出典：焼津市",
        "--licence=PDL1.0", "--as-of=2026-07-22", "--style=preset:youto",
    )  # fmt: skip

    layer = Layer.objects.get()
    assert "30行から30件" in told
    assert "修復 2件" in told
    assert "11行目（第一種住居地域）" in told
    assert "読み飛ばし 0件" in told
    assert (layer.title, layer.kind, layer.is_grouping) == ("第一種住居地域", "zoning", True)
    assert layer.outside_label == {"ja": "市街化調整区域"}
    assert (str(layer.as_of), layer.credit, layer.licence) == (
        "2026-07-22",
        "出典：焼津市",
        "PDL1.0",
    )
    assert layer.style["property"] == "用途地域"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--organisation=nobody", "--kind=zoning"), "create_organisation"),
        (("--organisation=222127", "--kind=other", "--as-of=R8.4.1"), "--as-of"),
        (("--organisation=222127", "--kind=other", "--crs=EPSG:1"), "--crs"),
    ],
)
def test_a_wrong_command_says_what_is_wrong_in_one_line(
    options: tuple[str, ...], words: str
) -> None:
    OrganisationFactory()
    file = str(YAIZU / "raw_shp_jishubosai_noprj.zip")
    with pytest.raises(CommandError, match=words) as refusal:
        run(file, "--name=x", *options)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_said_so() -> None:
    OrganisationFactory()
    with pytest.raises(CommandError, match="nowhere"):
        run("/nowhere.zip", "--organisation=222127", "--name=x", "--kind=other")


def test_voices_find_their_new_district_with_the_import(project: Any) -> None:
    from mapping.opinions.models import Placement
    from tests.factories import OpinionFactory, ProjectLayerFactory

    voice = OpinionFactory(project=project, place=places.pin(*places.STATION))
    layer = take(
        YAIZU / "raw_shp_jichikai_sjis_epsg2450.zip", slug="towns", kind="district", grouping=True
    ).layer
    ProjectLayerFactory(project=project, layer=layer)
    take(YAIZU / "raw_shp_jichikai_sjis_epsg2450.zip", slug="towns", kind="district", grouping=True)
    placed = Placement.objects.get(opinion=voice, feature__layer=layer, basis="public")
    assert placed.feature.geometry.covers(places.point(*places.STATION))
