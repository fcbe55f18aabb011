"""What the API tells of projects, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mapping.projects.models import Project
from tests import places
from tests.factories import (
    LayerFactory,
    OpinionFactory,
    OrganisationFactory,
    PhaseFactory,
    ProjectFactory,
    ProjectLayerFactory,
    make_project,
)
from tests.people import Person

pytestmark = pytest.mark.django_db

CARD = {
    *("slug", "title", "question", "organisation", "department", "language", "phase", "voices"),
    *("bounds", "url", "voices_note", "visibility"),
}


def detail(reader: Person, project: Project) -> dict[str, Any]:
    """The project as a reader gets it."""
    return reader.get(f"projects/{project.slug}/").json()


def test_the_list_shows_what_a_card_needs(stranger: Person, project: Project) -> None:
    OpinionFactory(project=project)
    (card,) = stranger.get("projects/").json()["results"]
    assert set(card) == CARD
    assert card["title"] == "駅前のみちを歩きやすく"
    assert card["organisation"] == {"code": "222127", "name": "焼津市"}
    assert card["phase"]["kind"] == "ideas"
    assert card["bounds"] == [places.WEST, places.SOUTH, places.EAST, places.NORTH]
    assert card["url"] == f"/projects/{project.slug}/"
    assert card["voices"] == 1


@pytest.mark.parametrize("visibility", ["draft", "unlisted", "archived"])
def test_the_list_holds_public_projects_only(
    visibility: str, stranger: Person, planner: Person
) -> None:
    ProjectFactory(visibility=visibility)
    assert stranger.get("projects/").json() == {"results": [], "next": None}
    assert planner.get("projects/").json()["results"] == []


def test_texts_come_in_the_readers_language(stranger: Person, project: Project) -> None:
    english = stranger.web.get("/api/v1/projects/", headers={"Accept-Language": "en"}).json()
    assert english["results"][0]["title"] == "Walking by the station"
    assert english["results"][0]["question"] == "歩いていて困るところはどこですか？"


def test_many_projects_come_page_by_page(
    stranger: Person, django_assert_max_num_queries: Any
) -> None:
    organisation = OrganisationFactory()
    made = [ProjectFactory(organisation=organisation).slug for _ in range(105)]
    seen: list[str] = []
    cursor: str | None = None
    with django_assert_max_num_queries(9):
        while not seen or cursor:
            page = stranger.get("projects/", {"cursor": cursor} if cursor else {}).json()
            seen += [card["slug"] for card in page["results"]]
            cursor = page["next"]
    assert seen == made[::-1]


@pytest.mark.parametrize("cursor", ["", "x", "-1", "１", "9" * 30, "1.5"])
def test_an_invented_cursor_is_refused(cursor: str, stranger: Person) -> None:
    reply = stranger.get("projects/", {"cursor": cursor})
    assert (reply.status_code, reply.json()["parameter"]) == (400, "cursor")


def test_a_project_brings_all_that_its_page_needs(resident: Person, project: Project) -> None:
    shown = detail(resident, project)
    assert CARD < set(shown)
    assert [category["slug"] for category in shown["categories"]] == ["walk", "green", "home"]
    assert set(shown["categories"][0]) == {"id", "slug", "name", "icon", "colour"}
    assert [layer["name"] for layer in shown["layers"]] == ["自治会", "小学校区", "用途地域"]
    towns = shown["layers"][0]
    assert towns["feature_count"] == 4
    assert towns["is_grouping"] is True
    assert towns["fields"] == []
    assert towns["outside_label"] == "どの区域にも入らない"
    assert shown["area"]["type"] == "MultiPolygon"
    assert shown["grid_m"] == 10
    assert shown["geometry_kinds"] == ["pin", "line", "area"]
    assert [phase["kind"] for phase in shown["phases"]] == ["ideas"]


def test_a_project_says_what_the_asker_may_do(
    resident: Person, moderator: Person, planner: Person, project: Project
) -> None:
    resident_can = detail(resident, project)["can"]
    assert resident_can == {
        "add_opinion": True,
        "comment": True,
        "support": True,
        "flag": True,
        "moderate": False,
        "see_exact": False,
    }
    assert detail(moderator, project)["can"]["moderate"] is True
    assert detail(moderator, project)["can"]["see_exact"] is False
    assert detail(planner, project)["can"]["see_exact"] is True


def test_between_phases_nothing_is_open(
    resident: Person, project_in_phase: Callable[..., Project]
) -> None:
    shown = detail(resident, project_in_phase(None))
    assert shown["phase"] is None
    assert not any(shown["can"][verb] for verb in ("add_opinion", "comment", "support"))


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("stranger", 404),
        ("resident", 404),
        ("other_city_planner", 404),
        ("viewer", 200),
        ("planner", 200),
    ],
)
def test_a_draft_opens_for_its_own_people_only(
    person: str, status: int, request: pytest.FixtureRequest
) -> None:
    who: Person = request.getfixturevalue(person)
    draft = make_project("ideas", visibility="draft")
    assert who.get(f"projects/{draft.slug}/").status_code == status


def test_who_knows_the_link_opens_an_unlisted_project(stranger: Person) -> None:
    unlisted = make_project("ideas", visibility="unlisted")
    assert stranger.get(f"projects/{unlisted.slug}/").status_code == 200


def test_an_unpublished_layer_is_named_to_its_own_people_only(
    stranger: Person, other_city_planner: Person, viewer: Person, project: Project
) -> None:
    hidden = LayerFactory(
        name={"ja": "ひみつの計画"}, organisation=project.organisation, is_published=False
    )
    ProjectLayerFactory(project=project, layer=hidden)

    def names(reader: Person) -> list[str]:
        return [layer["name"] for layer in detail(reader, project)["layers"]]

    assert "ひみつの計画" in names(viewer)
    assert "ひみつの計画" not in names(stranger)
    assert "ひみつの計画" not in names(other_city_planner)


def test_a_project_costs_the_same_few_queries_however_many_layers(
    stranger: Person, project: Project, django_assert_num_queries: Any
) -> None:
    for _ in range(12):
        ProjectLayerFactory(project=project, layer=LayerFactory(organisation=project.organisation))
        PhaseFactory(project=project)
        OpinionFactory(project=project)
    with django_assert_num_queries(5):
        assert detail(stranger, project)["voices"] == 12


def test_only_published_voices_are_counted(
    stranger: Person, planner: Person, project: Project
) -> None:
    for state in ("published", "waiting", "hidden"):
        OpinionFactory(project=project, state=state)
    assert detail(stranger, project)["voices"] == 1
    assert detail(planner, project)["voices"] == 1


def test_a_reply_about_a_person_is_not_kept_by_caches_between(
    stranger: Person, project: Project
) -> None:
    assert "private" in stranger.get(f"projects/{project.slug}/")["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_nothing_is_changed_here(method: str, planner: Person, project: Project) -> None:
    reply = getattr(planner, method)(f"projects/{project.slug}/")
    assert reply.status_code == 405
    assert reply["Allow"] == "GET, HEAD, OPTIONS"
    assert reply["Content-Type"] == "application/problem+json"
