"""A small piece of Yaizu for tests: real place, round numbers, four towns that share borders.

All coordinates are lon/lat (EPSG:4326). Towns A and B lie in the north, C and D in the south;
together they make the project's area. The school areas split the same ground east and west,
zoning covers the north only, and the two flood zones overlap each other.
"""

from __future__ import annotations

from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPolygon, Point, Polygon

WEST, MIDDLE, EAST = 138.30, 138.32, 138.34
SOUTH, HALF, NORTH = 34.85, 34.865, 34.88
YAIZU_CODE = "222127"
YAIZU_SRID = 6676
STATION = (138.3137, 34.8712)
PARK = (138.3285, 34.8571)
HARBOUR = (138.3337, 34.8745)


def box(west: float, south: float, east: float, north: float) -> Polygon:
    """A rectangle, counter-clockwise."""
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return Polygon(ring, srid=4326)


AREA = MultiPolygon(box(WEST, SOUTH, EAST, NORTH), srid=4326)
TOWNS = {
    "焼津第1自治会": box(WEST, HALF, MIDDLE, NORTH),
    "焼津第2自治会": box(MIDDLE, HALF, EAST, NORTH),
    "大富第3自治会": box(WEST, SOUTH, MIDDLE, HALF),
    "大富第4自治会": box(MIDDLE, SOUTH, EAST, HALF),
}
SCHOOLS = {
    "焼津西小学校": box(WEST, SOUTH, MIDDLE, NORTH),
    "焼津東小学校": box(MIDDLE, SOUTH, EAST, NORTH),
}
ZONING = {
    "第一種住居地域": box(WEST, HALF, 138.325, NORTH),
    "商業地域": box(138.325, HALF, EAST, NORTH),
}
FLOOD = {
    "0.5m未満": box(138.31, 34.855, 138.33, 34.875),
    "0.5m以上1m未満": box(138.315, 34.86, 138.335, 34.872),
}


def pin(lon: float, lat: float) -> dict:
    """A GeoJSON Point."""
    return {"type": "Point", "coordinates": [lon, lat]}


def line(*corners: tuple[float, float]) -> dict:
    """A GeoJSON LineString."""
    return {"type": "LineString", "coordinates": [list(corner) for corner in corners]}


def area(*corners: tuple[float, float]) -> dict:
    """A GeoJSON Polygon of one ring, closed here."""
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in (*corners, corners[0])]]}


def point(lon: float, lat: float) -> Point:
    """A GEOS point, 4326."""
    return Point(lon, lat, srid=4326)


def line_string(*corners: tuple[float, float]) -> LineString:
    """A GEOS line, 4326."""
    return LineString(*corners, srid=4326)


def metres_apart(first: GEOSGeometry, second: GEOSGeometry, srid: int = YAIZU_SRID) -> float:
    """Distance in metres in a plane zone."""
    return first.transform(srid, clone=True).distance(second.transform(srid, clone=True))
