"""The operator's export: a whole file or none, that every GIS reads."""

from __future__ import annotations

import csv
import json
import subprocess
from io import StringIO

import geopandas
import pytest
import shapely
from django.core.management import CommandError, call_command

from mapping.opinions.models import Opinion
from tests import places
from tests.factories import OpinionFactory, ParticipantFactory
from tests.mapping.analysis.voices import speak

pytestmark = pytest.mark.django_db


@pytest.fixture
def voices(project):
    return speak(project, 40)


def export(project, path, **options):
    said = StringIO()
    options = {"format": "geojson", **options}
    call_command("export_opinions", project=project.slug, out=str(path), stdout=said, **options)
    return said.getvalue()


def test_gdal_and_geopandas_read_the_geojson_with_equal_counts_and_places(
    project, voices, tmp_path
):
    path = tmp_path / "voices.geojson"
    said = export(project, path)

    assert "40" in said
    frame = geopandas.read_file(path)
    assert len(frame) == 40
    assert frame.crs.to_epsg() == 4326
    stored = {voice.pk: shapely.from_wkb(bytes(voice.public_geometry.wkb)) for voice in voices}
    ids = [feature["id"] for feature in json.loads(path.read_text())["features"]]
    for number, shape in zip(ids, frame.geometry, strict=True):
        assert shapely.hausdorff_distance(shape, stored[number]) < 1e-6
    told = subprocess.run(
        ["ogrinfo", "-ro", "-so", "-al", str(path)], capture_output=True, text=True, check=True
    )
    assert "Feature Count: 40" in told.stdout
    assert "Warning" not in told.stderr


def test_the_filter_is_that_of_the_address(project, voices, tmp_path):
    path = tmp_path / "green.csv"
    export(project, path, format="csv", filter="category=green&geometry=pin")
    with path.open(encoding="utf-8-sig", newline="") as file:
        ids = {int(row["id"]) for row in csv.DictReader(file)}
    wanted = Opinion.objects.filter(category__slug="green", kind="pin")
    assert ids == set(wanted.values_list("pk", flat=True))


def test_csv_comes_in_the_plane_zone_of_the_city(project, tmp_path):
    voice = OpinionFactory(project=project)
    path = tmp_path / "plane.csv"
    export(project, path, format="csv", crs="EPSG:6676")
    with path.open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    metres = voice.anchor.transform(places.YAIZU_SRID, clone=True)
    assert (float(row["x"]), float(row["y"])) == pytest.approx((metres.x, metres.y), abs=0.01)


def test_shift_jis_says_how_many_signs_it_lacks(project, tmp_path):
    OpinionFactory(project=project, text="さくら🌸がきれい")
    said = export(project, tmp_path / "sjis.csv", format="csv", encoding="cp932")
    assert "1" in said.splitlines()[-1]
    assert "さくら?がきれい" in (tmp_path / "sjis.csv").read_text(encoding="cp932")


@pytest.mark.parametrize(
    "options",
    [
        {"filter": "category=nothing"},
        {"filter": "basis=exact"},
        {"crs": "EPSG:6676"},
        {"crs": "nowhere", "format": "csv"},
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_leaves_no_file(project, tmp_path, options):
    with pytest.raises(CommandError) as refusal:
        export(project, tmp_path / "out", **options)
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_project_or_folder_is_an_error(project, tmp_path):
    with pytest.raises(CommandError):
        call_command("export_opinions", project="nothing", format="csv", out=str(tmp_path / "x"))
    with pytest.raises(CommandError):
        export(project, tmp_path / "no" / "where.csv", format="csv")


def test_names_of_people_are_in_the_language_of_the_file(project, tmp_path):
    project.language = "en"
    project.save()
    OpinionFactory(project=project, participant=ParticipantFactory())
    path = tmp_path / "voices.csv"
    export(project, path, format="csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["author"].isascii()
    assert row["author"]
