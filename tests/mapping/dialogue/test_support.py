"""共感 is counted once a person, exactly, however many tap at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from mapping.accounts.models import Participant
from mapping.dialogue.models import Comment, Support
from mapping.dialogue.talking import comment, support, unsupport
from mapping.opinions.models import Opinion
from tests.factories import OpinionFactory, ParticipantFactory
from tests.mapping.dialogue.conftest import address, reply_body
from tests.people import Person


@pytest.mark.django_db
def test_a_resident_supports_a_voice_once(resident: Person, voice: Opinion) -> None:
    first = resident.post(address(voice, "support/"))
    again = resident.post(address(voice, "support/"))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json() == {"supported": True, "support_count": 1}
    voice.refresh_from_db()
    assert voice.support_count == Support.objects.count() == 1


@pytest.mark.django_db
def test_support_can_be_taken_back(resident: Person, neighbour: Person, voice: Opinion) -> None:
    resident.post(address(voice, "support/"))
    neighbour.post(address(voice, "support/"))
    taken = resident.delete(address(voice, "support/"))
    again = resident.delete(address(voice, "support/"))
    assert taken.json() == again.json() == {"supported": False, "support_count": 1}


@pytest.mark.django_db
def test_a_stranger_who_takes_nothing_back_stays_a_stranger(
    stranger: Person, voice: Opinion
) -> None:
    reply = stranger.delete(address(voice, "support/"))
    assert reply.json() == {"supported": False, "support_count": 0}
    assert "koemap_device" not in reply.cookies


@pytest.mark.django_db
def test_a_reply_is_supported_likewise(resident: Person, neighbour: Person, voice: Opinion) -> None:
    pk = resident.post(address(voice, "comments/"), reply_body()).json()["id"]
    where = address(voice, f"comments/{pk}/support/")
    assert neighbour.post(where).json() == {"supported": True, "support_count": 1}
    assert neighbour.post(where).json() == {"supported": True, "support_count": 1}
    (read,) = neighbour.get(address(voice, "comments/")).json()["results"]
    assert (read["supported"], read["support_count"]) == (True, 1)
    assert neighbour.delete(where).json() == {"supported": False, "support_count": 0}
    voice.refresh_from_db()
    assert voice.support_count == 0


@pytest.mark.django_db
def test_a_hidden_reply_takes_no_support(
    resident: Person, moderator: Person, voice: Opinion
) -> None:
    pk = resident.post(address(voice, "comments/"), reply_body()).json()["id"]
    moderator.post(address(voice, f"comments/{pk}/hide/"), {"reason": "宣伝"})
    assert resident.post(address(voice, f"comments/{pk}/support/")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_hundred_taps_at_once_are_one_support(resident: Person, voice: Opinion) -> None:
    def tap(_: int) -> bool:
        try:
            return support(voice, resident.actor).supported
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(tap, range(200))) == [True] * 200
    voice.refresh_from_db()
    assert voice.support_count == Support.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_counters_equal_their_rows_when_many_talk_at_once(voice: Opinion) -> None:
    from mapping.accounts.actors import Actor

    people = [ParticipantFactory() for _ in range(10)]

    def talk(n: int) -> None:
        actor = Actor(participant=people[n % 10])
        body: dict[str, Any] = reply_body(f"{n}")
        try:
            support(voice, actor)
            comment(voice, actor, body["text"], body["client_id"], "ja")
            if n % 3 == 0:
                unsupport(voice, actor)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(talk, range(60)))
    voice.refresh_from_db()
    assert voice.comment_count == Comment.objects.count() == 60
    assert voice.support_count == Support.objects.filter(opinion=voice).count()


@pytest.mark.django_db(transaction=True)
def test_one_reply_sent_ten_times_at_once_is_stored_once(resident: Person, voice: Opinion) -> None:
    body = reply_body()

    def send(_: int) -> int:
        try:
            sender = Person(device_key=resident.device_key)
            return sender.post(address(voice, "comments/"), body).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as threads:
        assert sorted(threads.map(send, range(10))) == [200] * 9 + [201]
    voice.refresh_from_db()
    assert voice.comment_count == Comment.objects.count() == 1


@pytest.mark.django_db
def test_throwing_the_cookie_away_makes_nobody_somebody_new_for_ever(
    voice: Opinion, resident: Person, settings: Any
) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"device": (3, 3600)}
    answers = [Person().post(address(voice, "support/")) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert "koemap_device" not in answers[-1].cookies
    voice.refresh_from_db()
    assert voice.support_count == 3
    assert resident.post(address(voice, "support/")).status_code == 200


@pytest.mark.django_db
def test_replies_and_flags_of_new_devices_count_as_supports_do(
    voice: Opinion, settings: Any
) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"device": (0, 3600)}
    for path, body in (("comments/", reply_body()), ("flag/", {"reason": "spam"})):
        assert Person().post(address(voice, path), body).status_code == 429
    page = f"/projects/{voice.project.slug}/opinions/{voice.pk}/"
    assert Person().web.post(page, {"action": "support"}).status_code == 422
    assert not Participant.objects.exists()


@pytest.mark.django_db
def test_too_many_supports_are_stopped(resident: Person, voice: Opinion, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"support": (2, 3600)}
    voices = [OpinionFactory(project=voice.project) for _ in range(3)]
    statuses = [resident.post(address(one, "support/")).status_code for one in voices]
    assert statuses == [200, 200, 429]
