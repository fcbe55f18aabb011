"""Readers tell the staff; the staff hides and restores replies, and leaves a trace."""

from __future__ import annotations

import pytest

from mapping.dialogue.models import Comment, CommentChange, Flag
from mapping.opinions.models import Opinion
from tests.mapping.dialogue.conftest import address, reply_body
from tests.people import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(resident: Person, voice: Opinion) -> Comment:
    """A reply that not everybody likes."""
    pk = resident.post(address(voice, "comments/"), reply_body("宣伝です")).json()["id"]
    return Comment.objects.get(pk=pk)


def of(reply: Comment, rest: str) -> str:
    """Where the API has the reply."""
    return address(reply.opinion, f"comments/{reply.pk}/{rest}")


def test_a_reader_flags_a_voice_once(neighbour: Person, voice: Opinion) -> None:
    first = neighbour.post(address(voice, "flag/"), {"reason": "personal", "note": "電話番号"})
    again = neighbour.post(address(voice, "flag/"), {"reason": "rude"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert Flag.objects.get().reason == "rude"


def test_a_reader_flags_a_reply(neighbour: Person, reply: Comment) -> None:
    assert neighbour.post(of(reply, "flag/"), {"reason": "spam"}).status_code == 201
    assert Flag.objects.get().comment == reply


@pytest.mark.parametrize(
    "body", [{}, {"reason": "boring"}, {"reason": 1}, {"reason": "rude", "note": "あ" * 1001}]
)
def test_a_flag_needs_a_reason_we_know(body: dict, neighbour: Person, voice: Opinion) -> None:
    assert neighbour.post(address(voice, "flag/"), body).status_code == 400
    assert Flag.objects.count() == 0


def test_flags_are_not_shown_to_readers(neighbour: Person, reply: Comment) -> None:
    neighbour.post(of(reply, "flag/"), {"reason": "spam", "note": "ひみつの通報"})
    for path in (address(reply.opinion, "comments/"),):
        assert "ひみつの通報" not in neighbour.get(path).content.decode()


def test_a_moderator_hides_a_reply_and_restores_it(
    moderator: Person, neighbour: Person, reply: Comment
) -> None:
    neighbour.post(of(reply, "flag/"), {"reason": "spam"})
    hidden = moderator.post(of(reply, "hide/"), {"reason": "宣伝のため"})
    assert (hidden.status_code, hidden.json()["state"]) == (200, "hidden")
    voice = Opinion.objects.get(pk=reply.opinion_id)
    assert voice.comment_count == 0
    assert neighbour.get(address(voice, "comments/")).json()["results"] == []
    assert Flag.objects.get().resolved_at is not None

    restored = moderator.post(of(reply, "restore/"), {"reason": "まちがいでした"})
    assert restored.json()["state"] == "published"
    voice.refresh_from_db()
    assert voice.comment_count == 1
    log = [(change.before, change.after, change.reason) for change in CommentChange.objects.all()]
    assert log == [
        ("published", "hidden", "宣伝のため"),
        ("hidden", "published", "まちがいでした"),
    ]
    assert {change.by_user for change in CommentChange.objects.all()} == {moderator.user}


def test_hiding_twice_is_a_conflict_and_counts_once(moderator: Person, reply: Comment) -> None:
    moderator.post(of(reply, "hide/"), {"reason": "a"})
    assert moderator.post(of(reply, "hide/"), {"reason": "a"}).status_code == 409
    assert CommentChange.objects.count() == 1


def test_a_decision_needs_a_reason(moderator: Person, reply: Comment) -> None:
    assert moderator.post(of(reply, "hide/"), {}).status_code == 400
    assert moderator.post(of(reply, "hide/"), {"reason": "  "}).status_code == 422
    reply.refresh_from_db()
    assert reply.state == "published"


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("stranger", 403),
        ("resident", 403),
        ("viewer", 403),
        ("gis_person", 403),
        ("other_city_planner", 403),
        ("moderator", 200),
        ("planner", 200),
        ("admin", 200),
    ],
)
def test_only_moderators_planners_and_admins_decide(
    person: str, status: int, reply: Comment, request: pytest.FixtureRequest
) -> None:
    who: Person = request.getfixturevalue(person)
    assert who.post(of(reply, "hide/"), {"reason": "x"}).status_code == status
    reply.refresh_from_db()
    assert (reply.state == "hidden") is (status == 200)


def test_a_reply_to_a_withdrawn_voice_can_still_be_hidden(
    moderator: Person, reply: Comment
) -> None:
    from mapping.opinions.writing import withdraw

    withdraw(reply.opinion)
    assert moderator.post(of(reply, "hide/"), {"reason": "x"}).status_code == 200
