"""The demo: four real cities, whole, credited, and the same however often it is run."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.contrib.gis.db.models.functions import Transform
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext

from layers.models import Feature, Layer
from mapping.accounts.models import Membership, User, check_digit
from mapping.demo.definitions import CITIES, City, read_city
from mapping.demo.readers import category_slug, read_voices
from mapping.demo.signins import email_of, signins_file
from mapping.dialogue.models import Comment, Support
from mapping.opinions.models import Basis, Opinion, Placement
from mapping.projects.models import Project, ProjectLayer
from mapping.projects.tiles import ROLES
from tests.demo_fixtures import signins_of
from tests.people import Person

pytestmark = pytest.mark.django_db
Demo = Callable[[str], City]

COLOURS_AT_MOST = 8
FACTS_OF_PLACES = {"yaizu": 6676, "washington-dc": 32618, "fukui": 6674, "hino": 6677}


@pytest.fixture(scope="module")
def cities(demo: Demo) -> dict[str, City]:
    """All four, loaded."""
    return {name: demo(name) for name in CITIES}


def project_of(city: City) -> Project:
    """The city's project."""
    return Project.objects.get(slug=city.slug)


def run_demo(*arguments: str) -> list[str]:
    """What the command prints, by line."""
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue().splitlines()


def voices_by_district(city: City, slug: str) -> dict[str, int]:
    """Voices of each feature of a grouping layer by public place, features without any included."""
    layer = Layer.objects.get(slug=slug, organisation__code=city.organisation["code"])
    counted = Placement.objects.filter(layer=layer, basis__in=[Basis.PUBLIC, Basis.BOTH])
    by_feature = dict(counted.values_list("feature").annotate(n=Count("opinion", distinct=True)))
    return {one.name: by_feature.get(one.pk, 0) for one in layer.features.all()}


def test_every_city_brings_as_many_voices_as_its_source(cities: dict[str, City]) -> None:
    counts = {name: project_of(city).opinions.count() for name, city in cities.items()}
    assert counts["washington-dc"] == 5026
    assert counts["fukui"] == 3000
    assert counts["hino"] == 0
    assert counts["yaizu"] == len(list(read_voices(cities["yaizu"]))) >= 400
    kinds = Counter(project_of(cities["yaizu"]).opinions.values_list("kind", flat=True))
    assert kinds["line"] >= 60 and kinds["area"] >= 60
    texts = project_of(cities["washington-dc"]).opinions.exclude(text="").count()
    assert texts == 4536


def test_a_second_run_finds_everything_in_place(
    cities: dict[str, City], django_assert_max_num_queries: Callable[[int], CaptureQueriesContext]
) -> None:
    before = Opinion.objects.count(), Feature.objects.count(), User.objects.count()
    with django_assert_max_num_queries(len(CITIES)):
        lines = run_demo()
    assert [line for line in lines if "読み込みずみ" in line] == [
        f"{city.organisation['name']['ja']}：読み込みずみ" for city in cities.values()
    ]
    assert (Opinion.objects.count(), Feature.objects.count(), User.objects.count()) == before


def test_hino_loaded_anew_is_the_same_but_for_what_was_said_since(
    cities: dict[str, City], resident: Person
) -> None:
    city = cities["hino"]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [139.3950, 35.6713]},
        "properties": {
            "client_id": "5b0c3f9e-3f0e-4a55-9c0e-d6a1c1c0a001",
            "category": "water",
            "text": "用水のそばに腰かける場所を",
        },
    }
    sent = resident.post(f"projects/{city.slug}/opinions/", feature)
    assert sent.status_code == 201, sent.content
    features = Feature.objects.count()
    passwords = signins_file().read_text(encoding="utf-8")
    assert any("声0件" in line for line in run_demo("--reload", "hino"))
    assert not project_of(city).opinions.exists()
    assert Feature.objects.count() == features
    assert signins_file().read_text(encoding="utf-8") == passwords


def test_the_command_names_the_cities_there_are() -> None:
    with pytest.raises(CommandError, match="atlantis.*yaizu, washington-dc, fukui, hino"):
        run_demo("--reload", "atlantis")


def test_every_voice_lies_on_the_ground_of_its_project(cities: dict[str, City]) -> None:
    for city in cities.values():
        project = project_of(city)
        told = Project.objects.annotate(m=Transform("area", project.metric_srid)).get(pk=project.pk)
        ground = shapely.from_wkb(bytes(told.m.wkb)).buffer(project.tolerance_m)
        shapely.prepare(ground)
        drawn = project.opinions.annotate(m=Transform("geometry", project.metric_srid))
        shapes = shapely.from_wkb([bytes(m.wkb) for m in drawn.values_list("m", flat=True)])
        assert np.all(shapely.covers(ground, shapes)), city.slug


def test_every_neighbourhood_of_yaizu_has_three_voices(cities: dict[str, City]) -> None:
    counts = voices_by_district(cities["yaizu"], "jichikai")
    assert len(counts) == 35
    assert min(counts.values()) >= 3, counts


def test_yaizus_voices_say_that_they_are_samples(cities: dict[str, City]) -> None:
    project = project_of(cities["yaizu"])
    assert project.voices_note == {"ja": "サンプルの声", "en": "Sample voice"}
    assert set(project.opinions.values_list("source", flat=True)) == {Opinion.Source.SAMPLE}


def test_real_voices_are_marked_as_taken_over(cities: dict[str, City]) -> None:
    for name in ("washington-dc", "fukui"):
        project = project_of(cities[name])
        assert set(project.opinions.values_list("source", flat=True)) == {Opinion.Source.IMPORT}
        assert not project.voices_note


def test_replies_and_supports_are_rows_that_add_up(cities: dict[str, City]) -> None:
    voices = project_of(cities["yaizu"]).opinions
    assert voices.filter(comment_count__gt=0).count() >= 120
    for voice in voices.annotate(
        replies=Count("comments", distinct=True), hearts=Count("supports", distinct=True)
    ):
        assert (voice.comment_count, voice.support_count) == (voice.replies, voice.hearts)
    assert Support.objects.filter(created_at__gt=datetime.now(UTC)).count() == 0


def test_nobody_supports_their_own_voice_and_nobody_can_act_as_them(
    cities: dict[str, City],
) -> None:
    voices = project_of(cities["yaizu"]).opinions
    for voice in voices.prefetch_related("supports"):
        assert voice.participant_id not in {one.participant_id for one in voice.supports.all()}
    assert not voices.exclude(participant__key_hash=None).exists()
    assert not voices.exclude(manage_key_hash="").exists()
    assert not Comment.objects.filter(opinion__in=voices.all(), participant=None).exists()


def test_every_voice_knows_the_phase_it_was_made_in(cities: dict[str, City]) -> None:
    for city in cities.values():
        project = project_of(city)
        for voice in project.opinions.select_related("phase"):
            assert voice.phase is not None and voice.phase.runs_at(voice.created_at), voice


def test_fukuis_pins_stand_exactly_where_their_area_is(cities: dict[str, City]) -> None:
    city = cities["fukui"]
    told = np.array([voice.geometry["coordinates"] for voice in read_voices(city)])
    anchors = Counter(
        (anchor.x, anchor.y)
        for anchor in project_of(city).opinions.values_list("anchor", flat=True)
    )
    # Anchors are published with 6 decimals, so within half of the last one (and a hair).
    for anchor in anchors:
        assert np.abs(told - anchor).max(axis=1).min() < 0.6e-6
    assert len(anchors) < 100 and anchors.most_common(1)[0][1] > 100


def test_dcs_categories_are_the_17_kinds_of_request(cities: dict[str, City]) -> None:
    city = cities["washington-dc"]
    project = project_of(city)
    names = {category.slug: category.name["en"] for category in project.categories.all()}
    assert len(names) == 17
    assert all(category_slug(name) == slug for slug, name in names.items())
    used = Counter(project.opinions.values_list("category__name__en", flat=True))
    assert used["Speeding"] == 721 and used["Blocking the bikebox"] == 86
    usertypes = Counter(project.opinions.values_list("answers__usertype", flat=True))
    assert usertypes == {"Pedestrian": 2710, "Biker": 1493, "Car Driver": 817, None: 6}


def test_at_most_eight_colours_and_every_category_has_an_icon_of_its_own(
    cities: dict[str, City],
) -> None:
    sprite = (settings.BASE_DIR / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    for city in cities.values():
        categories = list(project_of(city).categories.all())
        assert len({category.colour for category in categories}) <= COLOURS_AT_MOST
        icons = [category.icon for category in categories]
        assert len(set(icons)) == len(icons)
        assert all(f'id="icon-{icon}"' in sprite for icon in icons), icons


def test_every_layer_and_every_real_voice_is_credited(cities: dict[str, City]) -> None:
    for city in cities.values():
        layers = Layer.objects.filter(organisation__code=city.organisation["code"])
        assert layers.count() == len(city.layers)
        assert not layers.filter(credit="").exists() and not layers.filter(licence="").exists()
        assert project_of(city).credit or not project_of(city).opinions.exists()
    shown = set(Layer.objects.values_list("credit", flat=True))
    for wanted in (
        "出典：焼津市オープンデータ（公共データ利用規約 第1.0版）を加工して作成",
        "Data: DC Office of the Chief Technology Officer, opendata.dc.gov (CC BY 4.0), modified",
        "福井県観光アンケート © 福井県観光連盟 (CC BY 4.0)、一部加工",
        "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成",
        "出典：国土地理院「指定緊急避難場所・指定避難所データ」を加工して作成",
    ):
        assert wanted in shown


def test_everything_authored_speaks_japanese_and_english(cities: dict[str, City]) -> None:
    def both(texts: dict[str, str]) -> bool:
        return not texts or bool(texts.get("ja") and texts.get("en"))

    for city in cities.values():
        project = project_of(city)
        assert project.title and both(project.title) and both(project.question)
        assert both(project.description) and both(project.department) and both(project.voices_note)
        assert all(both(one.name) for one in project.categories.all())
        assert all(both(one.title) for one in project.phases.all())
        for shown in project.project_layers.select_related("layer"):
            layer = shown.layer
            texts = [layer.name, layer.note, layer.outside_label, layer.sentence]
            texts += [one["label"] for one in layer.fields]
            texts += [one["label"] for one in layer.style.get("classes", [])]
            assert all(map(both, texts)), layer.slug
            assert not layer.is_grouping or layer.outside_label


def test_grouping_layers_share_out_their_ground_without_overlap(cities: dict[str, City]) -> None:
    grouping = Layer.objects.filter(is_grouping=True)
    assert grouping.count() == 12
    assert not grouping.filter(is_partition=False).exists()


def test_styles_know_every_class_of_their_layer(cities: dict[str, City]) -> None:
    layers = Layer.objects.filter(style__has_key="property")
    assert layers.count() == 3
    for layer in layers:
        attribute = f"attributes__{layer.style['property']}"
        values = set(layer.features.values_list(attribute, flat=True))
        assert values <= {one["value"] for one in layer.style["classes"]}, layer.slug


def test_every_project_has_a_base_map_of_known_roles(cities: dict[str, City]) -> None:
    for city in cities.values():
        rows = ProjectLayer.objects.filter(project__slug=city.slug, use=ProjectLayer.Use.BASE)
        roles = set(rows.values_list("base_role", flat=True))
        assert {"land", "neighbour", "place"} <= roles <= set(ROLES), city.slug
    for name in ("yaizu", "washington-dc"):
        rows = ProjectLayer.objects.filter(project__slug=cities[name].slug)
        assert {"road", "park", "zoning", "bus"} <= set(rows.values_list("base_role", flat=True))


def test_a_stranger_counts_washington_by_ward_and_by_hexagon_with_one_query_each(
    cities: dict[str, City],
) -> None:
    project = project_of(cities["washington-dc"])
    wards = Layer.objects.get(slug="wards", organisation=project.organisation)
    stranger = Person()
    with CaptureQueriesContext(connection) as counting:
        summary = stranger.get(f"projects/{project.slug}/summary/", {"by": wards.pk}).json()
    with CaptureQueriesContext(connection) as heating:
        cells = stranger.get(f"projects/{project.slug}/cells/", {"zoom": 12}).json()

    for queries in (counting, heating):
        assert len([one for one in queries if "opinions_opinion" in one["sql"]]) == 1
    assert {row["name"]: row["count"] for row in summary["features"]} == voices_by_district(
        cities["washington-dc"], "wards"
    )
    assert summary["total"] == cells["total"] == 5026
    inside = sum(row["count"] for row in summary["features"])
    assert inside + summary["outside"]["count"] == 5026


def test_hinos_computed_towns_are_labelled_so(cities: dict[str, City]) -> None:
    for slug in ("towns", "districts"):
        layer = Layer.objects.get(slug=slug, organisation__code="132128")
        assert layer.note["ja"] == "およその区域（代表点から計算）"
        assert "pproximate" in layer.name["en"] and "およそ" in layer.name["ja"]


def test_places_are_measured_in_the_zone_of_their_city(cities: dict[str, City]) -> None:
    srids = {name: project_of(city).metric_srid for name, city in cities.items()}
    assert srids == FACTS_OF_PLACES


def test_codes_carry_their_check_digit() -> None:
    codes = [read_city(name).organisation["code"] for name in CITIES]
    numbers = [code for code in codes if code.isdigit()]
    assert numbers == ["222127", "180009", "132128"]
    assert all(int(code[5]) == check_digit(code) for code in numbers)


def test_staff_sign_in_with_the_passwords_of_the_file(cities: dict[str, City]) -> None:
    city = cities["yaizu"]
    passwords = signins_of(signins_file().parent)
    roles = dict(
        Membership.objects.filter(organisation__code="222127").values_list("user__email", "role")
    )
    assert set(roles.values()) == {"moderator", "planner", "gis", "admin"}
    for role in roles.values():
        email = email_of(city, role)
        assert User.objects.get(email=email).check_password(passwords[email])
        assert len(passwords[email]) >= 12
    assert Client().login(username=email, password="wrong") is False
    assert signins_file().stat().st_mode & 0o077 == 0


def test_lost_passwords_are_made_anew(cities: dict[str, City]) -> None:
    city = cities["hino"]
    email = email_of(city, "planner")
    kept = signins_file().read_text(encoding="utf-8")
    before = signins_of(signins_file().parent)[email]
    signins_file().unlink()
    run_demo("hino")
    after = signins_of(signins_file().parent)[email]
    signins_file().write_text(kept, encoding="utf-8")
    assert after != before
    assert User.objects.get(email=email).check_password(after)
