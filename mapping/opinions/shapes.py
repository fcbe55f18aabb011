"""Strict reading of one GeoJSON geometry with shapely. Never GDAL, never WKT, HEX or `crs`.

Cheap checks come first: a ring of a million vertices is refused by its length before anything
looks at a vertex.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from shapely.validation import explain_validity

from mapping.accounts.problems import Problem, bad_request, unprocessable

MAX_VERTICES = 2000
DECIMALS = 6
KIND_OF_TYPE = {"Point": "pin", "LineString": "line", "Polygon": "area"}
OTHER_TYPES = ("MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")
REASON_PLACE = re.compile(r"^(.*)\[(\S+) (\S+)\]$")

Position = tuple[float, float]


def parse_geometry(
    value: object,
    kinds: Sequence[str] = ("pin", "line", "area"),
    max_vertices: int = MAX_VERTICES,
) -> BaseGeometry:
    """The shapely geometry of a GeoJSON Point, LineString or Polygon (EPSG:4326, 2D).

    Coordinates are rounded to 6 decimals, repeats dropped, rings oriented as RFC 7946 wants.

    Args:
        value: what stood under "geometry".
        kinds: which of pin, line and area are taken.
        max_vertices: refuse more than these.

    Raises:
        Problem: 400 for what isn't GeoJSON; 413 for too many vertices; 422 for what is GeoJSON but
            can't be a place here. Nothing else, whatever `value` is.
    """
    if value is None:
        raise unprocessable("no-geometry", _("場所がありません"), _("地図で場所を選んでください。"))
    if not isinstance(value, dict):
        raise bad_request("not-geojson", _("geometry は GeoJSON で送ってください。"))
    refuse_crs(value)
    kind = _kind(value.get("type"), kinds)
    parts = _sequences(value.get("coordinates"), kind)
    if sum(len(part) for part in parts) > max_vertices:
        raise _too_many(max_vertices)
    read = [_positions(part) for part in parts]
    made = _MAKERS[kind](read)
    _refuse_invalid(made)
    return made


def refuse_crs(value: dict[str, Any]) -> None:
    """Refuse a `crs` member: RFC 7946 knows WGS 84 only.

    Raises:
        Problem: 422 `crs-member`.
    """
    if "crs" in value:
        raise unprocessable(
            "crs-member",
            _("座標系は指定できません"),
            _("緯度経度（WGS 84）で送り、crs は入れないでください。"),
        )


def _kind(name: object, kinds: Sequence[str]) -> str:
    if not isinstance(name, str) or (name not in KIND_OF_TYPE and name not in OTHER_TYPES):
        raise bad_request("not-geojson", _("geometry の type が GeoJSON のものではありません。"))
    kind = KIND_OF_TYPE.get(name, "")
    if kind not in kinds:
        raise unprocessable(
            "geometry-type",
            _("この形は使えません"),
            _("このプロジェクトで使える形で送ってください。"),
            allowed=[known for known, its in KIND_OF_TYPE.items() if its in kinds],
        )
    return kind


def _sequences(coordinates: object, kind: str) -> list[list[Any]]:
    """Coordinates as a list of sequences of positions: one for pin and line, one a ring."""
    if not isinstance(coordinates, list):
        raise bad_request("not-geojson", _("coordinates がありません。"))
    if kind == "pin":
        return [[coordinates]]
    if kind == "line":
        return [coordinates]
    if not all(isinstance(ring, list) for ring in coordinates):
        raise bad_request("not-geojson", _("面の coordinates は輪のリストです。"))
    return coordinates


def _positions(part: list[Any]) -> list[Position]:
    return _without_repeats(_position(item) for item in part)


def _position(item: object) -> Position:
    if not isinstance(item, list) or not all(_is_number(number) for number in item):
        raise bad_request("not-geojson", _("座標は [経度, 緯度] の数で送ってください。"))
    if len(item) != 2:
        raise unprocessable(
            "not-2d", _("座標は二つの数です"), _("[経度, 緯度] だけを送ってください。")
        )
    if any(isinstance(number, float) and not math.isfinite(number) for number in item):
        raise bad_request("bad-number", _("座標が数になっていません。"))
    lon, lat = item
    if abs(lon) > 180 or abs(lat) > 90:
        _refuse_range(lon, lat)
    # Adding zero turns -0.0 into 0.0.
    return round(float(lon), DECIMALS) + 0.0, round(float(lat), DECIMALS) + 0.0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refuse_range(lon: float, lat: float) -> NoReturn:
    title = _("座標が範囲の外です")
    if abs(lon) <= 90 and abs(lat) <= 180:
        detail = _("緯度と経度が入れ替わっていませんか？ [経度, 緯度] の順です。")
        raise unprocessable("out-of-range", title, detail, hint="swapped", did_you_mean=[lat, lon])
    detail = _("緯度経度（度）で送ってください。メートルの平面座標ではありませんか？")
    raise unprocessable("out-of-range", title, detail, hint="not-degrees")


def _without_repeats(positions: Iterable[Position]) -> list[Position]:
    kept: list[Position] = []
    for position in positions:
        if not kept or kept[-1] != position:
            kept.append(position)
    return kept


def _too_many(limit: int) -> Problem:
    return Problem(
        413,
        "too-many-vertices",
        _("頂点が多すぎます"),
        _("頂点は %d 個までにしてください。") % limit,
        limit=limit,
    )


def _make_pin(parts: list[list[Position]]) -> Point:
    return Point(parts[0][0])


def _make_line(parts: list[list[Position]]) -> LineString:
    if len(parts[0]) < 2:
        raise unprocessable("too-short", _("線が短すぎます"), _("二つ以上の点を結んでください。"))
    return LineString(parts[0])


def _make_area(parts: list[list[Position]]) -> Polygon:
    if not parts:
        raise _bad_ring(_("面に輪がありません。"))
    for ring in parts:
        if len(ring) < 4:
            raise _bad_ring(_("面には三つ以上の角が要ります。"))
        if ring[0] != ring[-1]:
            raise _bad_ring(_("面の輪が閉じていません。"))
    return orient(Polygon(parts[0], parts[1:]))


def _bad_ring(detail: str) -> Problem:
    return unprocessable("bad-ring", _("面の形が正しくありません"), detail)


def _refuse_invalid(made: BaseGeometry) -> None:
    if shapely.is_valid(made):
        return
    found = REASON_PLACE.match(explain_validity(made))
    reason = found[1] if found else "invalid"
    at = [round(float(found[2]), DECIMALS), round(float(found[3]), DECIMALS)] if found else None
    raise unprocessable(
        "invalid-geometry",
        _("線が交わっています"),
        _("囲んだ線が自分と交わらないように、頂点を動かしてください。"),
        reason=reason,
        at=at,
    )


_MAKERS = {"pin": _make_pin, "line": _make_line, "area": _make_area}
