"""The filter: every field, the canonical address, refusals that name the parameter."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Q
from django.http import QueryDict

from layers.models import Feature, Layer
from mapping.accounts.problems import Problem
from mapping.opinions import filters
from mapping.opinions.filters import Asked, FilterField, OpinionFilter, register_field
from mapping.opinions.models import Opinion
from mapping.opinions.states import State
from mapping.projects.models import Project
from tests.factories import OpinionFactory, PhaseFactory, make_project
from tests.people import Person
from tests.places import MIDDLE, PARK, STATION, area, line, pin

TOKYO = ZoneInfo("Asia/Tokyo")
LON, LAT = STATION
pytestmark = pytest.mark.django_db


def chosen(project: Project, person: Person, query: str | dict[str, Any]) -> list[str]:
    """Texts of the voices that the filter lets through."""
    made = read(project, person, query)
    return sorted(made.apply(Opinion.objects.in_project(project)).values_list("text", flat=True))


def read(project: Project, person: Person, query: str | dict[str, Any]) -> OpinionFilter:
    """The filter of an address."""
    if isinstance(query, dict):
        given = QueryDict(mutable=True)
        given.update(query)
    else:
        given = QueryDict(query)
    return OpinionFilter.from_query(given, project, person.actor)


def towns(project: Project) -> tuple[Layer, dict[str, Feature]]:
    """The towns of a test project by name."""
    layer = Layer.objects.get(in_projects__project=project, name__ja="自治会")
    return layer, {feature.name: feature for feature in layer.features.all()}


class TestFields:
    """What each field asks."""

    @pytest.fixture
    def project(self) -> Project:
        """Voices a (walk, pin, station), b (green, line), c (no category, area), d (hidden)."""
        project = make_project(
            grid_m=0,
            questions=[
                question | {"label": {}, "public": True}
                for question in (
                    {"name": "age", "type": "choice", "choices": ["20s", "30s"]},
                    {"name": "how", "type": "multiple", "choices": ["bus", "foot"]},
                    {"name": "score", "type": "scale"},
                    {"name": "why", "type": "text"},
                )
            ],
        )
        slugs = {category.slug: category for category in project.categories.all()}
        day = datetime(2026, 4, 1, 23, 30, tzinfo=TOKYO)
        OpinionFactory(
            project=project, text="a バス停が遠い", category=slugs["walk"], created_at=day,
            phase=project.current_phase, outcome="adopted",
            answers={"age": "20s", "how": ["bus", "foot"], "score": 4, "why": "坂がある"},
        )  # fmt: skip
        OpinionFactory(
            project=project, text="b ＢＥＮＣＨがない", category=slugs["green"],
            place=line((MIDDLE - 0.001, 34.87), (MIDDLE + 0.001, 34.87)),
            created_at=day + timedelta(days=1), answers={"age": "30s", "how": ["foot"], "score": 2},
        )  # fmt: skip
        OpinionFactory(
            project=project, text="c", created_at=day + timedelta(days=40),
            place=area(PARK, (PARK[0] + 0.002, PARK[1]), (PARK[0], PARK[1] + 0.002)),
        )  # fmt: skip
        OpinionFactory(project=project, text="d", state=State.HIDDEN, category=slugs["walk"])
        return project

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "abc"),
            ("category=walk", "a"),
            ("category=walk,green", "ab"),
            ("category=walk&category=green", "ab"),
            ("category=none", "c"),
            ("category=walk,none", "ac"),
            ("outcome=adopted", "a"),
            ("outcome=received,adopted", "abc"),
            ("phase=ideas", "a"),
            ("phase=results", ""),
            ("geometry=pin", "a"),
            ("geometry=line,area", "bc"),
            ("from=2026-04-02", "bc"),
            ("to=2026-04-01", "a"),
            ("from=2026-04-01&to=2026-04-02", "ab"),
            ("from=2026-04-01T23:31", "bc"),
            ("to=2026-04-01T14:31:00%2B00:00", "a"),
            ("q=バス停", "a"),
            ("q=ﾊﾞｽ停", "a"),
            ("q=bench", "b"),
            ("q=が 遠い", "a"),
            ("q=100%", ""),
            ("q=_", ""),
            ("bbox=138.31,34.87,138.315,34.875", "a"),
            ("bbox=138.3,34.85,138.34,34.88", "abc"),
            ("bbox=138.319,34.8699,138.3191,34.8701", "b"),
            ("answer.age=20s", "a"),
            ("answer.age=20s,30s", "ab"),
            ("answer.how=bus", "a"),
            ("answer.how=foot", "ab"),
            ("answer.score=4", "a"),
            ("answer.why=坂", "a"),
            ("unknown=1&cursor=x&limit=5", "abc"),
            ("category=", "abc"),
        ],
    )
    def test_each_field(self, query: str, found: str, project: Project, stranger: Person) -> None:
        assert "".join(text[0] for text in chosen(project, stranger, query)) == found

    def test_a_phase_by_its_id(self, project: Project, stranger: Person) -> None:
        phase = project.current_phase
        assert len(chosen(project, stranger, f"phase={phase.pk}")) == 1
        other = PhaseFactory(project=make_project())
        with pytest.raises(Problem):
            read(project, stranger, f"phase={other.pk}")

    def test_in_a_district(self, project: Project, stranger: Person) -> None:
        layer, features = towns(project)
        west = features["焼津第1自治会"].pk
        east = features["焼津第2自治会"].pk
        assert [text[0] for text in chosen(project, stranger, f"in={layer.pk}:{west}")] == [
            "a",
            "b",
        ]
        assert [text[0] for text in chosen(project, stranger, f"in={layer.pk}:{east}")] == ["b"]

    def test_outside_every_district(self, project: Project, stranger: Person) -> None:
        layer, __ = towns(project)
        assert chosen(project, stranger, f"in={layer.pk}:outside") == []
        OpinionFactory(project=project, text="海", place=pin(138.3405, 34.87))
        assert chosen(project, stranger, f"in={layer.pk}:outside") == ["海"]

    def test_within_a_drawn_area(self, project: Project, stranger: Person) -> None:
        drawn = area((LON - 0.001, LAT - 0.001), (LON + 0.001, LAT - 0.001), (LON, LAT + 0.001))
        assert len(chosen(project, stranger, {"within": json.dumps(drawn)})) == 1
        many = {"type": "MultiPolygon", "coordinates": [drawn["coordinates"]]}
        assert len(chosen(project, stranger, {"within": json.dumps(many)})) == 1

    def test_the_staff_reads_hidden_voices_by_asking_for_them(
        self, project: Project, stranger: Person, moderator: Person
    ) -> None:
        assert chosen(project, moderator, "state=hidden") == ["d"]
        assert len(chosen(project, moderator, "")) == 3
        with pytest.raises(Problem):
            read(project, stranger, "state=hidden")
        assert len(chosen(project, stranger, "state=published")) == 3


class TestRefusals:
    """Whatever can't be read is a 400 that names the parameter."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("category", "nothing"),
            ("category", ","),
            ("category", "a\x00"),
            ("outcome", "good"),
            ("geometry", "point"),
            ("phase", "later"),
            ("phase", "9" * 30),
            ("from", "yesterday"),
            ("from", "2026-13-01"),
            ("to", "9999-12-31"),
            ("to", "0001-01-01"),
            ("q", "あ" * 101),
            ("q", "a b c d e f g h i"),
            ("q", "\ud800"),
            ("bbox", "1,2,3"),
            ("bbox", "1,2,3,x"),
            ("bbox", "nan,0,1,1"),
            ("bbox", "10,0,5,1"),
            ("bbox", "0,0,181,1"),
            ("bbox", "-1e999,0,1,1"),
            ("in", "1"),
            ("in", "x:y"),
            ("in", "999999:1"),
            ("in", f"{'9' * 40}:1"),
            ("within", "POLYGON((0 0,1 0,1 1,0 0))"),
            ("within", "{}"),
            ("within", "[1]"),
            ("within", "null"),
            ("within", "[" * 5000 + "]" * 5000),
            ("within", '{"type":"Point","coordinates":[1,2]}'),
            ("within", '{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}'),
            ("within", '{"type":"Polygon","coordinates":[[[0,0],[NaN,1],[1,0],[0,0]]]}'),
            ("within", '{"type":"MultiPolygon","coordinates":[]}'),
            ("within", json.dumps({"type": "Polygon", "coordinates": [[[0, 0]] * 501]})),
            ("answer.nothing", "1"),
            ("basis", "both"),
            ("state", "withdrawn"),
        ],
    )
    def test_it_names_the_parameter(
        self, name: str, value: str, project: Project, stranger: Person
    ) -> None:
        with pytest.raises(Problem) as refused:
            read(project, stranger, {name: value})
        assert (refused.value.status, refused.value.code) == (400, "bad-filter")
        assert refused.value.members["parameter"] == name

    def test_a_feature_of_another_layer_is_refused(
        self, project: Project, stranger: Person
    ) -> None:
        layer, __ = towns(project)
        school = Feature.objects.get(name="焼津西小学校", layer__in_projects__project=project)
        with pytest.raises(Problem):
            read(project, stranger, f"in={layer.pk}:{school.pk}")

    def test_a_layer_of_another_project_is_refused(
        self, project: Project, stranger: Person
    ) -> None:
        layer, features = towns(make_project())
        with pytest.raises(Problem):
            read(project, stranger, f"in={layer.pk}:{features['焼津第1自治会'].pk}")

    def test_an_unpublished_layer_is_for_members(
        self, project: Project, stranger: Person, planner: Person
    ) -> None:
        layer, features = towns(project)
        Layer.objects.filter(pk=layer.pk).update(is_published=False)
        query = f"in={layer.pk}:{features['焼津第1自治会'].pk}"
        assert read(project, planner, query)
        with pytest.raises(Problem):
            read(project, stranger, query)

    def test_the_exact_basis_needs_the_right(
        self, project: Project, stranger: Person, planner: Person
    ) -> None:
        assert read(project, planner, "basis=exact").basis == "exact"
        with pytest.raises(Problem) as refused:
            read(project, stranger, "basis=exact")
        assert refused.value.status == 403


class TestTelling:
    """The choice in words and in an address."""

    def test_the_canonical_address_reads_back_the_same(
        self, project: Project, stranger: Person
    ) -> None:
        first = read(
            project, stranger, "q=道 幅&category=green&category=walk&limit=5&from=2026-01-01"
        )
        assert [name for name, __ in parse_qsl(first.query)] == ["category", "from", "q"]
        assert read(project, stranger, first.query).query == first.query

    def test_it_is_described_for_people(self, project: Project, planner: Person) -> None:
        layer, features = towns(project)
        west = features["焼津第1自治会"].pk
        made = read(
            project, planner, f"category=walk&in={layer.pk}:{west}&basis=exact&geometry=pin"
        )
        assert made.described() == [
            ("分類", "歩きにくい"),
            ("形", "点"),
            ("区域", "自治会：焼津第1自治会"),
            ("位置の精度", "描かれた位置"),
        ]

    def test_another_room_adds_a_field(
        self, project: Project, stranger: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(filters, "_fields", dict(filters._fields))

        def long(asked: Asked) -> tuple[Q, str, str]:
            return Q(text__regex=f"^.{{{asked.value},}}$"), asked.value, asked.value

        register_field(FilterField("longer", "長さ", long, "at least so many characters"))
        OpinionFactory(project=project, text="短い")
        OpinionFactory(project=project, text="とても長い声です")
        assert chosen(project, stranger, "longer=5") == ["とても長い声です"]
        assert ("longer", "5") in parse_qsl(read(project, stranger, "longer=5").query)
