"""Nobody sees or changes what is another organisation's, unpublished or hidden.

The matrix is made from the OpenAPI document: a new address is in it without anybody thinking of it.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator

from mapping.dialogue.models import Comment
from mapping.opinions.models import Opinion
from mapping.opinions.writing import hide, withdraw
from mapping.projects.models import Project
from tests import places
from tests.factories import OpinionFactory, make_project
from tests.people import Person

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")
SECRET = "ひみつのことば"
OUTSIDERS = ["stranger", "resident", "other_city_planner"]
MEMBERS = ["viewer", "moderator", "planner", "gis_person", "admin"]
READERS = [*OUTSIDERS, "viewer", "gis_person"]
MODERATORS = ["moderator", "planner", "admin"]


@dataclass(frozen=True)
class Door:
    """One operation of the API."""

    method: str
    path: str
    required: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_of_project(self) -> bool:
        """Whether it is about one project."""
        return "{slug}" in self.path

    @property
    def is_of_voice(self) -> bool:
        """Whether it is about one voice."""
        return "/opinions/{id}/" in self.path


def all_doors() -> list[Door]:
    """Every operation of the OpenAPI document."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return [
        Door(
            method,
            path,
            tuple(
                parameter["name"]
                for parameter in operation.get("parameters", [])
                if parameter["in"] == "query" and parameter.get("required")
            ),
        )
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    ]


DOORS = all_doors()
OF_PROJECT = [door for door in DOORS if door.is_of_project]
OF_VOICE = [door for door in DOORS if door.is_of_voice]
READING = [door for door in OF_PROJECT if door.method == "get"]


@pytest.fixture
def person(request: pytest.FixtureRequest) -> Person:
    """Whoever the matrix names."""
    return request.getfixturevalue(request.param)


def knock(person: Person, door: Door, voice: Opinion, **query: Any) -> HttpResponse:
    """Ask at a door about a voice (and its project, its reply, its first layer)."""
    project = voice.project
    reply = voice.comments.first()
    layer = project.project_layers.first()
    address = door.path.format(slug=project.slug, id=voice.pk, comment=reply.pk if reply else 0)
    samples = {"by": layer.layer_id, "rows": layer.layer_id, "lon": 138.3137, "lat": 34.8712}
    query |= {name: samples.get(name, "1") for name in door.required}
    if door.method == "get":
        return person.get(address, query)
    return getattr(person, door.method)(address, a_body())


def a_body() -> dict[str, Any]:
    """Something that any door which takes a body would take."""
    return {
        "type": "Feature",
        "geometry": places.pin(*places.STATION),
        "properties": {"text": "あたらしい声", "category": "walk", "client_id": str(uuid.uuid4())},
        "text": "返事",
        "client_id": str(uuid.uuid4()),
        "reason": "rude",
    }


def voice_with_reply(project: Project, **more: Any) -> Opinion:
    """A voice with a published reply, both with words that must not get out."""
    voice = OpinionFactory(project=project, text=SECRET, **more)
    Comment.objects.create(opinion=voice, client_id=uuid.uuid4(), text=f"{SECRET}への返事")
    return voice


def body_of(reply: HttpResponse) -> str:
    """The body, streamed or not, as text in which Japanese is readable."""
    raw = b"".join(reply.streaming_content) if reply.streaming else reply.content
    text = raw.decode("utf-8", "replace")
    return json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else text


def let_in(
    person: Person, doors: list[Door], voice: Opinion, statuses: tuple[int, ...] = (403, 404)
) -> list[str]:
    """The doors that answered with another status, or gave the secret away; should be none."""
    open_doors = []
    for door in doors:
        reply = knock(person, door, voice)
        body = body_of(reply)
        if reply.status_code not in statuses or SECRET in body or "駅前のみち" in body:
            open_doors.append(f"{door}: {reply.status_code} {body[:80]}")
    return open_doors


def test_the_matrix_holds_every_door() -> None:
    assert len(OF_PROJECT) >= 22
    assert len(OF_VOICE) >= 13
    assert any("export" in door.path for door in READING)


@pytest.mark.parametrize("person", OUTSIDERS, indirect=True)
def test_a_draft_is_not_there_for_outsiders(person: Person) -> None:
    voice = voice_with_reply(make_project("ideas", visibility="draft"))
    assert let_in(person, OF_PROJECT, voice) == []


@pytest.mark.parametrize("person", MEMBERS, indirect=True)
def test_members_read_their_own_draft(person: Person) -> None:
    voice = voice_with_reply(make_project("ideas", visibility="draft"))
    refused = [door for door in READING if knock(person, door, voice).status_code != 200]
    assert refused == []


@pytest.mark.parametrize("person", READERS, indirect=True)
@pytest.mark.parametrize("state", ["hidden", "waiting"])
def test_a_hidden_or_waiting_voice_is_not_there_for_readers(
    person: Person, state: str, project: Project
) -> None:
    voice = voice_with_reply(project, state=state)
    assert let_in(person, OF_VOICE, voice) == []
    voice.refresh_from_db()
    assert (voice.state, voice.text, voice.support_count) == (state, SECRET, 0)


@pytest.mark.parametrize("person", [*READERS, *MODERATORS], indirect=True)
def test_what_is_hidden_is_in_no_public_list_count_or_file(
    person: Person, project: Project, moderator: Person
) -> None:
    public = OpinionFactory(project=project, text="みんなに見える声")
    doors = [door for door in READING if not door.is_of_voice]
    before = [body_of(knock(person, door, public)) for door in doors]
    hide(voice_with_reply(project), moderator.user, "個人の情報")
    withdraw(voice_with_reply(project))
    for door, said in zip(doors, before, strict=True):
        assert body_of(knock(person, door, public)) == said, str(door)
        assert SECRET not in said


@pytest.mark.parametrize("person", MODERATORS, indirect=True)
def test_moderators_open_what_they_hid(person: Person, project: Project) -> None:
    voice = voice_with_reply(project, state="hidden")
    assert person.get(f"projects/{project.slug}/opinions/{voice.pk}/").status_code == 200


@pytest.mark.parametrize("person", [*OUTSIDERS, *MEMBERS], indirect=True)
def test_a_voice_is_reached_through_its_own_project_only(person: Person, project: Project) -> None:
    voice = voice_with_reply(make_project("ideas", visibility="draft"))
    asked = Opinion.objects.get(pk=voice.pk)
    asked.project = project
    assert let_in(person, OF_VOICE, asked, (404,)) == []


@pytest.mark.parametrize("person", OUTSIDERS, indirect=True)
def test_an_unpublished_layer_is_not_there_for_outsiders(person: Person, project: Project) -> None:
    layer = project.project_layers.first().layer
    layer.is_published = False
    layer.save()
    doors = [door for door in DOORS if "/layers/{" in door.path]
    assert len(doors) >= 2
    for door in doors:
        assert person.get(door.path.format(id=layer.pk)).status_code == 404, str(door)


@pytest.mark.parametrize("person", ["stranger", "resident", "viewer", "moderator"], indirect=True)
def test_exact_places_are_refused_to_whoever_has_no_right(person: Person, project: Project) -> None:
    voice = OpinionFactory(project=project, place=places.pin(138.313733, 34.871266))
    for door in READING:
        body = body_of(knock(person, door, voice, basis="exact"))
        assert "138.313733" not in body, str(door)
        assert "34.871266" not in body, str(door)


def test_planners_do_read_exact_places(planner: Person, project: Project) -> None:
    voice = OpinionFactory(project=project, place=places.pin(138.313733, 34.871266))
    bodies = [body_of(knock(planner, door, voice, basis="exact")) for door in READING]
    assert any("138.313733" in body for body in bodies)


def test_no_reply_holds_a_key_or_an_address(
    resident: Person, planner: Person, project: Project
) -> None:
    voice = OpinionFactory(project=project, participant=resident.participant)
    Opinion.objects.filter(pk=voice.pk).update(manage_key_hash="f" * 64)
    secrets = (
        *(resident.device_key, resident.participant.key_hash),
        *("f" * 64, planner.user.email, str(voice.client_id)),
    )
    for reader in (resident, planner):
        for door in READING:
            body = body_of(knock(reader, door, voice))
            assert [secret for secret in secrets if secret in body] == [], str(door)
