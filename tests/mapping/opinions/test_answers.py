"""Answers to a project's questions are the staff's, unless the question says they are public."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from mapping.opinions.models import ExactRead, Opinion
from mapping.projects.models import Project
from tests.factories import OpinionFactory, make_project
from tests.people import Person

pytestmark = pytest.mark.django_db

AGE = {"name": "age", "type": "choice", "label": {"ja": "年代"}, "choices": ["20s", "30s"]}
HOW = {"name": "how", "type": "choice", "label": {"ja": "手段"}, "choices": ["bus", "foot"]}


@pytest.fixture
def project() -> Project:
    """Asks for the age, which nobody else reads, and how one goes, which everybody may."""
    return make_project(questions=[AGE, HOW | {"public": True}])


@pytest.fixture
def voice(project: Project) -> Opinion:
    """Somebody in her twenties who takes the bus; a question of hers was dropped since."""
    answers = {"age": "20s", "how": "bus", "dropped": "old"}
    return OpinionFactory(project=project, answers=answers)


def exported(person: Person, project: Project, **query: str) -> dict[str, str]:
    """The answers in the one line of the CSV."""
    reply = person.get(f"projects/{project.slug}/export/", {"format": "csv", **query})
    text = b"".join(reply.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    return {name: value for name, value in row.items() if name.startswith("answer.")}


def answers_of(reply: Any) -> dict[str, str]:
    """The answers in the Feature, or in the first of the collection."""
    body = reply.json()
    return body.get("features", [body])[0]["properties"]["answers"]


@pytest.mark.parametrize("more", ["", "{pk}/"])
def test_a_stranger_reads_answers_to_public_questions_only(
    project: Project, voice: Opinion, stranger: Person, more: str
) -> None:
    path = f"projects/{project.slug}/opinions/{more.format(pk=voice.pk)}"
    assert answers_of(stranger.get(path)) == {"how": "bus"}


@pytest.mark.parametrize("who", ["moderator", "planner", "gis_person", "admin"])
def test_the_staff_of_the_project_reads_them_all(
    project: Project, voice: Opinion, who: str, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    found = answers_of(person.get(f"projects/{project.slug}/opinions/"))
    assert (found["age"], found["how"]) == ("20s", "bus")


def test_staff_elsewhere_is_a_stranger_here(
    project: Project, voice: Opinion, other_city_planner: Person, viewer: Person
) -> None:
    for person in (other_city_planner, viewer):
        found = answers_of(person.get(f"projects/{project.slug}/opinions/{voice.pk}/"))
        assert found == {"how": "bus"}


@pytest.mark.parametrize("page", ["", "opinions/{pk}/"])
def test_pages_tell_a_stranger_no_other_answer(
    project: Project, voice: Opinion, stranger: Person, page: str
) -> None:
    path = f"/projects/{project.slug}/{page.format(pk=voice.pk)}"
    island = stranger.get(path).content.decode().replace(json.dumps(project.questions), "")
    assert '"age": "20s"' not in island
    assert '"dropped"' not in island


def test_nobody_finds_voices_by_an_answer_that_is_not_public(
    project: Project, voice: Opinion, stranger: Person, planner: Person
) -> None:
    path = f"projects/{project.slug}/opinions/"
    assert stranger.get(path, {"answer.how": "bus"}).json()["numberMatched"] == 1
    refused = stranger.get(path, {"answer.age": "20s"})
    assert (refused.status_code, refused.json()["choices"]) == (400, ["how"])
    assert planner.get(path, {"answer.age": "20s"}).json()["numberMatched"] == 1


def test_a_file_on_the_public_basis_has_public_answers_whoever_takes_it(
    project: Project, voice: Opinion, stranger: Person, planner: Person
) -> None:
    for person in (stranger, planner):
        assert exported(person, project) == {"answer.how": "bus"}


def test_a_file_on_the_exact_basis_has_them_all_and_leaves_a_trace(
    project: Project, voice: Opinion, planner: Person
) -> None:
    all_of_them = {"answer.age": "20s", "answer.how": "bus"}
    assert exported(planner, project, basis="exact") == all_of_them
    assert ExactRead.objects.get().user == planner.user
