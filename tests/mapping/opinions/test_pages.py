"""The resident's pages as a browser without scripts gets them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.utils import timezone

from mapping.accounts.models import hash_key, new_key
from mapping.opinions.models import ExactRead, Opinion, Placement
from mapping.opinions.pages import phase_strip, shown_categories
from mapping.projects.models import Project
from mapping.templatetags.koemap import module_graph
from tests.factories import OpinionFactory, PhaseFactory
from tests.people import Person

pytestmark = pytest.mark.django_db

# Whoever adds a query to the page of a project changes this number knowingly.
PAGE_QUERIES = 14
MOST_MODULES = 20
MOST_BYTES = 150_000


@pytest.fixture
def voices(project: Project) -> list[Opinion]:
    """Two voices, one about walking and one about trees."""
    walk, green, _ = project.categories.all()
    return [
        OpinionFactory(project=project, category=walk, text="歩道がせまい"),
        OpinionFactory(project=project, category=green, text="木かげがほしい", support_count=5),
    ]


class TestProjectPage:
    def test_a_stranger_reads_question_phase_and_voices(
        self, stranger: Person, project: Project, voices: list[Opinion]
    ):
        page = stranger.get(project.get_absolute_url()).content.decode()
        for words in (
            "歩いていて困るところはどこですか？",
            "歩道がせまい",
            "木かげがほしい",
            "アイデア",
        ):
            assert words in page

    def test_the_form_filters_without_scripts(
        self, stranger: Person, project: Project, voices: list[Opinion]
    ):
        page = stranger.get(project.get_absolute_url(), {"category": "green"}).content.decode()
        assert "木かげがほしい" in page
        assert "歩道がせまい" not in page
        assert "全2件のうち" in page

    def test_the_page_speaks_of_public_places_to_planners_too(
        self, planner: Person, project: Project, voices: list[Opinion]
    ):
        layer = project.project_layers.get(layer__name__ja="自治会").layer
        drawn, *_rest = layer.features.all()
        Placement.objects.filter(basis="public").delete()
        query = {"in": f"{layer.pk}:{drawn.pk}", "basis": "exact"}
        page = planner.get(project.get_absolute_url(), query).content.decode()
        assert "歩道がせまい" not in page
        assert not ExactRead.objects.exists()

    def test_the_most_supported_comes_first_when_asked(
        self, stranger: Person, project: Project, voices: list[Opinion]
    ):
        page = stranger.get(project.get_absolute_url(), {"order": "support"}).content.decode()
        assert page.index("木かげがほしい") < page.index("歩道がせまい")

    def test_a_filter_that_nobody_can_read_shows_everything(
        self, stranger: Person, project: Project, voices: list[Opinion]
    ):
        answer = stranger.get(project.get_absolute_url(), {"from": "きのう", "cursor": "x"})
        assert answer.status_code == 200
        assert "歩道がせまい" in answer.content.decode()

    def test_a_voice_cannot_leave_the_data_island(self, stranger: Person, project: Project):
        OpinionFactory(project=project, text="</script><script>alert(1)</script>")
        page = stranger.get(project.get_absolute_url()).content.decode()
        assert "<script>alert" not in page

    def test_hidden_voices_are_not_listed(
        self, stranger: Person, project: Project, voices: list[Opinion]
    ):
        Opinion.objects.filter(pk=voices[0].pk).update(state="hidden")
        assert "歩道がせまい" not in stranger.get(project.get_absolute_url()).content.decode()

    def test_a_draft_is_for_its_own_people(
        self, stranger: Person, planner: Person, project: Project
    ):
        Project.objects.update(visibility="draft")
        assert stranger.get(project.get_absolute_url()).status_code == 404
        assert planner.get(project.get_absolute_url()).status_code == 200

    def test_outside_its_phase_the_page_says_that_it_is_closed(
        self, stranger: Person, project_in_phase: Callable[..., Project]
    ):
        page = stranger.get(project_in_phase("results").get_absolute_url()).content.decode()
        assert "声は受けつけていません" in page
        assert "data-add" not in page

    def test_more_voices_cost_no_more_queries(
        self,
        stranger: Person,
        project: Project,
        voices: list[Opinion],
        django_assert_max_num_queries: Callable,
    ):
        for number in range(8):
            OpinionFactory(project=project, text=f"声 {number}")
        cache.clear()
        with django_assert_max_num_queries(PAGE_QUERIES):
            stranger.get(project.get_absolute_url())


class TestPhaseStrip:
    def test_it_knows_past_present_and_future(self, project: Project):
        now = timezone.now()
        PhaseFactory(
            project=project, kind="information",
            starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=2),
        )  # fmt: skip
        PhaseFactory(
            project=project, kind="results",
            starts_at=now + timedelta(days=40), ends_at=now + timedelta(days=50),
        )  # fmt: skip
        strip = phase_strip(Project.objects.get(pk=project.pk), now)
        assert [step["when"] for step in strip] == ["past", "now", "next"]
        assert 0 < strip[1]["percent"] < 10


class TestColours:
    def test_the_ninth_category_shares_grey(self):
        looks = shown_categories([{"slug": f"c{n}", "colour": "#0072b2"} for n in range(10)])
        assert [look["colour"] for look in looks.values()] == ["#0072b2"] * 8 + ["#6f7078"] * 2


class TestWeight:
    """What a phone loads before the map shows."""

    def test_the_first_view_loads_twenty_modules_at_most(self):
        assert len(module_graph("js/project.js")) <= MOST_MODULES

    def test_and_no_more_than_150_kilobytes_of_script(self):
        vendored = [
            "vendor/leaflet/leaflet.js",
            "vendor/protomaps-leaflet/protomaps-leaflet.js",
            "vendor/supercluster/supercluster.min.js",
        ]
        sent = sum(
            len(gzip.compress(Path(finders.find(path)).read_bytes()))
            for path in (*module_graph("js/project.js"), *vendored)
        )
        assert sent <= MOST_BYTES


class TestVoicePage:
    @pytest.fixture
    def key(self, project: Project) -> str:
        """The key of a voice sent a moment ago."""
        made = new_key()
        OpinionFactory(project=project, text="消したい声", manage_key_hash=hash_key(made))
        return made

    def test_a_pasted_link_opens_rewords_and_withdraws(self, resident: Person, key: str):
        browser = resident.web
        browser.post("/voice/", {"key": f"https://example.jp/voice/#{key}"})
        assert "消したい声" in browser.get("/voice/").content.decode()
        browser.post("/voice/", {"action": "edit", "text": "書きなおした声"})
        assert Opinion.objects.get().text == "書きなおした声"
        browser.post("/voice/", {"action": "withdraw"})
        assert Opinion.objects.get().state == "withdrawn"
        assert "書きなおした声" not in browser.get("/voice/").content.decode()

    def test_a_wrong_key_opens_nothing_and_says_so(self, stranger: Person, key: str):
        answer = stranger.web.post("/voice/", {"key": new_key()})
        assert answer.status_code == 422
        assert "消したい声" not in answer.content.decode()

    def test_without_a_session_nothing_can_be_withdrawn(self, stranger: Person, key: str):
        assert stranger.web.post("/voice/", {"action": "withdraw"}).status_code == 422
        assert Opinion.objects.get().state == "published"
