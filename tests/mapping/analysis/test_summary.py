"""Districts are counted as a person with a map and a pencil would count them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mapping.opinions.models import ExactRead
from tests import places
from tests.mapping.analysis.voices import count_by_hand, speak

pytestmark = pytest.mark.django_db


def towns_of(project):
    return project.project_layers.get(layer__name__ja="自治会").layer


def zoning_of(project):
    return project.project_layers.get(layer__kind="zoning").layer


@pytest.fixture
def voices(project):
    return speak(project, 80)


def test_a_planner_reads_the_same_voices_by_district_as_a_count_by_hand(project, planner, voices):
    reply = planner.get(f"projects/{project.slug}/summary/", {"by": towns_of(project).pk}).json()

    by_hand, weight = count_by_hand(voices, places.TOWNS)
    assert {row["name"]: row["count"] for row in reply["features"]} == by_hand
    assert {row["name"]: row["weight"] for row in reply["features"]} == pytest.approx(
        weight, abs=1e-4
    )
    assert reply["total"] == 80
    assert reply["basis"] == "public"


def test_over_a_partition_the_weights_of_districts_and_outside_sum_to_the_total(
    project, planner, voices
):
    layer = zoning_of(project)
    reply = planner.get(f"projects/{project.slug}/summary/", {"by": layer.pk}).json()

    inside = sum(row["weight"] for row in reply["features"])
    assert reply["outside"]["count"] > 0
    assert inside + reply["outside"]["weight"] == pytest.approx(80, abs=1e-4)


def test_the_exact_basis_counts_what_was_drawn_and_leaves_a_trace(project, planner, voices):
    reply = planner.get(
        f"projects/{project.slug}/summary/", {"by": towns_of(project).pk, "basis": "exact"}
    ).json()

    by_hand, weight = count_by_hand(voices, places.TOWNS, "geometry")
    assert {row["name"]: row["weight"] for row in reply["features"]} == pytest.approx(
        weight, abs=1e-4
    )
    assert reply["basis"] == "exact"
    assert ExactRead.objects.get().user == planner.user


@pytest.mark.parametrize("who", ["stranger", "resident", "moderator", "other_city_planner"])
def test_nobody_without_the_right_reads_the_exact_basis(project, request, who, voices):
    person = request.getfixturevalue(who)
    query = {"by": towns_of(project).pk, "basis": "exact"}

    assert person.get(f"projects/{project.slug}/summary/", query).status_code == 403
    assert not ExactRead.objects.exists()


def test_hidden_and_waiting_voices_are_in_no_count_not_even_for_staff(project, moderator, voices):
    voices[0].state = "hidden"
    voices[0].save()
    voices[1].state = "waiting"
    voices[1].save()

    reply = moderator.get(f"projects/{project.slug}/summary/", {"by": towns_of(project).pk})
    assert reply.json()["total"] == 78


def test_the_filter_counts_for_the_summary_too(project, stranger, voices):
    reply = stranger.get(
        f"projects/{project.slug}/summary/", {"by": towns_of(project).pk, "category": "green"}
    ).json()

    green = [voice for voice in voices if voice.category and voice.category.slug == "green"]
    assert reply["total"] == len(green)
    assert set(reply["categories"]) == {"green"}


def test_a_draft_project_of_another_city_is_not_found(project, other_city_planner):
    project.visibility = "draft"
    project.save()
    query = {"by": towns_of(project).pk}
    assert other_city_planner.get(f"projects/{project.slug}/summary/", query).status_code == 404


@pytest.mark.parametrize("by", ["", "x", "0", "999999", "１", "9" * 40])
def test_a_summary_by_nothing_that_counts_is_refused_in_words(project, stranger, by):
    reply = stranger.get(f"projects/{project.slug}/summary/", {"by": by})
    assert reply.status_code in (400, 404)
    assert reply["Content-Type"] == "application/problem+json"


def test_one_query_counts_all_districts(project, stranger, voices):
    with CaptureQueriesContext(connection) as queries:
        stranger.get(f"projects/{project.slug}/summary/", {"by": towns_of(project).pk})

    counting = [query for query in queries if "opinions_opinion" in query["sql"]]
    assert len(counting) == 1
    assert len(queries) <= 6


def test_zoning_classes_against_categories_add_up(project, planner, voices):
    layer = zoning_of(project)
    reply = planner.get(f"projects/{project.slug}/crosstab/", {"rows": f"{layer.pk}:name"}).json()

    by_hand, weight = count_by_hand(voices, places.ZONING)
    assert {row["label"]: row["voices"] for row in reply["rows"]} == by_hand
    for column in reply["columns"]:
        parts = [row["cells"].get(column, {"weight": 0}) for row in reply["rows"]]
        parts.append(reply["outside"]["cells"].get(column, {"weight": 0}))
        whole = reply["total"]["cells"].get(column, {"weight": 0})["weight"]
        assert sum(part["weight"] for part in parts) == pytest.approx(whole, abs=1e-4)


def test_what_chance_would_give_sums_to_what_there_is(project, planner, voices):
    layer = zoning_of(project)
    reply = planner.get(f"projects/{project.slug}/crosstab/", {"rows": str(layer.pk)}).json()

    expected = sum(
        cell["expected"]
        for row in [*reply["rows"], reply["outside"]]
        for cell in row["cells"].values()
    )
    assert expected <= reply["total"]["weight"] + 1e-6
    assert expected > 0
