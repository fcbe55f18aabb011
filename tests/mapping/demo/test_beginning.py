"""Beginning with nothing but a shell: an organisation by its code, a project that can be used."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from mapping.accounts.models import Organisation
from mapping.accounts.municipalities import local_government
from mapping.projects.models import Project
from tests.people import Person

pytestmark = pytest.mark.django_db
KAMAKURA = "142042"
SQUARE = [[25.4, 65.0], [25.5, 65.0], [25.5, 65.1], [25.4, 65.1], [25.4, 65.0]]


def run(*arguments: str) -> str:
    """What a command prints."""
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def kamakura() -> Organisation:
    """鎌倉市, made by the command."""
    run("create_organisation", KAMAKURA, "--name", "鎌倉市")
    return Organisation.objects.get(code=KAMAKURA)


@pytest.fixture
def oulu() -> Organisation:
    """A city abroad, known by a slug."""
    arguments = ("--name", "Oulu", "--language", "en", "--kind", "municipality")
    run("create_organisation", "oulu", *arguments)
    return Organisation.objects.get(code="oulu")


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """A file with one polygon near Oulu, and a point that isn't area."""
    shapes = [
        {"type": "Polygon", "coordinates": [SQUARE]},
        {"type": "Point", "coordinates": [25.45, 65.05]},
    ]
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    path = tmp_path / "square.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_a_municipality_comes_with_its_kind_and_outline(kamakura: Organisation) -> None:
    assert kamakura.kind == "municipality" and kamakura.name == {"ja": "鎌倉市"}
    # Extent of the city in the full-detail data of MLIT.
    assert kamakura.boundary.extent == pytest.approx(
        (139.4887, 35.2994, 139.5932, 35.3676), abs=1e-3
    )


def test_a_prefecture_is_the_union_of_its_members() -> None:
    run("create_organisation", "140007", "--name", "神奈川県")
    kanagawa = Organisation.objects.get(code="140007")
    assert kanagawa.kind == "prefecture"
    kamakura = local_government(KAMAKURA)
    assert kamakura and kanagawa.boundary.contains(kamakura.boundary.point_on_surface)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("142041", r"検査数字.*142042"),
        ("14204", r"検査数字.*142042"),
        ("1420421", "検査数字"),
        ("鎌倉", "Slug|スラグ|slug"),
    ],
)
def test_a_wrong_code_is_refused_in_one_line(code: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run("create_organisation", code, "--name", "鎌倉市")
    assert not Organisation.objects.exists()


def test_a_code_is_given_once(kamakura: Organisation) -> None:
    with pytest.raises(CommandError):
        run("create_organisation", KAMAKURA, "--name", "また鎌倉")


def test_people_can_speak_in_a_new_project_at_once(
    kamakura: Organisation, resident: Person
) -> None:
    printed = run(
        "create_project", "tsugakuro", "--title", "通学路", "--organisation", KAMAKURA,
        "--area", KAMAKURA, "--grid", "50",
    )  # fmt: skip
    assert "/projects/tsugakuro/" in printed and "EPSG:6677" in printed
    project = Project.objects.get(slug="tsugakuro")
    assert (project.grid_m, project.metric_srid, project.visibility) == (50, 6677, "public")
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [139.5467, 35.3192]},
        "properties": {
            "client_id": "5b0c3f9e-3f0e-4a55-9c0e-d6a1c1c0a002",
            "category": "change",
            "text": "歩道がとぎれています",
        },
    }
    sent = resident.post("projects/tsugakuro/opinions/", feature)
    assert sent.status_code == 201, sent.content


def test_a_project_abroad_takes_its_area_from_the_polygons_of_a_file(
    oulu: Organisation, square: Path
) -> None:
    run(
        "create_project", "bikes", "--title", "Bikes", "--organisation", "oulu",
        "--area", str(square), "--language", "en", "--question", "Where do you ride?",
    )  # fmt: skip
    project = Project.objects.get(slug="bikes")
    assert project.question == {"en": "Where do you ride?"}
    assert project.metric_srid == 32635
    assert project.area.extent == (25.4, 65.0, 25.5, 65.1)


@pytest.mark.parametrize("area", ["999999", "oulu", "nowhere.geojson", "nonsense"])
def test_an_area_that_isnt_there_is_named(oulu: Organisation, area: str) -> None:
    with pytest.raises(CommandError, match=area):
        run("create_project", "x", "--title", "X", "--organisation", "oulu", "--area", area)
    assert not Project.objects.exists()


def test_a_file_without_polygons_is_refused(oulu: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "points.geojson"
    path.write_text('{"type": "Point", "coordinates": [25.4, 65.0]}')
    with pytest.raises(CommandError, match=r"points\.geojson"):
        run("create_project", "x", "--title", "X", "--organisation", "oulu", "--area", str(path))


def test_a_slug_is_given_once_and_needs_its_organisation(kamakura: Organisation) -> None:
    run("create_project", "x", "--title", "X", "--organisation", KAMAKURA, "--area", KAMAKURA)
    for organisation in (KAMAKURA, "112233"):
        with pytest.raises(CommandError):
            run(
                "create_project", "x", "--title", "X", "--organisation", organisation,
                "--area", KAMAKURA,
            )  # fmt: skip
