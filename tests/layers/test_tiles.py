"""What comes out of the tile addresses, read by GDAL as a GIS person's software would."""

from __future__ import annotations

import gzip
import math
import tempfile
from pathlib import Path
from typing import Any

import geopandas
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.tiles import EXTENT, Address, Part, base_tile, layer_tile
from mapping.accounts.actors import Actor
from mapping.projects.models import Project, ProjectLayer
from mapping.projects.tiles import base_layers, base_version, basemap_options
from tests import places
from tests.factories import FeatureFactory, LayerFactory, ProjectLayerFactory, make_layer
from tests.people import Person

pytestmark = pytest.mark.django_db
ZOOM = 14
CROSSING = (places.MIDDLE, places.HALF)


def tile_of(lon: float, lat: float, zoom: int = ZOOM) -> tuple[int, int, int]:
    """Zoom, column and row of the tile that holds the place."""
    side = 2**zoom
    column = int((lon + 180) / 360 * side)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side)
    return zoom, column, row


def read(tile: bytes, layer: str, at: tuple[int, int, int]) -> geopandas.GeoDataFrame:
    """One MVT layer of a tile as features in 4326."""
    zoom, column, row = at
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tile.mvt"
        path.write_bytes(tile)
        options: dict[str, Any] = {"X": column, "Y": row, "Z": zoom}
        return geopandas.read_file(path, layer=layer, **options).to_crs(4326)


def in_base(project: Project, role: str, **more: Any) -> ProjectLayer:
    """A base layer of the project in a role, with one feature unless told otherwise."""
    layer = LayerFactory(organisation=project.organisation, **more.pop("layer", {}))
    FeatureFactory(layer=layer, **more)
    return ProjectLayerFactory(
        project=project, layer=layer, use=ProjectLayer.Use.BASE, base_role=role
    )


def base_address(project: Project, version: str, at: tuple[int, int, int]) -> str:
    """Address of a base tile."""
    return f"/tiles/base/{project.slug}/{version}/{'/'.join(map(str, at))}.mvt"


class TestOneTile:
    def test_it_shows_the_areas_where_they_are(self, project: Project) -> None:
        layer = project.project_layers.first().layer
        at = tile_of(*CROSSING)

        found = read(layer_tile(layer, *at), layer.slug, at).set_index("name")

        assert set(found.index) <= set(places.TOWNS)
        for name, drawn in found.geometry.items():
            west, south, east, north = places.TOWNS[name].extent
            box = drawn.bounds
            # Within two units of the tile's grid (4096 a side, about 1.2 m here).
            assert box[0] >= west - 3e-5 and box[2] <= east + 3e-5
            assert box[1] >= south - 3e-5 and box[3] <= north + 3e-5

    def test_a_tile_far_away_is_empty(self, project: Project) -> None:
        layer = project.project_layers.first().layer

        assert layer_tile(layer, *tile_of(-77.03, 38.9)) == b""

    def test_it_carries_listed_attributes_and_no_others(self, project: Project) -> None:
        layer = LayerFactory(fields=[{"name": "最大浸水深", "label": {"ja": "深さ"}}])
        FeatureFactory(layer=layer, attributes={"最大浸水深": "0.5m未満", "担当者": "内線123"})
        at = tile_of(138.31, 34.87)

        found = read(layer_tile(layer, *at), layer.slug, at)

        assert found["最大浸水深"].tolist() == ["0.5m未満"]
        assert "担当者" not in found.columns

    @pytest.mark.parametrize(
        ("z", "x", "y"), [(-1, 0, 0), (0, 1, 0), (3, 0, 8), (19, 0, 0), (2, -1, 0), (99, 1, 1)]
    )
    def test_an_address_without_a_tile_never_reaches_the_database(
        self, stranger: Person, project: Project, z: int, x: int, y: int
    ) -> None:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = stranger.get(f"/tiles/layers/1/{z}/{x}/{y}.mvt")

        assert answer.status_code == 404
        assert len(asked) == 0


class TestTheBaseMap:
    def test_all_its_layers_come_in_one_query(self, project: Project) -> None:
        in_base(project, "land", geometry=places.AREA)
        in_base(project, "road", geometry=places.line_string(places.STATION, places.HARBOUR))
        parts = [
            Part(row.base_role, (row.layer_id,))
            for row in project.project_layers.filter(use="base")
        ]
        at = tile_of(*places.STATION)

        with CaptureQueriesContext(connection) as asked:
            tile = base_tile(*at, parts)

        assert len(asked) == 1
        assert len(read(tile, "land", at)) == 1
        assert len(read(tile, "road", at)) == 1

    def test_zones_carry_the_class_that_their_style_names(
        self, stranger: Person, project: Project
    ) -> None:
        in_base(
            project,
            "zoning",
            geometry=places.ZONING["商業地域"],
            attributes={"youto": "商業地域"},
            layer={"style": {"property": "youto"}},
        )
        at = tile_of(*places.HARBOUR)

        answer = stranger.get(base_address(project, "any", at))

        assert read(answer.content, "zoning", at)["class"].tolist() == ["商業地域"]

    def test_a_town_is_named_once_though_it_lies_in_four_tiles(
        self, stranger: Person, project: Project
    ) -> None:
        in_base(project, "place", geometry=places.TOWNS["焼津第1自治会"])
        zoom, column, row = tile_of(*places.STATION, zoom=13)
        names = 0
        for x in range(column - 1, column + 2):
            for y in range(row - 1, row + 2):
                at = (zoom, x, y)
                tile = stranger.get(base_address(project, "any", at)).content
                names += b"place_label" in tile and len(read(tile, "place_label", at))

        assert names == 1

    def test_the_name_stands_inside_its_area(self, project: Project) -> None:
        corner = places.box(138.30, 34.85, 138.34, 34.852).union(
            places.box(138.30, 34.85, 138.302, 34.88)
        )
        row = in_base(project, "place", geometry=corner)
        zoom = 11
        at = tile_of(138.31, 34.86, zoom)

        tile = base_tile(*at, [Part("place", (row.layer_id,), has_labels=True)])

        label = read(tile, "place_label", at).geometry.iloc[0]
        assert corner.buffer(2e-4).contains(places.point(label.x, label.y))

    def test_details_wait_until_there_is_room_for_them(
        self, stranger: Person, project: Project
    ) -> None:
        in_base(project, "stop", geometry=places.point(*places.STATION))

        far = stranger.get(base_address(project, "any", tile_of(*places.STATION, zoom=10)))
        near = stranger.get(base_address(project, "any", tile_of(*places.STATION, zoom=15)))

        assert far.content == b""
        assert len(near.content) > 0

    def test_lines_get_simpler_as_one_goes_away(self, project: Project) -> None:
        wavy = places.line_string(
            *[(138.30 + i * 0.0004, 34.86 + 0.00004 * (i % 2)) for i in range(100)]
        )
        row = in_base(project, "road", geometry=wavy)
        part = Part("road", (row.layer_id,))

        near, far = (
            read(base_tile(*at, [part]), "road", at).geometry.iloc[0]
            for at in (tile_of(138.305, 34.86, 15), tile_of(138.305, 34.86, 9))
        )

        assert len(near.coords) > 10
        assert len(far.coords) <= 3


class TestWhoSeesIt:
    def test_a_draft_shows_no_base_map_to_strangers(
        self, stranger: Person, planner: Person, project: Project
    ) -> None:
        in_base(project, "land", geometry=places.AREA)
        project.visibility = Project.Visibility.DRAFT
        project.save()
        address = base_address(project, "any", tile_of(*places.STATION))

        assert stranger.get(address).status_code == 404
        inside = planner.get(address)
        assert inside.status_code == 200
        assert inside["Cache-Control"].startswith("private")

    def test_an_unpublished_layer_is_for_its_own_organisation(
        self, stranger: Person, planner: Person, project: Project
    ) -> None:
        layer = make_layer(project, "検討中の区域", places.TOWNS, is_published=False)
        address = f"/tiles/layers/{layer.pk}/{'/'.join(map(str, tile_of(*CROSSING)))}.mvt"

        assert stranger.get(address).status_code == 404
        assert planner.get(address).status_code == 200


class TestCaching:
    def test_a_versioned_tile_may_be_kept_for_a_year(
        self, stranger: Person, project: Project
    ) -> None:
        in_base(project, "land", geometry=places.AREA)
        version = base_version(base_layers(project, Actor()))
        at = tile_of(*places.STATION)

        answer = stranger.get(base_address(project, version, at))

        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"

    def test_an_old_address_answers_but_is_not_kept(
        self, stranger: Person, project: Project
    ) -> None:
        in_base(project, "land", geometry=places.AREA)

        answer = stranger.get(base_address(project, "old", tile_of(*places.STATION)))

        assert answer.status_code == 200
        assert "immutable" not in answer["Cache-Control"]

    def test_an_import_changes_the_address(self, project: Project) -> None:
        row = in_base(project, "land", geometry=places.AREA)
        before = basemap_options(project, Actor())["version"]
        row.layer.version += 1
        row.layer.save()

        assert basemap_options(project, Actor())["version"] != before

    def test_who_has_a_tile_gets_it_no_second_time(
        self, stranger: Person, project: Project
    ) -> None:
        in_base(project, "land", geometry=places.AREA)
        address = base_address(project, "any", tile_of(*places.STATION))
        tag = stranger.get(address)["ETag"]

        again = stranger.get(address, headers={"If-None-Match": tag})

        assert again.status_code == 304
        assert again.content == b""

    def test_it_is_packed_for_browsers_that_take_gzip(
        self, stranger: Person, project: Project
    ) -> None:
        row = in_base(project, "place", geometry=places.AREA)
        for number in range(40):
            FeatureFactory(
                layer=row.layer, name=f"町{number}", geometry=places.point(*places.STATION)
            )
        address = base_address(project, "any", tile_of(*places.STATION))

        plain = stranger.get(address)
        packed = stranger.get(address, headers={"Accept-Encoding": "gzip"})

        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert "Accept-Encoding" in packed["Vary"]


class TestWhatThePageIsTold:
    def test_credits_come_once_the_most_used_first(self, project: Project) -> None:
        in_base(project, "neighbour", layer={"credit": "国土数値情報"})
        in_base(project, "road", layer={"credit": "焼津市オープンデータ"})
        in_base(project, "park", layer={"credit": "焼津市オープンデータ"})

        options = basemap_options(project, Actor())

        assert options["credits"] == ["焼津市オープンデータ", "国土数値情報"]

    def test_without_neighbours_the_background_is_land(self, project: Project) -> None:
        in_base(project, "land")
        assert basemap_options(project, Actor())["surroundings"] == "land"

        in_base(project, "neighbour")
        assert basemap_options(project, Actor())["surroundings"] == "sea"


def test_a_tile_covers_its_square() -> None:
    west, south, east, north = Address(1, 0, 0).box(0).extent

    assert (west, east) == (-180, 0)
    assert south == pytest.approx(0, abs=1e-9)
    assert north == pytest.approx(85.0511, abs=1e-3)
    assert Address(0, 0, 0).unit * EXTENT == pytest.approx(40_075_016.7, abs=0.1)
