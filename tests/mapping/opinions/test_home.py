"""What the first screen shows, to whom, and what it costs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mapping.opinions.models import Opinion
from mapping.opinions.states import State
from mapping.projects.models import Project
from tests import places
from tests.factories import OpinionFactory, OrganisationFactory, make_project
from tests.people import Person

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20
WORDS = "ここにベンチがほしいです。"


def island(html: str) -> dict[str, Any]:
    """What the page tells its scripts."""
    found = re.search(r'<script id="home-data" type="application/json">(.*?)</script>', html, re.S)
    assert found
    return json.loads(found[1])


def home(person: Person) -> str:
    """The first screen."""
    answer = person.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def speak(project: Project, count: int, **more: Any) -> list[Opinion]:
    """Voices 80 m apart with words that fit a bubble."""
    return [
        OpinionFactory(
            project=project,
            text=f"{WORDS}{number}",
            place=places.pin(138.312 + 0.0008 * (number % 10), 34.862 + 0.0008 * (number // 10)),
            **more,
        )
        for number in range(count)
    ]


class TestWhichProject:
    def test_the_most_spoken_in_open_one_fills_the_screen(self, stranger: Person) -> None:
        quiet = make_project("ideas")
        loud = make_project("ideas", slug="loud")
        over = make_project(None, slug="over")
        speak(quiet, 1)
        speak(loud, 3)
        for number in range(5):
            OpinionFactory(project=over, text=f"{number}")

        assert island(home(stranger))["project"]["slug"] == "loud"

    def test_without_an_open_one_the_last_is_there_to_read(self, stranger: Person) -> None:
        over = make_project(None, slug="over")
        speak(over, 2)

        html = home(stranger)

        assert island(html)["project"]["slug"] == "over"
        assert "#view=add" not in html

    def test_drafts_and_unlisted_ones_are_not_shown(self, planner: Person) -> None:
        make_project("ideas", slug="draft", visibility="draft")
        make_project("ideas", slug="unlisted", visibility="unlisted")

        html = home(planner)

        assert "/projects/draft/" not in html
        assert "/projects/unlisted/" not in html
        assert "いま公開しているプロジェクトはありません" in html


class TestWhichVoices:
    def test_the_first_three_lie_apart(self, stranger: Person, project: Project) -> None:
        speak(project, 40)

        first = [voice["anchor"] for voice in island(home(stranger))["voices"][:3]]

        pairs = [(a, b) for i, a in enumerate(first) for b in first[i + 1 :]]
        apart = [places.metres_apart(places.point(*a), places.point(*b)) for a, b in pairs]
        assert len(first) == 3
        assert min(apart) > 200

    def test_one_place_opens_one_voice(self, stranger: Person, project: Project) -> None:
        for _number in range(5):
            OpinionFactory(project=project, text=WORDS)

        assert len(island(home(stranger))["voices"]) == 1

    @pytest.mark.parametrize("state", [State.HIDDEN, State.WAITING])
    def test_what_is_not_public_is_nowhere(
        self, stranger: Person, project: Project, state: str
    ) -> None:
        speak(project, 3)
        secret = OpinionFactory(project=project, text="電話は054-000-0000です。")
        Opinion.objects.filter(pk=secret.pk).update(state=state)

        html = home(stranger)

        assert "054-000-0000" not in html
        assert "<strong>3件</strong>" in html
        assert html.count("<circle") == 3

    def test_a_voice_without_words_opens_no_bubble(
        self, stranger: Person, project: Project
    ) -> None:
        OpinionFactory(project=project, text="", category=project.categories.first())

        assert island(home(stranger))["voices"] == []

    def test_nothing_gives_a_place_finer_than_the_grid(
        self, stranger: Person, project_in_phase: Callable[..., Project]
    ) -> None:
        project = project_in_phase("ideas", grid_m=500)
        drawn = (138.31234567, 34.87123456)
        OpinionFactory(project=project, text=WORDS, place=places.pin(*drawn))

        html = home(stranger)

        assert "138.3123" not in html
        assert "34.8712" not in html

    def test_words_are_never_markup(self, stranger: Person, project: Project) -> None:
        OpinionFactory(project=project, text="<script>alert(1)</script>とてもよい道")

        assert "<script>alert" not in home(stranger)


class TestTheLineOfFact:
    def test_it_counts_voices_and_the_districts_they_come_from(
        self, stranger: Person, project: Project
    ) -> None:
        OpinionFactory(project=project, text=WORDS, place=places.pin(*places.STATION))
        OpinionFactory(project=project, text=WORDS, place=places.pin(*places.PARK))

        html = home(stranger)

        assert "<strong>2件</strong>の声" in html
        assert "<strong>2</strong>の自治会から" in html


class TestWhatItCosts:
    def test_more_voices_and_projects_ask_no_more_questions(self, stranger: Person) -> None:
        project = make_project("ideas")
        speak(project, 2)
        home(stranger)
        with CaptureQueriesContext(connection) as few:
            home(stranger)

        speak(project, 40)
        for number in range(5):
            other = make_project(
                "ideas", slug=f"more-{number}", organisation=OrganisationFactory(code=f"o{number}")
            )
            speak(other, 2)
        with CaptureQueriesContext(connection) as many:
            home(stranger)

        assert len(many) == len(few)
        assert len(many) <= MOST_QUERIES
