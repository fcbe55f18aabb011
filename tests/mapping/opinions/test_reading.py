"""Reading voices: list, points, one, "here", preview; who sees what; how many queries it takes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mapping.opinions.models import ExactRead, Opinion
from mapping.opinions.states import State
from mapping.projects.models import Project
from tests.factories import OpinionFactory, ProjectFactory, make_project
from tests.people import Person
from tests.places import PARK, STATION, area, line, pin, point

LON, LAT = STATION
pytestmark = pytest.mark.django_db


def address(project: Project, more: str = "") -> str:
    """Address of the project's voices."""
    return f"projects/{project.slug}/opinions/{more}"


class TestList:
    """GeoJSON in pages."""

    def test_a_voice_as_readers_get_it(self, stranger: Person, resident: Person) -> None:
        project = make_project(voices_note={"ja": "サンプルの声"})
        walk = project.categories.get(slug="walk")
        voice = OpinionFactory(
            project=project, category=walk, participant=resident.participant,
            phase=project.current_phase, context={"accuracy": 3}, support_count=2, source="sample",
        )  # fmt: skip
        response = stranger.get(address(project))
        assert response["Content-Type"] == "application/geo+json"
        body = response.json()
        assert (body["type"], body["next"], body["numberMatched"]) == ("FeatureCollection", None, 1)
        (feature,) = body["features"]
        properties = feature["properties"]
        assert feature["geometry"] == json.loads(voice.public_geometry.json)
        assert properties.pop("here")[0]["text"] == "焼津第1自治会"
        assert properties.pop("created_at").startswith(voice.created_at.strftime("%Y-%m-%dT%H:%M"))
        assert properties.pop("anchor") == [voice.anchor.x, voice.anchor.y]
        assert properties == {
            "id": voice.pk, "kind": "pin", "category": "walk", "text": voice.text,
            "language": "ja", "author": resident.participant.pseudonym(project.pk),
            "phase": "ideas", "outcome": "received", "support_count": 2, "comment_count": 0,
            "state": "published", "source": "sample", "note": "サンプルの声", "answers": {},
            "collapsed": False, "grid_m": 10, "mine": False, "supported": False,
            "url": f"/projects/{project.slug}/opinions/{voice.pk}/",
        }  # fmt: skip

    def test_only_samples_say_that_they_are(self, stranger: Person) -> None:
        project = make_project(voices_note={"ja": "サンプルの声"})
        OpinionFactory(project=project)
        (feature,) = stranger.get(address(project)).json()["features"]
        assert feature["properties"]["note"] == ""

    def test_no_key_context_or_exact_place_is_in_it(self, stranger: Person) -> None:
        project = make_project(grid_m=100)
        voice = OpinionFactory(
            project=project, context={"accuracy": 3}, manage_key_hash="f" * 64, body_hash="e" * 64
        )
        for more in ("", "points/", f"{voice.pk}/"):
            text = stranger.get(address(project, more)).content.decode()
            for secret in (
                str(LON),
                str(LAT),
                "accuracy",
                "f" * 64,
                "e" * 64,
                str(voice.client_id),
            ):
                assert secret not in text

    def test_pages_newest_first_without_gaps_or_repeats(
        self, stranger: Person, project: Project
    ) -> None:
        now = timezone.now()
        for number in range(7):
            OpinionFactory(project=project, created_at=now - timedelta(hours=number // 2))
        wanted = list(Opinion.objects.order_by("-created_at", "-pk").values_list("pk", flat=True))
        seen, cursor = [], None
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            body = stranger.get(address(project), query).json()
            assert body["numberMatched"] == 7
            seen += [feature["id"] for feature in body["features"]]
            cursor = body["next"]
            if cursor is None:
                break
        assert seen == wanted

    def test_most_supported_first(self, stranger: Person, project: Project) -> None:
        counts = [3, 0, 5, 3]
        for count in counts:
            OpinionFactory(project=project, support_count=count)
        first = stranger.get(address(project), {"order": "support", "limit": 3}).json()
        rest = stranger.get(
            address(project), {"order": "support", "limit": 3, "cursor": first["next"]}
        ).json()
        found = [
            feature["properties"]["support_count"]
            for feature in first["features"] + rest["features"]
        ]
        assert found == [5, 3, 3, 0]

    @pytest.mark.parametrize(
        "query",
        [{"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"limit": "10" * 9}, {"order": "old"},
         {"cursor": "x"}, {"cursor": "1.x"}, {"cursor": "9" * 18 + ".1"}, {"cursor": "²3.1"}],
    )  # fmt: skip
    def test_bad_paging_is_400(self, query: dict, stranger: Person, project: Project) -> None:
        assert stranger.get(address(project), query).status_code == 400

    def test_a_list_costs_the_same_for_1_and_100_voices(
        self, stranger: Person, project: Project, django_assert_num_queries: Any
    ) -> None:
        OpinionFactory(project=project)
        with django_assert_num_queries(4):
            stranger.get(address(project))
        for _ in range(30):
            OpinionFactory(project=project)
        with django_assert_num_queries(4):
            assert len(stranger.get(address(project)).json()["features"]) == 31

    def test_it_may_be_kept_for_half_a_minute(self, stranger: Person, project: Project) -> None:
        OpinionFactory(project=project)
        first = stranger.get(address(project))
        assert first["Cache-Control"] == "public, max-age=30"
        again = stranger.get(address(project), headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304 and not again.content
        OpinionFactory(project=project)
        assert (
            stranger.get(address(project), headers={"If-None-Match": first["ETag"]}).status_code
            == 200
        )

    def test_a_known_device_gets_its_own_copy(self, resident: Person, project: Project) -> None:
        voice = OpinionFactory(project=project, participant=resident.participant)
        response = resident.get(address(project))
        assert response["Cache-Control"] == "private, max-age=30"
        assert response.json()["features"][0]["properties"]["mine"] is True
        assert resident.get(address(project, f"{voice.pk}/")).json()["properties"]["mine"] is True

    def test_text_that_looks_like_markup_comes_back_as_text(
        self, stranger: Person, project: Project
    ) -> None:
        nasty = "</script><img src=x onerror=alert(1)>\"'\\ \u2028 %s {0}"
        OpinionFactory(project=project, text=nasty)
        body = stranger.get(address(project)).json()
        assert body["features"][0]["properties"]["text"] == nasty


class TestPoints:
    """Everything at once, compact."""

    def test_points_are_anchors_with_indexes(self, stranger: Person, project: Project) -> None:
        green = project.categories.get(slug="green")
        first = OpinionFactory(project=project, category=green)
        second = OpinionFactory(project=project, place=line(STATION, PARK))
        body = stranger.get(address(project, "points/")).json()
        assert (body["total"], body["categories"]) == (2, ["walk", "green", "home"])
        assert body["points"] == [
            [first.pk, first.anchor.x, first.anchor.y, 1, 0],
            [second.pk, second.anchor.x, second.anchor.y, -1, 1],
        ]

    def test_no_voices_no_points(self, stranger: Person, project: Project) -> None:
        assert stranger.get(address(project, "points/")).json()["points"] == []

    def test_three_queries_whatever_the_number(
        self, stranger: Person, project: Project, django_assert_num_queries: Any
    ) -> None:
        for _ in range(5):
            OpinionFactory(project=project)
        with django_assert_num_queries(3):
            assert stranger.get(address(project, "points/")).json()["total"] == 5

    def test_points_and_list_tell_the_same_number(self, stranger: Person, project: Project) -> None:
        for state in State.values[:3]:
            OpinionFactory(project=project, state=state)
        points = stranger.get(address(project, "points/")).json()["total"]
        assert points == stranger.get(address(project)).json()["numberMatched"] == 1


WHO = ("stranger", "resident", "neighbour", "viewer", "moderator", "planner", "gis_person",
       "admin", "other_city_planner")  # fmt: skip
MODERATORS = {"moderator", "planner", "admin"}
OURS = MODERATORS | {"viewer", "gis_person"}


class TestWhoSeesWhat:
    """The matrix of person × state × visibility; the voice is the resident's own."""

    @pytest.mark.parametrize("visibility", ["public", "unlisted", "archived", "draft"])
    @pytest.mark.parametrize("who", WHO)
    def test_one_voice(self, who: str, visibility: str, resident: Person, request: Any) -> None:
        person = request.getfixturevalue(who)
        project = ProjectFactory(visibility=visibility)
        voices = [
            OpinionFactory(project=project, state=state, participant=resident.participant)
            for state in (State.PUBLISHED, State.WAITING, State.HIDDEN)
        ]
        project_is_open = visibility != "draft" or who in OURS
        for voice in voices:
            readable = voice.state == State.PUBLISHED or who in MODERATORS or who == "resident"
            visible = project_is_open and readable
            seen = Opinion.objects.visible_to(person.actor).filter(pk=voice.pk)
            assert seen.exists() is visible
            status = person.get(address(project, f"{voice.pk}/")).status_code
            assert status == (200 if visible else 404)
        listed = person.get(address(project))
        assert listed.status_code == (200 if project_is_open else 404)
        if project_is_open:
            assert [found["id"] for found in listed.json()["features"]] == [voices[0].pk]

    @pytest.mark.parametrize("who", WHO)
    def test_a_tombstone_is_gone_for_everybody(self, who: str, request: Any) -> None:
        from mapping.opinions.writing import withdraw

        person = request.getfixturevalue(who)
        voice = withdraw(OpinionFactory())
        assert person.get(address(voice.project, f"{voice.pk}/")).status_code == 410
        assert not Opinion.objects.visible_to(person.actor).exists()

    @pytest.mark.parametrize("who", WHO)
    def test_only_staff_with_the_right_read_exact_places_and_leave_a_trace(
        self, who: str, request: Any
    ) -> None:
        person = request.getfixturevalue(who)
        project = ProjectFactory(grid_m=100)
        voice = OpinionFactory(project=project)
        allowed = who in ("planner", "gis_person", "admin")
        for more in ("", f"{voice.pk}/"):
            response = person.get(address(project, more), {"basis": "exact"})
            assert response.status_code == (200 if allowed else 403)
            assert (str(LON) in response.content.decode()) is allowed
            if allowed:
                assert response["Cache-Control"].startswith("private")
        assert ExactRead.objects.count() == 2 * allowed

    def test_a_voice_of_another_project_is_not_found_here(
        self, stranger: Person, project: Project
    ) -> None:
        voice = OpinionFactory(project=make_project())
        assert stranger.get(address(project, f"{voice.pk}/")).status_code == 404
        assert stranger.get(address(project, f"{2**70}/")).status_code == 404


class TestHere:
    """The line that follows the crosshair."""

    def here(self, person: Person, project: Project, **query: Any) -> Any:
        """Ask at the station unless told."""
        return person.get(f"projects/{project.slug}/here/", {"lon": LON, "lat": LAT} | query)

    def test_facts_and_neighbours(self, stranger: Person, project: Project) -> None:
        walk = project.categories.get(slug="walk")
        OpinionFactory(project=project, category=walk)
        OpinionFactory(project=project)
        OpinionFactory(project=project, place=pin(*PARK))
        OpinionFactory(project=project, state=State.HIDDEN)
        body = self.here(stranger, project).json()
        assert (body["inside"], body["distance_m"]) == (True, 0)
        assert [(fact["layer"], fact["text"]) for fact in body["facts"]] == [
            ("自治会", "焼津第1自治会"),
            ("小学校区", "焼津西小学校"),
            ("用途地域", "第一種住居地域"),
        ]
        assert body["nearby"] == {"count": 2, "radius_m": 200, "categories": {"walk": 1, "": 1}}

    def test_a_wider_radius_finds_more(self, stranger: Person, project: Project) -> None:
        near = point(LON + 0.005, LAT)
        OpinionFactory(project=project, place=near)
        assert self.here(stranger, project).json()["nearby"]["count"] == 0
        assert self.here(stranger, project, radius=500).json()["nearby"]["count"] == 1

    def test_outside_tells_the_distance(self, stranger: Person, project: Project) -> None:
        body = self.here(stranger, project, lon=138.36).json()
        assert body["inside"] is False
        assert body["distance_m"] == pytest.approx(1829, abs=2)

    def test_sentences_speak_with_attributes(self, stranger: Person, project: Project) -> None:
        layer = project.project_layers.get(layer__name__ja="用途地域").layer
        layer.sentence = {"ja": "用途は{name}"}
        layer.save()
        facts = self.here(stranger, project).json()["facts"]
        assert facts[2]["text"] == "用途は第一種住居地域"

    @pytest.mark.parametrize(
        "query",
        [{"lon": "x"}, {"lat": "91"}, {"lon": "nan"}, {"lat": "1e999"}, {"radius": "0"},
         {"radius": "1e6"}],
    )  # fmt: skip
    def test_bad_places_are_400(self, query: dict, stranger: Person, project: Project) -> None:
        assert self.here(stranger, project, **query).status_code == 400

    def test_five_queries(
        self, stranger: Person, project: Project, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(5):
            self.here(stranger, project)


class TestPreview:
    """The public place, before anything is sent."""

    def preview(self, person: Person, project: Project, geometry: Any, **properties: Any) -> Any:
        """POST to preview."""
        body = {"type": "Feature", "geometry": geometry, "properties": properties}
        return person.post(f"projects/{project.slug}/preview/", body)

    def test_a_pin(self, stranger: Person) -> None:
        project = make_project(grid_m=50)
        body = self.preview(stranger, project, pin(LON, LAT)).json()
        voice = OpinionFactory(project=project)
        assert body["public_geometry"] == json.loads(voice.public_geometry.json)
        assert body["anchor"] == body["public_geometry"]["coordinates"]
        assert body["cell"]["type"] == "Polygon"
        assert (body["grid_m"], body["collapsed"], body["measure"]) == (50, False, {})
        assert [fact["text"] for fact in body["here"]][:1] == ["焼津第1自治会"]
        assert {row["name"] for row in body["shares"]} >= {"焼津第1自治会", "焼津西小学校"}

    def test_lines_have_metres_and_areas_square_metres(
        self, stranger: Person, project: Project
    ) -> None:
        drawn = line((LON, LAT), (LON + 0.001, LAT))
        assert self.preview(stranger, project, drawn).json()["measure"] == {"metres": 91}
        square = area(
            *[(LON + x, LAT + y) for x, y in ((0, 0), (1e-3, 0), (1e-3, 1e-3), (0, 1e-3))]
        )
        measure = self.preview(stranger, project, square).json()["measure"]
        assert measure["square_metres"] == pytest.approx(10_140, rel=0.01)

    def test_a_jittered_pin_appears_where_it_will_be(self, resident: Person) -> None:
        import uuid

        project = make_project(grid_m=250)
        number = str(uuid.uuid4())
        body = self.preview(resident, project, pin(LON, LAT), category="home", client_id=number)
        sent = {
            "type": "Feature",
            "geometry": pin(LON, LAT),
            "properties": {"client_id": number, "category": "home"},
        }
        stored = resident.post(address(project), sent).json()
        assert body.json()["public_geometry"] == stored["geometry"]

    def test_nothing_is_stored(self, stranger: Person, project: Project) -> None:
        self.preview(stranger, project, pin(LON, LAT))
        assert not Opinion.objects.exists()

    def test_properties_null_is_fine_here(self, stranger: Person, project: Project) -> None:
        body = {"type": "Feature", "geometry": pin(LON, LAT), "properties": None}
        assert stranger.post(f"projects/{project.slug}/preview/", body).status_code == 200

    def test_outside_is_refused_as_when_sending(self, stranger: Person, project: Project) -> None:
        response = self.preview(stranger, project, pin(139, 35))
        assert response.json()["type"] == "/problems/outside-area"

    def test_a_closed_phase_previews_nothing(self, stranger: Person) -> None:
        project = make_project("results")
        assert self.preview(stranger, project, pin(LON, LAT)).status_code == 403
