"""The planner's page: for everybody who may see the project, also without script."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.mapping.analysis.test_summary import towns_of
from tests.mapping.analysis.voices import speak

pytestmark = pytest.mark.django_db


def page(person, project, query=""):
    return person.web.get(f"/projects/{project.slug}/analysis/{query}")


def test_a_stranger_reads_the_table_of_districts_without_script(project, stranger):
    speak(project, 12)
    text = page(stranger, project).content.decode()
    assert "焼津第1自治会" in text
    assert '<span class="key-figure">12</span>' in text


def test_the_table_follows_filter_and_layer_of_the_address(project, stranger):
    voices = speak(project, 12)
    green = [voice for voice in voices if voice.category and voice.category.slug == "green"]
    school = project.project_layers.get(layer__name__ja="小学校区").layer
    text = page(stranger, project, f"?by={school.pk}&category=green").content.decode()
    assert "焼津西小学校" in text
    assert f'<span class="key-figure">{len(green)}</span>' in text


def test_a_filter_that_cannot_be_read_is_said_and_nothing_breaks(project, stranger):
    reply = page(stranger, project, "?category=nothing&by=x")
    assert reply.status_code == 200
    assert "notice-error" in reply.content.decode()


@pytest.mark.parametrize("who", ["stranger", "resident", "other_city_planner"])
def test_drafts_are_for_their_own_staff(project, planner, request, who):
    project.visibility = "draft"
    project.save()
    assert page(request.getfixturevalue(who), project).status_code == 404
    assert page(planner, project).status_code == 200


def test_queries_do_not_grow_with_voices(project, stranger):
    towns_of(project)
    counts = []
    for more in (3, 20):
        speak(project, more, seed=more)
        with CaptureQueriesContext(connection) as queries:
            page(stranger, project)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 10
