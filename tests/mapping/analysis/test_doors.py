"""What the planner's doors refuse, and what they keep from whoever may not read it."""

from __future__ import annotations

import pytest

from mapping.projects.models import Project
from tests.factories import make_project
from tests.mapping.analysis.test_summary import towns_of, zoning_of
from tests.mapping.analysis.voices import speak
from tests.people import Person

pytestmark = pytest.mark.django_db

DOORS = ("summary", "crosstab", "cells", "timeline", "export")


def ask(person: Person, project: Project, door: str, **query: str):
    layer = towns_of(project).pk
    usual = {"summary": {"by": layer}, "crosstab": {"rows": layer}}.get(door, {})
    return person.get(f"projects/{project.slug}/{door}/", {**usual, **query})


@pytest.mark.parametrize("zoom", ["0139", "01399999", "13" + "9" * 30])
def test_a_zoom_with_more_digits_than_a_zoom_is_refused_at_once(project, stranger, zoom):
    assert ask(stranger, project, "cells", zoom=zoom).status_code == 400


def test_heat_of_what_lies_outside_every_district_is_there_uncut(project, stranger):
    speak(project, 40)
    layer = zoning_of(project)
    summary = ask(stranger, project, "summary", by=str(layer.pk)).json()
    heat = ask(stranger, project, "cells", **{"in": f"{layer.pk}:outside"})

    listed = stranger.get(f"projects/{project.slug}/opinions/", {"in": f"{layer.pk}:outside"})
    assert heat.status_code == 200
    assert summary["outside"]["count"] >= heat.json()["total"] > 0
    assert heat.json()["total"] == listed.json()["numberMatched"]


@pytest.mark.parametrize("attribute", ["\0", "ひみつ", "name\0"])
def test_only_attributes_that_readers_see_make_rows(project, stranger, attribute):
    layer = towns_of(project)
    layer.features.update(attributes={"ひみつ": "見せない値"})
    reply = ask(stranger, project, "crosstab", rows=f"{layer.pk}:{attribute}")
    assert reply.status_code == 400
    assert "見せない値" not in reply.content.decode()


@pytest.mark.parametrize("door", ["summary", "crosstab"])
def test_a_layer_that_is_not_published_counts_for_its_own_people_only(
    project, stranger, other_city_planner, planner, door
):
    layer = towns_of(project)
    layer.is_published = False
    layer.save()
    assert ask(stranger, project, door).status_code == 404
    assert ask(other_city_planner, project, door).status_code == 404
    assert ask(planner, project, door).status_code == 200


@pytest.mark.parametrize("door", DOORS)
def test_what_members_read_of_a_draft_is_kept_by_no_shared_cache(viewer, door):
    draft = make_project("ideas", visibility="draft")
    reply = ask(viewer, draft, door)
    assert reply.status_code == 200
    assert "public" not in reply["Cache-Control"]
    assert "private" in reply["Cache-Control"]


@pytest.mark.parametrize("door", DOORS[:4])
def test_whoever_has_the_figures_already_gets_none_again(project, stranger, door):
    first = ask(stranger, project, door)
    path = first.wsgi_request.get_full_path()
    again = stranger.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_on_the_exact_basis_a_districts_heat_sums_to_its_voices(project, planner):
    project.grid_m = 500
    project.save()
    speak(project, 60)
    layer = towns_of(project)
    summary = ask(planner, project, "summary", basis="exact").json()
    for row in summary["features"]:
        query = {"basis": "exact", "in": f"{layer.pk}:{row['id']}"}
        heat = ask(planner, project, "cells", **query).json()
        assert (heat["basis"], heat["total"]) == ("exact", row["count"])
