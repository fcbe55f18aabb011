"""Adding a voice: once and only once, in open phases, counted, logged; and taking it back."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mapping.accounts.actors import DEVICE_COOKIE, Actor
from mapping.accounts.models import Participant, new_key
from mapping.accounts.problems import Problem
from mapping.opinions import writing
from mapping.opinions.models import Opinion
from mapping.opinions.rules import can_add_opinion
from mapping.opinions.states import State
from mapping.projects.models import Project
from mapping.projects.phases import PhaseKind
from tests.factories import OpinionFactory, PhaseFactory, make_project
from tests.people import Person
from tests.places import STATION, area, line

from .conftest import voice_feature

LON, LAT = STATION


def address(project: Project, more: str = "") -> str:
    """Address of the project's voices."""
    return f"projects/{project.slug}/opinions/{more}"


class TestSending:
    """A resident sends a voice."""

    def test_it_is_stored_and_says_where_it_fell(
        self, resident: Person, project: Project, said: Any
    ) -> None:
        OpinionFactory(project=project)
        response = resident.post(address(project), said(text="  ベンチが\r\nほしい "))
        assert response.status_code == 201
        body = response.json()
        voice = Opinion.objects.get(pk=body["id"])
        assert voice.text == body["properties"]["text"] == "ベンチが\nほしい"
        assert voice.participant == resident.participant
        assert voice.phase == project.current_phase
        assert [fact["text"] for fact in body["here"]] == [
            "焼津第1自治会", "焼津西小学校", "第一種住居地域",
        ]  # fmt: skip
        assert body["nearby"]["count"] == 1
        assert body["state"] == "published"
        assert set(voice.placements.values_list("basis", flat=True)) == {"public", "exact"}
        log = voice.state_changes.get()
        assert (log.before, log.after, log.by_author) == ("", "published", True)

    def test_the_reply_shows_the_public_place_only(self, resident: Person, said: Any) -> None:
        project = make_project(grid_m=100)
        body = resident.post(address(project), said(context={"accuracy": 8})).json()
        assert body["geometry"]["coordinates"] != [LON, LAT]
        assert body["properties"]["anchor"] == body["geometry"]["coordinates"]
        assert "context" not in body["properties"]

    def test_a_first_voice_gives_the_device_its_key(
        self, stranger: Person, project: Project, said: Any
    ) -> None:
        response = stranger.post(address(project), said())
        cookie = response.cookies[DEVICE_COOKIE]
        assert cookie["httponly"] and cookie["samesite"] == "Lax"
        assert cookie.value not in response.content.decode()
        stranger.post(address(project), said())
        assert Participant.objects.count() == 1

    def test_the_server_makes_a_manage_key_when_the_phone_made_none(
        self, resident: Person, project: Project, said: Any
    ) -> None:
        body = resident.post(address(project), said()).json()
        key = body["manage_url"].removeprefix("/voice/#")
        assert len(key) == 22
        assert not Opinion.objects.filter(manage_key_hash=key).exists()

    def test_the_phones_own_key_is_not_repeated(
        self, resident: Person, project: Project, said: Any
    ) -> None:
        body = resident.post(address(project), said(manage_key=new_key())).json()
        assert "manage_url" not in body

    def test_a_key_serves_one_voice(self, resident: Person, project: Project, said: Any) -> None:
        key = new_key()
        resident.post(address(project), said(manage_key=key))
        response = resident.post(address(project), said(manage_key=key))
        assert (response.status_code, response.json()["type"]) == (422, "/problems/manage-key-used")

    def test_two_voices_at_once_do_not_get_one_manage_key(
        self, resident: Person, project: Project, said: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = said(manage_key=new_key())
        look = writing._refuse_used_key
        while_looking = iter([lambda: resident.post(address(project), body)])

        def look_before_the_other_is_there(parsed: Any) -> None:
            look(parsed)
            for send in while_looking:
                assert send().status_code == 201

        monkeypatch.setattr(writing, "_refuse_used_key", look_before_the_other_is_there)
        second = resident.post(address(project), said(manage_key=body["properties"]["manage_key"]))
        assert (second.status_code, second.json()["type"]) == (422, "/problems/manage-key-used")
        assert Opinion.objects.count() == 1

    def test_lines_and_areas_too(self, resident: Person, project: Project, said: Any) -> None:
        drawn_line = line((LON, LAT), (LON + 0.01, LAT), (LON + 0.01, LAT + 0.002))
        drawn_area = area((LON, LAT), (LON + 0.01, LAT), (LON, LAT + 0.004))
        kinds = [
            resident.post(address(project), said(shape)).json()["properties"]["kind"]
            for shape in (drawn_line, drawn_area)
        ]
        assert kinds == ["line", "area"]

    def test_with_moderation_first_a_voice_waits(
        self, resident: Person, neighbour: Person, said: Any
    ) -> None:
        project = make_project(moderation="pre")
        body = resident.post(address(project), said()).json()
        assert body["state"] == "waiting"
        assert resident.get(address(project, f"{body['id']}/")).status_code == 200
        assert neighbour.get(address(project, f"{body['id']}/")).status_code == 404
        assert neighbour.get(address(project)).json()["numberMatched"] == 0
        assert resident.get(address(project)).json()["numberMatched"] == 0

    def test_one_device_may_not_flood(
        self, resident: Person, neighbour: Person, project: Project, said: Any, settings: Any
    ) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "opinion": (2, 3600)}
        codes = [resident.post(address(project), said()).status_code for _ in range(3)]
        assert codes == [201, 201, 429]
        refused = resident.post(address(project), said())
        assert 0 < int(refused["Retry-After"]) <= 3600
        assert neighbour.post(address(project), said()).status_code == 201

    def test_an_address_may_not_send_new_devices_without_end(
        self, stranger: Person, project: Project, said: Any, settings: Any
    ) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "device": (1, 3600)}
        assert stranger.post(address(project), said()).status_code == 201
        assert stranger.post(address(project), said()).status_code == 201
        assert Person().post(address(project), said()).status_code == 429
        assert Opinion.objects.count() == 2

    def test_trying_keys_of_others_by_sending_is_limited(
        self, resident: Person, neighbour: Person, project: Project, said: Any, settings: Any
    ) -> None:
        key = new_key()
        resident.post(address(project), said(manage_key=key))
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "opinion": (2, 3600)}
        tries = [neighbour.post(address(project), said(manage_key=key)) for _ in range(3)]
        assert [answer.status_code for answer in tries] == [422, 422, 429]

    def test_looking_beforehand_is_limited(
        self, resident: Person, project: Project, said: Any, settings: Any
    ) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "preview": (2, 3600)}
        looks = [resident.post(f"projects/{project.slug}/preview/", said()) for _ in range(3)]
        assert [answer.status_code for answer in looks] == [200, 200, 429]

    def test_other_sites_may_not_send(self, resident: Person, project: Project, said: Any) -> None:
        refused = resident.post(
            address(project), said(), headers={"Origin": "https://evil.example"}
        )
        assert refused.status_code == 403
        assert not Opinion.objects.exists()


class TestSentOnce:
    """The phone may send again; one voice stays one voice."""

    def test_the_same_again_answers_with_the_same_voice(
        self, resident: Person, project: Project, said: Any
    ) -> None:
        body = said()
        first = resident.post(address(project), body)
        again = resident.post(address(project), body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["id"] == again.json()["id"]
        assert "manage_url" not in again.json()
        assert Opinion.objects.count() == 1

    def test_another_body_under_the_same_number_is_refused(
        self, resident: Person, project: Project, said: Any
    ) -> None:
        number = str(uuid.uuid4())
        resident.post(address(project), said(client_id=number))
        response = resident.post(address(project), said(client_id=number, text="ちがう"))
        assert response.status_code == 409
        assert response.json()["type"] == "/problems/client-id-conflict"

    def test_the_same_number_in_another_project_is_refused(
        self, resident: Person, project: Project, said: Any
    ) -> None:
        body = said()
        resident.post(address(project), body)
        assert resident.post(address(make_project()), body).status_code == 409

    def test_a_repeat_is_answered_after_the_phase_closed(
        self, resident: Person, project: Project, said: Any
    ) -> None:
        body = said()
        resident.post(address(project), body)
        project.phases.update(ends_at=timezone.now() - timedelta(minutes=1))
        assert resident.post(address(project), body).status_code == 200
        assert resident.post(address(project), said()).status_code == 403

    def test_a_repeat_counts_as_no_new_voice(
        self, resident: Person, project: Project, said: Any, settings: Any
    ) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "opinion": (1, 3600)}
        body = said()
        codes = [resident.post(address(project), body).status_code for _ in range(4)]
        assert codes == [201, 200, 200, 200]

    def test_what_was_withdrawn_does_not_come_back(
        self, resident: Person, project: Project, said: Any
    ) -> None:
        body = said()
        pk = resident.post(address(project), body).json()["id"]
        writing.withdraw(Opinion.objects.get(pk=pk))
        assert resident.post(address(project), body).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_voice() -> None:
    project = make_project()
    body = voice_feature()
    start = threading.Barrier(20)
    outcomes: list[Any] = []

    def send() -> None:
        start.wait()
        try:
            actor = Actor()
            made = writing.add_opinion(Project.objects.get(pk=project.pk), actor, body)
            outcomes.append((made.opinion.pk, made.created, bool(actor.new_device_key)))
        except Exception as error:  # noqa: BLE001
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    voice = Opinion.objects.get()
    assert {pk for pk, __, __ in outcomes} == {voice.pk}
    assert sorted(created for __, created, __ in outcomes) == [False] * 19 + [True]
    assert all(created == has_key for __, created, has_key in outcomes)
    assert Participant.objects.count() == 1
    assert voice.state_changes.count() == 1


ROLES = ("stranger", "resident", "viewer", "moderator", "planner", "gis_person", "admin",
         "other_city_planner")  # fmt: skip
OPEN = {PhaseKind.IDEAS, PhaseKind.CO_CREATION}


@pytest.mark.django_db
class TestWhoMaySpeakWhen:
    """The table of role × phase: phases bind everybody, staff included."""

    @pytest.mark.parametrize("kind", [*PhaseKind.values, None])
    @pytest.mark.parametrize("role", ROLES)
    def test_the_phase_decides(self, role: str, kind: str | None, request: Any) -> None:
        person = request.getfixturevalue(role)
        project = make_project(kind)
        allowed = kind in OPEN
        assert can_add_opinion(person.actor, project) is allowed
        response = person.post(address(project), voice_feature())
        assert response.status_code == (201 if allowed else 403)
        if not allowed:
            assert response.json()["type"] == "/problems/phase-closed"
        assert Opinion.objects.count() == allowed

    @pytest.mark.parametrize("role", ROLES)
    def test_a_draft_is_nobodys_but_the_organisations(self, role: str, request: Any) -> None:
        person = request.getfixturevalue(role)
        project = make_project(visibility="draft")
        ours = role not in ("stranger", "resident", "other_city_planner")
        response = person.post(address(project), voice_feature())
        assert response.status_code == (201 if ours else 404)

    @pytest.mark.parametrize("role", ROLES)
    def test_some_projects_ask_the_staff_only(self, role: str, request: Any) -> None:
        person = request.getfixturevalue(role)
        project = make_project(speakers="members")
        ours = role not in ("stranger", "resident", "other_city_planner")
        response = person.post(address(project), voice_feature())
        assert response.status_code == (201 if ours else 403)

    def test_a_closed_phase_says_when_the_next_one_opens(self, resident: Person, said: Any) -> None:
        project = make_project("information")
        later = timezone.now() + timedelta(days=40)
        PhaseFactory(project=project, starts_at=later, ends_at=later + timedelta(days=9))
        response = resident.post(address(project), said())
        assert response.json()["next_starts_at"] == later.isoformat()


class TestStaffDecisions:
    """Hide, restore, publish: with a reason, in the log."""

    def test_a_hidden_voice_is_gone_from_every_door(
        self, moderator: Person, resident: Person, project: Project
    ) -> None:
        voice = OpinionFactory(project=project)
        done = moderator.post(address(project, f"{voice.pk}/hide/"), {"reason": "個人名があるため"})
        assert done.json() == {"id": voice.pk, "state": "hidden"}
        assert resident.get(address(project, f"{voice.pk}/")).status_code == 404
        assert resident.get(address(project)).json()["features"] == []
        assert resident.get(address(project, "points/")).json()["total"] == 0
        log = voice.state_changes.last()
        assert (log.before, log.after, log.by_user) == ("published", "hidden", moderator.user)
        assert log.reason == "個人名があるため"

    def test_and_comes_back(self, moderator: Person, project: Project) -> None:
        voice = OpinionFactory(project=project, state=State.HIDDEN)
        moderator.post(address(project, f"{voice.pk}/restore/"), {"reason": "まちがい"})
        assert Opinion.objects.published().get() == voice

    def test_a_reason_is_needed(self, moderator: Person, project: Project) -> None:
        voice = OpinionFactory(project=project)
        assert moderator.post(address(project, f"{voice.pk}/hide/"), {}).status_code == 422
        assert (
            moderator.post(address(project, f"{voice.pk}/hide/"), {"reason": " "}).status_code
            == 422
        )

    def test_a_waiting_voice_is_published(self, moderator: Person, project: Project) -> None:
        voice = OpinionFactory(project=project, state=State.WAITING)
        assert moderator.post(address(project, f"{voice.pk}/publish/"), {}).status_code == 200
        assert moderator.post(address(project, f"{voice.pk}/publish/"), {}).status_code == 409

    @pytest.mark.parametrize(
        ("role", "status"),
        [("stranger", 403), ("resident", 403), ("viewer", 403), ("gis_person", 403),
         ("other_city_planner", 403), ("moderator", 200), ("planner", 200), ("admin", 200)],
    )  # fmt: skip
    def test_only_moderators_planners_and_admins(
        self, role: str, status: int, request: Any, project: Project
    ) -> None:
        person = request.getfixturevalue(role)
        voice = OpinionFactory(project=project)
        done = person.post(address(project, f"{voice.pk}/hide/"), {"reason": "試し"})
        assert done.status_code == status
        voice.refresh_from_db()
        assert (voice.state == State.HIDDEN) is (status == 200)


@pytest.mark.django_db
def test_erasing_needs_a_reason_and_happens_once(planner: Person, project: Project) -> None:
    voice = OpinionFactory(project=project)
    with pytest.raises(Problem):
        writing.erase(voice, planner.user, "")
    erased = writing.erase(voice, planner.user, "本人の請求")
    assert erased.state == State.ERASED
    with pytest.raises(Problem) as refused:
        writing.withdraw(voice)
    assert refused.value.status == 410
