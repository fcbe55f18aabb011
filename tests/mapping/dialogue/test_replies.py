"""People answer each other, each reply stored once and shown as its author is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mapping.dialogue.models import Comment
from mapping.opinions.models import Opinion
from mapping.opinions.writing import hide, withdraw
from mapping.projects.models import Project
from tests.factories import OpinionFactory
from tests.mapping.dialogue.conftest import address, reply_body
from tests.people import Person

pytestmark = pytest.mark.django_db


def comments_of(reader: Person, voice: Opinion) -> list[dict]:
    """The replies that a reader gets."""
    return reader.get(address(voice, "comments/")).json()["results"]


def test_a_resident_replies_and_everybody_reads_it(
    resident: Person, stranger: Person, voice: Opinion
) -> None:
    reply = resident.post(address(voice, "comments/"), reply_body("夜も暗いです。"))
    assert reply.status_code == 201
    (read,) = comments_of(stranger, voice)
    assert read["text"] == "夜も暗いです。"
    assert read["author"] == resident.participant.pseudonym(voice.project_id)
    assert read["organisation"] is None
    assert (read["mine"], reply.json()["mine"]) == (False, True)
    voice.refresh_from_db()
    assert voice.comment_count == 1


def test_a_stranger_may_reply_and_becomes_a_participant(stranger: Person, voice: Opinion) -> None:
    reply = stranger.post(address(voice, "comments/"), reply_body())
    assert reply.status_code == 201
    assert reply.cookies["koemap_device"]["httponly"]
    assert reply.cookies["koemap_device"].value not in reply.content.decode()


def test_staff_replies_in_the_name_of_the_organisation(
    planner: Person, stranger: Person, voice: Opinion
) -> None:
    planner.post(address(voice, "comments/"), reply_body("点検します。"))
    (read,) = comments_of(stranger, voice)
    assert read["author"] == "焼津市"
    assert read["organisation"] == "222127"
    stored = Comment.objects.get()
    assert (stored.by_user, stored.participant) == (planner.user, None)


def test_staff_of_another_city_replies_as_anybody(
    other_city_planner: Person, voice: Opinion
) -> None:
    reply = other_city_planner.post(address(voice, "comments/"), reply_body()).json()
    assert reply["organisation"] is None


def test_the_same_reply_sent_twice_is_stored_once(resident: Person, voice: Opinion) -> None:
    body = reply_body()
    first = resident.post(address(voice, "comments/"), body)
    again = resident.post(address(voice, "comments/"), body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    voice.refresh_from_db()
    assert (Comment.objects.count(), voice.comment_count) == (1, 1)


def test_staff_may_repeat_a_reply_too(planner: Person, voice: Opinion) -> None:
    body = reply_body()
    statuses = [planner.post(address(voice, "comments/"), body).status_code for _ in range(2)]
    assert statuses == [201, 200]


@pytest.mark.parametrize("change", ["text", "voice", "person"])
def test_another_reply_under_the_same_number_is_a_conflict(
    change: str, resident: Person, neighbour: Person, voice: Opinion
) -> None:
    body = reply_body()
    resident.post(address(voice, "comments/"), body)
    target = OpinionFactory(project=voice.project) if change == "voice" else voice
    sender = neighbour if change == "person" else resident
    if change == "text":
        body |= {"text": "ちがう話"}
    reply = sender.post(address(target, "comments/"), body)
    assert reply.status_code == 409
    assert reply.json()["type"] == "/problems/client-id-conflict"
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "bad-member"),
        ({"text": "こえ"}, 400, "bad-member"),
        ({"text": 1, "client_id": "8a7b6f5e-0000-4000-8000-000000000000"}, 400, "bad-member"),
        ({"text": "こえ", "client_id": 3}, 400, "bad-member"),
        ({"text": "こえ", "client_id": "no"}, 400, "bad-member"),
        (reply_body("  \n　"), 422, "no-text"),
        (reply_body("\u202e\u200f"), 422, "no-text"),
        (reply_body("あ" * 401), 422, "text-too-long"),
        (reply_body(language="tlh"), 400, "bad-member"),
        (reply_body(language=["ja"]), 400, "bad-member"),
        (b"[]", 400, "not-an-object"),
        (b'{"text": NaN}', 400, "bad-number"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(
    body: Any, status: int, code: str, resident: Person, voice: Opinion
) -> None:
    reply = resident.post(address(voice, "comments/"), body)
    assert (reply.status_code, reply.json()["type"]) == (status, f"/problems/{code}")
    assert Comment.objects.count() == 0


def test_extra_members_change_nothing(resident: Person, voice: Opinion) -> None:
    body = reply_body(state="hidden", organisation="222127", support_count=9, id=1)
    reply = resident.post(address(voice, "comments/"), body).json()
    assert (reply["state"], reply["organisation"], reply["support_count"]) == ("published", None, 0)


def test_markup_in_a_reply_stays_text(resident: Person, voice: Opinion) -> None:
    reply = resident.post(address(voice, "comments/"), reply_body("<script>alert(1)</script>"))
    assert reply.json()["text"] == "<script>alert(1)</script>"
    assert reply["Content-Type"] == "application/json"


def test_in_a_project_that_checks_first_a_reply_waits_for_the_staff(
    resident: Person,
    neighbour: Person,
    moderator: Person,
    project_in_phase: Callable[..., Project],
) -> None:
    voice = OpinionFactory(project=project_in_phase("ideas", moderation="pre"))
    waiting = resident.post(address(voice, "comments/"), reply_body()).json()
    assert waiting["state"] == "waiting"
    assert comments_of(neighbour, voice) == []
    assert [own["state"] for own in comments_of(resident, voice)] == ["waiting"]
    voice.refresh_from_db()
    assert voice.comment_count == 0
    moderator.post(address(voice, f"comments/{waiting['id']}/restore/"), {"reason": "確認ずみ"})
    assert len(comments_of(neighbour, voice)) == 1
    voice.refresh_from_db()
    assert voice.comment_count == 1


def test_official_replies_do_not_wait(
    moderator: Person, project_in_phase: Callable[..., Project]
) -> None:
    voice = OpinionFactory(project=project_in_phase("ideas", moderation="pre"))
    reply = moderator.post(address(voice, "comments/"), reply_body())
    assert reply.json()["state"] == "published"


@pytest.mark.parametrize("phase", ["information", "survey", "results", None])
def test_outside_its_phases_nobody_replies_or_supports(
    phase: str | None,
    resident: Person,
    planner: Person,
    project_in_phase: Callable[..., Project],
) -> None:
    voice = OpinionFactory(project=project_in_phase(phase))
    for person in (resident, planner):
        for rest in ("comments/", "support/"):
            reply = person.post(address(voice, rest), reply_body())
            assert (reply.status_code, reply.json()["type"]) == (403, "/problems/phase-closed")
    assert resident.post(address(voice, "flag/"), {"reason": "rude"}).status_code == 201


def test_strangers_are_told_that_a_project_is_for_staff(
    resident: Person, project_in_phase: Callable[..., Project]
) -> None:
    voice = OpinionFactory(project=project_in_phase("ideas", speakers="members"))
    reply = resident.post(address(voice, "comments/"), reply_body())
    assert (reply.status_code, reply.json()["type"]) == (403, "/problems/not-asked")


def test_a_hidden_voice_takes_no_replies(
    resident: Person, moderator: Person, voice: Opinion
) -> None:
    hide(voice, moderator.user, "個人の情報")
    for rest in ("comments/", "support/", "flag/"):
        body = reply_body(reason="rude")
        assert resident.post(address(voice, rest), body).status_code == 404
    assert resident.get(address(voice, "comments/")).status_code == 404
    assert moderator.get(address(voice, "comments/")).status_code == 200
    assert moderator.post(address(voice, "comments/"), reply_body()).status_code == 409


def test_replies_stay_when_the_author_withdraws_the_voice(
    resident: Person, neighbour: Person, voice: Opinion
) -> None:
    neighbour.post(address(voice, "comments/"), reply_body("残ることば"))
    withdraw(voice)
    assert [reply["text"] for reply in comments_of(resident, voice)] == ["残ることば"]
    for rest in ("comments/", "support/", "flag/"):
        body = reply_body(reason="rude")
        assert resident.post(address(voice, rest), body).status_code == 410
    assert resident.delete(address(voice, "support/")).status_code == 410


def test_a_voice_is_found_in_its_own_project_only(
    resident: Person, voice: Opinion, project_in_phase: Callable[..., Project]
) -> None:
    other = project_in_phase("ideas")
    wrong = f"projects/{other.slug}/opinions/{voice.pk}/"
    assert resident.get(f"{wrong}comments/").status_code == 404
    for rest in ("comments/", "support/", "flag/"):
        assert resident.post(f"{wrong}{rest}", reply_body(reason="rude")).status_code == 404
    assert resident.delete(f"{wrong}support/").status_code == 404


def test_a_reply_is_found_under_its_own_voice_only(
    resident: Person, moderator: Person, voice: Opinion
) -> None:
    pk = resident.post(address(voice, "comments/"), reply_body()).json()["id"]
    other = OpinionFactory(project=voice.project)
    for rest in ("support/", "flag/", "hide/", "restore/"):
        wrong = address(other, f"comments/{pk}/{rest}")
        assert moderator.post(wrong, {"reason": "rude"}).status_code == 404


def test_replies_are_read_oldest_first_page_by_page(
    resident: Person, voice: Opinion, monkeypatch: pytest.MonkeyPatch
) -> None:
    Comment.objects.bulk_create(
        Comment(opinion=voice, client_id=body["client_id"], text=f"{n}")
        for n, body in enumerate(reply_body() for _ in range(205))
    )
    texts: list[str] = []
    cursor: str | None = None
    pages = 0
    while pages == 0 or cursor:
        query = {"cursor": cursor} if cursor else {}
        page = resident.get(address(voice, "comments/"), query).json()
        texts += [reply["text"] for reply in page["results"]]
        cursor = page["next"]
        pages += 1
    assert texts == [str(n) for n in range(205)]
    assert pages == 3


@pytest.mark.parametrize(
    "cursor", ["", "x", "1", "1-", "-", "9" * 40 + "-1", "1-" + "9" * 40, "-5--5", "１-２", "1-2-3"]
)
def test_an_invented_cursor_is_refused(cursor: str, resident: Person, voice: Opinion) -> None:
    reply = resident.get(address(voice, "comments/"), {"cursor": cursor})
    assert reply.status_code == 400


def test_reading_replies_costs_as_much_for_one_as_for_fifty(
    resident: Person, planner: Person, voice: Opinion, django_assert_num_queries: Any
) -> None:
    for n in range(50):
        sender = planner if n % 2 else resident
        sender.post(address(voice, "comments/"), reply_body(f"{n}"))
    with django_assert_num_queries(4):
        assert len(comments_of(resident, voice)) == 50


def test_too_many_replies_are_stopped_with_a_time_to_wait(
    resident: Person, neighbour: Person, voice: Opinion, settings: Any
) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"reply": (3, 3600)}
    statuses = [
        resident.post(address(voice, "comments/"), reply_body()).status_code for _ in range(4)
    ]
    assert statuses == [201, 201, 201, 429]
    refused = resident.post(address(voice, "comments/"), reply_body())
    assert int(refused["Retry-After"]) == refused.json()["retry_after"] > 0
    assert neighbour.post(address(voice, "comments/"), reply_body()).status_code == 201
