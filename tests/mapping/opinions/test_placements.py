"""Placements: equal to a brute-force count with shapely over Yaizu's real districts."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path

import pytest
import shapely
from django.conf import settings as django_settings
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db.models import Sum
from pyproj import Transformer
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from layers.models import Feature, Layer
from layers.signals import layer_imported
from mapping.opinions.models import Opinion, Placement
from mapping.opinions.placements import place, shares_of
from mapping.opinions.writing import save_many
from mapping.projects.models import Project
from tests.factories import (
    FeatureFactory,
    OpinionFactory,
    ProjectFactory,
    ProjectLayerFactory,
    make_layer,
    make_project,
)
from tests.places import (
    EAST,
    FLOOD,
    HALF,
    MIDDLE,
    NORTH,
    STATION,
    TOWNS,
    area,
    box,
    line,
    pin,
    point,
)

DISTRICTS = Path(django_settings.BASE_DIR) / "mapping/demo/data/yaizu"
pytestmark = pytest.mark.django_db


def shares(voice: Opinion, layer: Layer, basis: str = "public") -> dict[str, float]:
    """Share by name of the feature."""
    rows = voice.placements.filter(layer=layer, basis__in=(basis, "both"))
    return dict(rows.values_list("feature__name", "share"))


def towns(project: Project) -> Layer:
    """The towns of a test project."""
    return Layer.objects.filter(in_projects__project=project, name__ja="自治会").distinct().get()


class TestByHand:
    """Small cases that one can check in one's head."""

    def test_a_pin_counts_wholly_where_it_lies(self, project: Project) -> None:
        voice = OpinionFactory(project=project)
        assert shares(voice, towns(project)) == {"焼津第1自治会": 1}

    def test_a_pin_on_a_shared_border_belongs_to_the_lowest_id(self) -> None:
        project = make_project(grid_m=0)
        corner = OpinionFactory(project=project, place=pin(MIDDLE, HALF))
        assert shares(corner, towns(project)) == {"焼津第1自治会": 1}

    def test_where_areas_overlap_a_pin_lies_in_each(self) -> None:
        project = make_project(grid_m=0)
        flood = make_layer(project, "浸水", FLOOD, kind="hazard", is_partition=False)
        voice = OpinionFactory(project=project, place=pin(138.32, 34.865))
        assert shares(voice, flood) == {"0.5m未満": 1, "0.5m以上1m未満": 1}

    def test_a_line_counts_by_length(self) -> None:
        project = make_project(grid_m=0)
        quarter = line((MIDDLE - 0.001, 34.87), (MIDDLE + 0.003, 34.87))
        voice = OpinionFactory(project=project, place=quarter)
        assert shares(voice, towns(project)) == pytest.approx(
            {"焼津第1自治会": 0.25, "焼津第2自治会": 0.75}, abs=1e-4
        )

    def test_an_area_counts_by_area(self) -> None:
        project = make_project(grid_m=0)
        corners = [(MIDDLE - 0.001, HALF), (MIDDLE + 0.003, HALF), (MIDDLE + 0.003, HALF + 0.002),
                   (MIDDLE - 0.001, HALF + 0.002)]  # fmt: skip
        voice = OpinionFactory(project=project, place=area(*corners))
        assert shares(voice, towns(project)) == pytest.approx(
            {"焼津第1自治会": 0.25, "焼津第2自治会": 0.75}, abs=1e-3
        )

    def test_a_line_along_a_border_is_counted_once_in_all(self) -> None:
        project = make_project(grid_m=0)
        along = line((138.305, HALF), (138.315, HALF))
        voice = OpinionFactory(project=project, place=along)
        found = shares(voice, towns(project))
        assert set(found) == {"焼津第1自治会", "大富第3自治会"}
        assert sum(found.values()) == pytest.approx(1)

    def test_what_only_touches_is_not_placed(self) -> None:
        project = make_project(grid_m=0)
        voice = OpinionFactory(project=project, place=line((138.315, 34.87), (MIDDLE, 34.87)))
        assert set(shares(voice, towns(project))) == {"焼津第1自治会"}

    def test_half_outside_leaves_a_half(self) -> None:
        project = make_project(grid_m=0)
        outward = line((EAST - 0.0005, 34.87), (EAST + 0.0005, 34.87))
        voice = OpinionFactory(project=project, place=outward)
        assert sum(shares(voice, towns(project)).values()) == pytest.approx(0.5, abs=1e-3)

    def test_bases_differ_when_the_grid_moves_a_voice_over_the_border(self) -> None:
        project = make_project(grid_m=500)
        at = [point(MIDDLE + step * 0.0005, 34.872) for step in range(-8, 8)]
        voices = [OpinionFactory(project=project, place=place_) for place_ in at]
        moved = [
            voice for voice in voices
            if shares(voice, towns(project)) != shares(voice, towns(project), "exact")
        ]  # fmt: skip
        assert moved

    def test_a_collapsed_line_counts_like_a_pin(self) -> None:
        project = make_project(grid_m=500)
        lon, lat = STATION
        voice = OpinionFactory(project=project, place=line((lon, lat), (lon + 0.00002, lat)))
        assert voice.is_collapsed
        assert list(shares(voice, towns(project)).values()) == [1]

    def test_the_preview_tells_the_same_shares(self) -> None:
        project = make_project(grid_m=10)
        drawn = line((MIDDLE - 0.002, 34.87), (MIDDLE + 0.003, 34.871))
        voice = OpinionFactory(project=project, place=drawn)
        told = {
            row["name"]: row["share"]
            for row in shares_of(project, voice.public_geometry)
            if row["layer"] == "自治会"
        }
        assert told == pytest.approx(shares(voice, towns(project)))

    def test_only_grouping_layers_of_the_own_project(self, project: Project) -> None:
        make_layer(project, "公園", {"公園": TOWNS["焼津第1自治会"]}, is_grouping=False)
        make_layer(make_project(), "よその区域", TOWNS)
        voice = OpinionFactory(project=project)
        layers = voice.placements.values_list("layer__name__ja", flat=True)
        assert set(layers) == {"自治会", "小学校区", "用途地域"}


class TestImportedLayers:
    """A layer that is imported again has new features."""

    def test_voices_are_placed_anew(self, project: Project) -> None:
        voice = OpinionFactory(project=project)
        layer = towns(project)
        Feature.objects.filter(layer=layer).delete()
        assert not shares(voice, layer)
        FeatureFactory(layer=layer, name="ひとつの区域", geometry=box(138.3, 34.85, 138.34, 34.88))
        layer_imported.send(sender=Layer, layer=layer)
        voice.refresh_from_db()
        assert shares(voice, layer) == {"ひとつの区域": 1}
        assert voice.here[0]["text"] == "ひとつの区域"
        assert voice.placements.filter(basis="public").count() == 3

    def test_a_layer_that_a_project_shows_later_counts_older_voices_too(
        self, project: Project
    ) -> None:
        voice = OpinionFactory(project=project)
        later = make_layer(project, "あとからの区域", {"西": box(138.29, 34.84, 138.32, 34.89)})
        assert shares(voice, later) == {"西": 1}
        voice.refresh_from_db()
        assert "西" in [fact["text"] for fact in voice.here]

    def test_other_layers_keep_their_placements(self, project: Project) -> None:
        voice = OpinionFactory(project=project)
        before = set(voice.placements.values_list("pk", flat=True))
        place([voice.pk], [towns(project)])
        after = set(voice.placements.values_list("pk", flat=True))
        assert len(before & after) == 4

    def test_a_withdrawn_voice_has_no_place(self, project: Project) -> None:
        from mapping.opinions.writing import withdraw

        voice = OpinionFactory(project=project)
        withdraw(voice)
        place([voice.pk])
        assert not Placement.objects.filter(opinion=voice).exists()


class BruteForce:
    """Shares by shapely and pyproj alone."""

    def __init__(self, srid: int) -> None:
        self._turn = Transformer.from_crs(4326, srid, always_xy=True).transform

    def size(self, geometry: BaseGeometry, dims: int) -> float:
        """Metres or square metres."""
        metric = shapely.transform(geometry, self._turn, interleaved=False)
        return metric.length if dims == 1 else metric.area

    def shares(self, drawn: BaseGeometry, districts: dict[int, BaseGeometry]) -> dict[int, float]:
        """Share of each district that the shape touches."""
        dims = shapely.get_dimensions(drawn)
        if dims == 0:
            covering = sorted(pk for pk, district in districts.items() if district.covers(drawn))
            return {covering[0]: 1.0} if covering else {}
        whole = self.size(drawn, dims)
        parts = {
            pk: self.size(district.intersection(drawn), dims) / whole
            for pk, district in districts.items()
        }
        return {pk: share for pk, share in parts.items() if share > 1e-7}


@pytest.fixture(scope="module")
def jichikai() -> dict[str, BaseGeometry]:
    """Yaizu's 35 neighbourhood associations, made valid."""
    value = json.loads((DISTRICTS / "jichikai.geojson").read_text())
    return {
        item["properties"]["name"]: shapely.make_valid(shape(item["geometry"]))
        for item in value["features"]
    }


def polygons(geometry: BaseGeometry) -> GEOSGeometry:
    """Only its areas, as GEOS MultiPolygon."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return MultiPolygon(
        [GEOSGeometry(memoryview(part.wkb), srid=4326) for part in parts], srid=4326
    )


@pytest.mark.parametrize("grid", [0, 50])
def test_placements_equal_a_brute_force_count(grid: int, jichikai: dict[str, BaseGeometry]) -> None:
    whole = shapely.union_all(list(jichikai.values()))
    project = ProjectFactory(area=polygons(shapely.make_valid(whole)), grid_m=grid)
    layer = make_layer(project, "自治会", {}, is_partition=True)
    districts = {
        FeatureFactory(layer=layer, name=name, geometry=polygons(found)).pk: found
        for name, found in jichikai.items()
    }
    voices = save_many(
        [Opinion(project=project, client_id=number, text="声", geometry=drawn, state="published")
         for number, drawn in random_places(whole, 90)],
        project,
    )  # fmt: skip
    brute = BruteForce(project.metric_srid)
    for basis, column in (("public", "public_geometry"), ("exact", "geometry")):
        placed: dict[int, dict[int, float]] = defaultdict(dict)
        for pk, feature, share in Placement.objects.on(basis).values_list(
            "opinion", "feature", "share"
        ):
            placed[pk][feature] = share
        for voice in voices:
            wanted = brute.shares(shapely.from_wkb(bytes(getattr(voice, column).wkb)), districts)
            overlap = max(1.0, sum(wanted.values()))
            assert placed[voice.pk] == pytest.approx(
                {pk: share / overlap for pk, share in wanted.items()}, abs=2e-4
            ), (basis, voice.kind)


def test_over_a_partition_features_and_outside_make_the_whole(
    jichikai: dict[str, BaseGeometry],
) -> None:
    whole = shapely.union_all(list(jichikai.values()))
    project = ProjectFactory(area=polygons(shapely.make_valid(whole.buffer(0.02))), grid_m=10)
    layer = make_layer(project, "自治会", {}, is_partition=True)
    for name, found in jichikai.items():
        FeatureFactory(layer=layer, name=name, geometry=polygons(found))
    voices = save_many(
        [Opinion(project=project, client_id=number, text="声", geometry=drawn, state="published")
         for number, drawn in random_places(whole.buffer(0.015), 60)],
        project,
    )  # fmt: skip
    sums = Placement.objects.on("public").values("opinion").annotate(whole=Sum("share"))
    inside = {row["opinion"]: row["whole"] for row in sums}
    assert all(share <= 1 + 1e-9 for share in inside.values())
    outside = sum(1 - inside.get(voice.pk, 0) for voice in voices)
    assert 0 < outside < len(voices)
    assert sum(inside.values()) + outside == pytest.approx(len(voices))


def random_places(ground: BaseGeometry, count: int) -> list[tuple[str, GEOSGeometry]]:
    """Pins, lines and areas in turn whose vertices lie on the ground; always the same ones."""
    import uuid

    chance = random.Random(1896)
    west, south, east, north = ground.bounds
    shapely.prepare(ground)

    def spot(near: tuple[float, float] | None = None) -> tuple[float, float]:
        while True:
            if near is None:
                x, y = chance.uniform(west, east), chance.uniform(south, north)
            else:
                x, y = (axis + chance.uniform(-0.008, 0.008) for axis in near)
            if ground.covers(shapely.Point(x, y)):
                return round(x, 6), round(y, 6)

    places = []
    for number in range(count):
        start = spot()
        if number % 3 == 0:
            drawn = shapely.Point(start)
        elif number % 3 == 1:
            drawn = shapely.LineString([start, *(spot(start) for _ in range(3))])
        else:
            corners = shapely.MultiPoint([start, *(spot(start) for _ in range(4))])
            drawn = corners.convex_hull
        places.append(
            (
                str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number}")),
                GEOSGeometry(memoryview(drawn.wkb), srid=4326),
            )
        )
    return places


def test_a_layer_shown_twice_is_counted_once(project: Project) -> None:
    ProjectLayerFactory(project=project, layer=towns(project), use="base")
    voice = OpinionFactory(project=project, place=pin(138.305, NORTH - 0.003))
    assert shares(voice, towns(project)) == {"焼津第1自治会": 1}
