"""Coordinate systems: what a place is measured in, and which one a file without one may mean.

Sources: the origins of the Japanese plane zones are those of 平成14年国土交通省告示第9号 (the same
numbers as in the EPSG registry, 6669-6687 for JGD2011, 2443-2461 for JGD2000, 30161-30179 for the
old Tokyo datum); UTM zones on WGS 84 are EPSG 32601-32660 and 32701-32760.
"""

from __future__ import annotations

import math
from functools import lru_cache

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

WGS84 = 4326
JGD2011_FIRST, JGD2000_FIRST = 6669, 2443
# Origin (lon, lat) of zones I to XIX.
ZONE_ORIGINS = (
    (129.5, 33.0), (131.0, 33.0), (132 + 1 / 6, 36.0), (133.5, 33.0), (134 + 1 / 3, 36.0),
    (136.0, 36.0), (137 + 1 / 6, 36.0), (138.5, 36.0), (139 + 5 / 6, 36.0), (140 + 5 / 6, 40.0),
    (140.25, 44.0), (142.25, 44.0), (144.25, 44.0), (142.0, 26.0), (127.5, 26.0),
    (124.0, 26.0), (131.0, 26.0), (136.0, 20.0), (154.0, 26.0),
)  # fmt: skip
# Zones by the prefecture's number (JIS X 0401, 01 Hokkaido to 47 Okinawa) in the same notice.
PREFECTURE_ZONES: dict[int, tuple[int, ...]] = {
    1: (11, 12, 13), 2: (10,), 3: (10,), 4: (10,), 5: (10,), 6: (10,), 7: (9,), 8: (9,), 9: (9,),
    10: (9,), 11: (9,), 12: (9,), 13: (9, 14, 18, 19), 14: (9,), 15: (8,), 16: (7,), 17: (7,),
    18: (6,), 19: (8,), 20: (8,), 21: (7,), 22: (8,), 23: (7,), 24: (6,), 25: (6,), 26: (6,),
    27: (6,), 28: (5,), 29: (6,), 30: (6,), 31: (5,), 32: (3,), 33: (5,), 34: (3,), 35: (3,),
    36: (4,), 37: (4,), 38: (4,), 39: (4,), 40: (2,), 41: (2,), 42: (1,), 43: (2,), 44: (2,),
    45: (2,), 46: (1, 2), 47: (15, 16, 17),
}  # fmt: skip
ALL_ZONES = tuple(range(1, 20))
# A degree away from its meridian counts more than a degree along it: only that distorts lengths.
ACROSS, ALONG = 1.0, 0.35
JAPAN = (122.5, 20.0, 154.5, 46.0)
# The box around Japan holds the Korean peninsula and the coast north of it as well.
KOREA = (124.5, 34.0, 129.0, 46.0)
PLANE_EXTENT_M = 600_000


def is_in_japan(lon: float, lat: float) -> bool:
    """Whether a place (degrees) lies where the plane zones of Japan are used."""
    west, south, east, north = JAPAN
    if not (west <= lon <= east and south <= lat <= north):
        return False
    in_korea = KOREA[0] <= lon <= KOREA[2] and KOREA[1] <= lat <= KOREA[3]
    mainland_north = lat > 40.0 and lon < 139.0
    return not ((in_korea and lat > 34.8) or mainland_north)


def plane_zone(lon: float, lat: float, code: str = "") -> int:
    """Number (1-19) of the plane zone that applies at a place.

    Args:
        lon: degrees east.
        lat: degrees north.
        code: code of the local government there (two digits of the prefecture first). Zones are
            set by prefecture; without the code the zone whose meridian suits best is named, which
            near a prefecture's border may be the neighbouring one (lengths differ by less than
            1 in 5,000).
    """
    prefecture = int(code[:2]) if code.isdigit() else 0
    zones = PREFECTURE_ZONES.get(prefecture, ALL_ZONES)

    def distance(zone: int) -> float:
        origin_lon, origin_lat = ZONE_ORIGINS[zone - 1]
        across = (lon - origin_lon) * math.cos(math.radians(lat))
        return math.hypot(across * ACROSS, (lat - origin_lat) * ALONG)

    return min(zones, key=distance)


def metric_srid(lon: float, lat: float, code: str = "") -> int:
    """EPSG code of the system in metres for a place: JGD2011 plane zone in Japan, else UTM.

    Args:
        lon: degrees east, -180 to 180.
        lat: degrees north, -80 to 84 (UTM is not defined beyond).
        code: code of the local government, which decides the zone exactly (see `plane_zone`).
    """
    if is_in_japan(lon, lat):
        return JGD2011_FIRST + plane_zone(lon, lat, code) - 1
    zone = min(60, int((lon + 180) // 6) + 1)
    return (32600 if lat >= 0 else 32700) + zone


def parse_crs(text: str) -> CRS | None:
    """A coordinate system from "EPSG:2450" or WKT; None if there is no such one."""
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return None
    return crs if crs.is_geographic or crs.is_projected or crs.is_compound else None


def name_crs(crs: CRS) -> str:
    """ "EPSG:2450" where a registry knows it, else its own name."""
    known = crs.to_authority(min_confidence=60)
    return ":".join(known) if known else crs.name


def is_tokyo_datum(crs: CRS) -> bool:
    """Whether it hangs on the old Tokyo datum (before 2002), some 450 m off."""
    datum = crs.datum or (crs.geodetic_crs.datum if crs.geodetic_crs else None)
    return bool(datum and datum.name.lower().replace("d_", "").startswith("tokyo"))


def looks_planar(bounds: tuple[float, float, float, float]) -> bool:
    """Whether coordinates (w, s, e, n) can't be degrees but fit a plane zone in metres."""
    west, south, east, north = bounds
    degrees = -180 <= west and east <= 180 and -90 <= south and north <= 90
    return not degrees and max(abs(value) for value in bounds) <= PLANE_EXTENT_M


@lru_cache(maxsize=64)
def _to_degrees(code: int) -> Transformer:
    return Transformer.from_crs(code, WGS84, always_xy=True)


def plane_proposals(
    bounds: tuple[float, float, float, float], near: tuple[float, float, float, float]
) -> list[int]:
    """JGD2011 zones (EPSG codes) under which plane coordinates fall near a known place.

    Args:
        bounds: w, s, e, n in metres.
        near: w, s, e, n in degrees of where the organisation is.

    Returns:
        EPSG codes whose image of the centre lies within `near`, grown by a tenth of a degree.
    """
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    found = []
    for code in range(JGD2011_FIRST, JGD2011_FIRST + len(ZONE_ORIGINS)):
        lon, lat = _to_degrees(code).transform(x, y)
        if near[0] - 0.1 <= lon <= near[2] + 0.1 and near[1] - 0.1 <= lat <= near[3] + 0.1:
            found.append(code)
    return found
