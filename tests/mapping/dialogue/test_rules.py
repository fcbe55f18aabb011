"""The table of role x phase: who may reply, support and flag, and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mapping.dialogue.rules import can_comment, can_flag, can_support, speaks_for
from mapping.projects.models import Project
from tests.people import Person

pytestmark = pytest.mark.django_db

PEOPLE = ["stranger", "resident", "viewer", "moderator", "planner", "gis_person", "admin"]
OPEN = {"ideas", "co_creation"}
PHASES = ["information", "ideas", "co_creation", "survey", "results", None]


@pytest.fixture
def person(request: pytest.FixtureRequest) -> Person:
    """Whoever the table names."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("person", PEOPLE, indirect=True)
@pytest.mark.parametrize("phase", PHASES)
def test_the_phase_binds_everybody_alike(
    person: Person, phase: str | None, project_in_phase: Callable[..., Project]
) -> None:
    project = project_in_phase(phase)
    assert can_comment(person.actor, project) is (phase in OPEN)
    assert can_support(person.actor, project) is (phase in OPEN)
    assert can_flag(person.actor, project) is True


@pytest.mark.parametrize("person", [*PEOPLE, "other_city_planner"], indirect=True)
def test_only_the_own_staff_speaks_in_a_project_for_staff(
    person: Person, request: pytest.FixtureRequest, project_in_phase: Callable[..., Project]
) -> None:
    project = project_in_phase("ideas", speakers="members")
    own = person.actor.is_member(project.organisation_id)
    assert can_comment(person.actor, project) is own
    assert can_support(person.actor, project) is own
    assert can_flag(person.actor, project) is True


@pytest.mark.parametrize("person", [*PEOPLE, "other_city_planner"], indirect=True)
def test_a_draft_is_for_members_and_an_archived_project_for_reading(
    person: Person, project_in_phase: Callable[..., Project]
) -> None:
    draft = project_in_phase("ideas", visibility="draft")
    own = person.actor.is_member(draft.organisation_id)
    assert can_comment(person.actor, draft) is own
    assert can_flag(person.actor, draft) is own
    archived = project_in_phase("ideas", visibility="archived")
    assert can_comment(person.actor, archived) is False
    assert can_support(person.actor, archived) is False
    assert can_flag(person.actor, archived) is True


@pytest.mark.parametrize(
    ("person", "official"),
    [
        ("stranger", False),
        ("resident", False),
        ("viewer", False),
        ("moderator", True),
        ("planner", True),
        ("gis_person", True),
        ("admin", True),
        ("other_city_planner", False),
    ],
    indirect=["person"],
)
def test_who_speaks_for_the_organisation(person: Person, official: bool, project: Project) -> None:
    assert speaks_for(person.actor, project) is official
