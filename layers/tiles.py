"""Vector tiles (MVT 2.1) out of layers: one SQL statement a tile, made by PostGIS.

Geometry comes from the layers' querysets; raw SQL only wraps the compiled querysets and puts
several MVT layers into one tile. Coordinates are Web Mercator (EPSG:3857) in 4096 units a tile.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import BinaryField, F, Func, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, JSONObject
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers

from layers.models import Feature

EXTENT = 4096
BUFFER = 128
MAX_ZOOM = 18
# Up to this zoom the outlines that were simplified together with their neighbours are fine enough.
SIMPLE_UP_TO = 13
EARTH_METRES = 40_075_016.685_578_49
CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
A_YEAR = 31_536_000
MIN_GZIP_BYTES = 400


class TileEnvelope(Func):
    """The square of a tile, in 3857."""

    function = "ST_TileEnvelope"
    arity = 3
    output_field = GeometryField(srid=3857)


class Simplified(Func):
    """Douglas-Peucker with a tolerance in units of the geometry (3857); small rings are kept."""

    function = "ST_Simplify"
    output_field = GeometryField(srid=3857)


class Clipped(Func):
    """The part of a 4326 geometry inside a box, fast; AsMVTGeom repairs what it leaves invalid."""

    function = "ST_ClipByBox2D"
    output_field = GeometryField(srid=4326)


class AsMVTGeom(Func):
    """A 3857 geometry in the coordinates of a tile; null when nothing of it is left."""

    function = "ST_AsMVTGeom"
    output_field = BinaryField()


class LabelPoint(Func):
    """Where the name of a feature stands in a tile: expressions are geometry and tile square.

    In the tile that holds the feature's middle that is the middle. In other tiles only a piece
    that fills a fifth of the tile is worth a name of its own.
    """

    arity = 2
    output_field = GeometryField(srid=4326)
    template = (
        "(WITH it AS MATERIALIZED (SELECT %(geometry)s AS whole, %(box)s AS box), middle AS "
        "(SELECT whole, box, ST_ClipByBox2D(whole, box) AS piece, CASE WHEN ST_Contains(whole, "
        "ST_Centroid(whole)) THEN ST_Centroid(whole) ELSE ST_PointOnSurface(whole) END AS point "
        "FROM it) SELECT CASE WHEN ST_Intersects(point, box) THEN point "
        "WHEN ST_Area(piece) > 0.2 * ST_Area(box) THEN ST_PointOnSurface(piece) END FROM middle)"
    )

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_more: Any) -> Any:
        """The template over both compiled expressions, with their parameters."""
        geometry, box = (compiler.compile(source) for source in self.source_expressions)
        sql = self.template % {"geometry": geometry[0], "box": box[0]}
        return sql, (*geometry[1], *box[1])


@dataclass(frozen=True)
class Part:
    """One MVT layer of a tile.

    Attributes:
        name: name of the MVT layer.
        layer_ids: layers whose features go into it.
        properties: what each feature carries, as expressions by name.
        from_zoom: first zoom at which it is drawn.
        has_labels: whether `<name>_label` is added, with a point for each named area.
    """

    name: str
    layer_ids: tuple[int, ...]
    properties: Mapping[str, Any] = field(default_factory=lambda: {"name": F("name")})
    from_zoom: int = 0
    has_labels: bool = False


@dataclass(frozen=True)
class Address:
    """A tile by zoom, column and row (XYZ scheme, row 0 in the north)."""

    z: int
    x: int
    y: int

    @classmethod
    def checked(cls, z: int, x: int, y: int) -> Address:
        """The address, or Http404 when there is no such tile."""
        if not (0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
            raise Http404
        return cls(z, x, y)

    @property
    def envelope(self) -> TileEnvelope:
        """The tile's square in 3857."""
        return TileEnvelope(Value(self.z), Value(self.x), Value(self.y))

    @property
    def unit(self) -> float:
        """Width of one tile unit in 3857 metres."""
        return EARTH_METRES / 2**self.z / EXTENT

    def box(self, buffer: int) -> Polygon:
        """The tile in 4326 with a buffer in tile units."""
        margin = buffer / EXTENT
        west, east = self.x - margin, self.x + 1 + margin
        north, south = self.y - margin, self.y + 1 + margin
        box = Polygon.from_bbox(
            (
                self._longitude(west),
                self._latitude(south),
                self._longitude(east),
                self._latitude(north),
            )
        )
        box.srid = 4326
        return box

    def square(self, buffer: int) -> Value:
        """The same box as a bound parameter of an expression."""
        return Value(self.box(buffer), output_field=GeometryField(srid=4326))

    def _longitude(self, column: float) -> float:
        return column / 2**self.z * 360 - 180

    def _latitude(self, row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**self.z))))


def _near(part: Part, tile: Address, buffer: int) -> QuerySet:
    """Features of the part whose box meets the tile and `buffer` units around it."""
    features = Feature.objects.filter(layer__in=part.layer_ids)
    return features.filter(geometry__bboverlaps=tile.box(buffer)).order_by("pk")


def _outline(tile: Address) -> Coalesce | F:
    """Geometry that is fine enough for the zoom."""
    return Coalesce("simple", "geometry") if tile.z <= SIMPLE_UP_TO else F("geometry")


def _rows(part: Part, tile: Address) -> QuerySet:
    """Rows (pk, geom, properties) for drawing: clipped, projected, simplified to 1/4 pixel."""
    clipped = Clipped(_outline(tile), tile.square(2 * BUFFER))
    drawn = Simplified(Transform(clipped, 3857), Value(2 * tile.unit), Value(True))
    geom = AsMVTGeom(drawn, tile.envelope, Value(EXTENT), Value(BUFFER), Value(True))
    return _near(part, tile, BUFFER).values("pk", geom=geom, properties=_properties(part))


def _label_rows(part: Part, tile: Address) -> QuerySet:
    """Rows (pk, geom, properties) with a point for each named feature."""
    point = Transform(LabelPoint(_outline(tile), tile.square(0)), 3857)
    geom = AsMVTGeom(point, tile.envelope, Value(EXTENT), Value(0), Value(True))
    named = _near(part, tile, 0).exclude(name="")
    return named.values("pk", geom=geom, properties=_properties(part))


def _properties(part: Part) -> JSONObject:
    """The attributes a feature carries in the tile."""
    return JSONObject(**part.properties)


def attribute(name: str) -> KeyTextTransform:
    """One attribute of a feature, as text."""
    return KeyTextTransform(name, "attributes")


def _as_mvt(name: str, rows: QuerySet) -> tuple[str, list[Any]]:
    """SQL and parameters of one MVT layer."""
    sql, parameters = rows.query.sql_with_params()
    wrapped = (
        f"(SELECT ST_AsMVT(t, %s, {EXTENT}, 'geom', 'pk') "  # noqa: S608 - a compiled queryset
        f"FROM ({sql}) t)"
    )
    return wrapped, [name, *parameters]


def base_tile(z: int, x: int, y: int, parts: Iterable[Part]) -> bytes:
    """One tile of several MVT layers, by one SQL statement.

    Raises:
        Http404: there is no tile of this zoom, column and row.
    """
    tile = Address.checked(z, x, y)
    selects: list[tuple[str, list[Any]]] = []
    for part in parts:
        if part.layer_ids and z >= part.from_zoom:
            selects.append(_as_mvt(part.name, _rows(part, tile)))
            if part.has_labels:
                selects.append(_as_mvt(f"{part.name}_label", _label_rows(part, tile)))
    if not selects:
        return b""
    sql = "SELECT " + " || ".join(select for select, _parameters in selects)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _sql, values in selects for value in values])
        row = cursor.fetchone()
    return bytes(row[0]) if row and row[0] is not None else b""


def layer_tile(layer: Any, z: int, x: int, y: int) -> bytes:
    """One layer as a tile: MVT layer named by the slug, with the attributes that readers see.

    Raises:
        Http404: there is no tile of this zoom, column and row.
    """
    shown = [listed["name"] for listed in layer.fields if listed.get("name")]
    properties = {name: attribute(name) for name in shown} | {"name": F("name")}
    return base_tile(z, x, y, [Part(layer.slug, (layer.pk,), properties)])


def tile_response(
    request: HttpRequest, tag: str, make: Callable[[], bytes], *, immutable: bool, public: bool
) -> HttpResponse:
    """A tile with ETag, caching and gzip; `make()` runs only when the reader has no copy.

    `tag` names the version and the tile; an immutable answer may be kept for a year.
    """
    etag = f'W/"{tag}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _packed(request, make())
    response["ETag"] = etag
    scope = "public" if public else "private"
    response["Cache-Control"] = (
        f"{scope}, max-age={A_YEAR}, immutable" if immutable else f"{scope}, max-age=60"
    )
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _packed(request: HttpRequest, tile: bytes) -> HttpResponse:
    """The tile, compressed where the reader takes that."""
    if len(tile) < MIN_GZIP_BYTES or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(tile, content_type=CONTENT_TYPE)
    packed = gzip.compress(tile, compresslevel=6, mtime=0)
    return HttpResponse(packed, content_type=CONTENT_TYPE, headers={"Content-Encoding": "gzip"})
