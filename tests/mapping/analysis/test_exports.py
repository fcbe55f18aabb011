"""What leaves as a file is what the map shows, and nobody's spreadsheet runs it."""

from __future__ import annotations

import csv
import io
import json

import pytest
import shapely

from mapping.opinions.models import Opinion
from tests.factories import OpinionFactory
from tests.mapping.analysis.voices import speak

pytestmark = pytest.mark.django_db


@pytest.fixture
def voices(project):
    return speak(project, 40)


def download(person, project, **query):
    reply = person.get(f"projects/{project.slug}/export/", query)
    return reply, b"".join(reply.streaming_content)


def rows_of(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def test_geojson_holds_the_public_places_and_no_finer_ones(project, stranger, voices):
    reply, content = download(stranger, project, format="geojson")

    assert reply["Content-Type"] == "application/geo+json"
    collection = json.loads(content)
    given = {feature["id"]: feature for feature in collection["features"]}
    for voice in voices:
        place = shapely.geometry.shape(given[voice.pk]["geometry"])
        public = shapely.from_wkb(bytes(voice.public_geometry.wkb))
        assert place.equals_exact(public.normalize(), 1e-6) or place.normalize().equals_exact(
            public.normalize(), 1e-6
        )
    assert collection["koemap"]["basis"] == "public"


def test_rings_turn_as_rfc_7946_wants(project, stranger, voices):
    _, content = download(stranger, project)
    areas = [
        shapely.geometry.shape(feature["geometry"])
        for feature in json.loads(content)["features"]
        if feature["geometry"]["type"] == "Polygon"
    ]
    assert areas
    assert all(area.exterior.is_ccw for area in areas)


def test_csv_and_geojson_speak_of_the_same_voices(project, stranger, voices):
    _, geojson = download(stranger, project, category="green")
    _, table = download(stranger, project, category="green", format="csv")

    ids = {str(feature["id"]) for feature in json.loads(geojson)["features"]}
    assert {row["id"] for row in rows_of(table)} == ids
    assert ids == {
        str(pk)
        for pk in Opinion.objects.filter(category__slug="green").values_list("pk", flat=True)
    }


def test_csv_opens_in_a_japanese_spreadsheet(project, stranger, voices):
    _, utf8 = download(stranger, project, format="csv")
    _, cp932 = download(stranger, project, format="csv", encoding="cp932")

    assert utf8.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in utf8
    assert [r["text"] for r in rows_of(utf8)] == [r["text"] for r in rows_of(cp932, "cp932")]


def test_signs_that_cp932_lacks_are_counted(project, stranger):
    OpinionFactory(project=project, text="みどりがすき🌳🌳")
    reply, content = download(stranger, project, format="csv", encoding="cp932")
    assert reply["Koemap-Replaced-Characters"] == "2"
    assert rows_of(content, "cp932")[0]["text"] == "みどりがすき??"


@pytest.mark.parametrize("text", ["=1+1", "+81", "-2", "@SUM(A1)", "＝1+1", "＠here", "－3", "＋4"])
def test_no_cell_is_a_formula(project, stranger, text):
    OpinionFactory(project=project, text=text)
    _, content = download(stranger, project, format="csv")
    assert rows_of(content)[0]["text"] == f"'{text}"


def test_line_breaks_and_quotes_come_back_as_they_were(project, stranger):
    OpinionFactory(project=project, text='一行目\n"二行目", 三行目')
    _, content = download(stranger, project, format="csv")
    assert rows_of(content)[0]["text"] == '一行目\n"二行目", 三行目'


def test_made_up_voices_say_so_in_every_row(project, stranger):
    project.voices_note = {"ja": "サンプルの声", "en": "Sample voice"}
    project.save()
    OpinionFactory(project=project, source="sample", text="見本です。")
    OpinionFactory(project=project, text="ほんものです。")
    _, content = download(stranger, project, format="csv")
    notes = {row["text"]: row["note"] for row in rows_of(content)}
    assert notes == {"見本です。": "サンプルの声", "ほんものです。": ""}


def test_hidden_voices_leave_in_no_file_not_even_for_staff(project, moderator, voices):
    voices[0].state = "hidden"
    voices[0].save()
    _, content = download(moderator, project)
    assert voices[0].pk not in {feature["id"] for feature in json.loads(content)["features"]}


def test_staff_with_the_right_take_exact_places_and_the_file_names_the_basis(
    project, planner, stranger, voices
):
    assert stranger.get(f"projects/{project.slug}/export/", {"basis": "exact"}).status_code == 403
    _, content = download(planner, project, basis="exact")
    collection = json.loads(content)
    assert collection["koemap"]["basis"] == "exact"
    given = {feature["id"]: feature["geometry"] for feature in collection["features"]}
    pin = next(voice for voice in voices if voice.kind == "pin")
    assert given[pin.pk]["coordinates"] == pytest.approx(pin.geometry.coords)


@pytest.mark.parametrize("query", [{"format": "xml"}, {"encoding": "latin-1"}])
def test_unknown_formats_are_refused_in_words(project, stranger, query):
    reply = stranger.get(f"projects/{project.slug}/export/", query)
    assert reply.status_code == 400
    assert reply["Content-Type"] == "application/problem+json"
