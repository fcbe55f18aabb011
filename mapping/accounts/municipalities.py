"""Names and rough outlines of Japanese local governments, so that a city starts without a file.

`data/municipalities.geojson.gz` holds 1,741 municipalities (EPSG:4326, lon/lat, outlines
simplified to about 60 m), from MLIT 国土数値情報 行政区域 N03 of 2021. A prefecture is the union of
its members.
Whoever shows such an outline shows CREDIT with it.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

CREDIT = "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成"
FILE = Path(__file__).parent / "data" / "municipalities.geojson.gz"


@dataclass(frozen=True)
class LocalGovernment:
    """A municipality or prefecture: six-digit code, name in Japanese, outline (4326, valid)."""

    code: str
    name: str
    is_prefecture: bool
    boundary: MultiPolygon


def is_prefecture_code(code: str) -> bool:
    """Whether a six-digit code names a prefecture (third to fifth digits are zero)."""
    return len(code) == 6 and code.isdigit() and code[2:5] == "000"


def local_government(code: str) -> LocalGovernment | None:
    """The local government of a six-digit code, None if there is no such one in the file."""
    if is_prefecture_code(code):
        members = [one for one in _features() if one["properties"]["code"][:2] == code[:2]]
        name = members[0]["properties"]["prefecture"] if members else ""
    else:
        members = [one for one in _features() if one["properties"]["code"] == code]
        name = members[0]["properties"]["name"] if members else ""
    if not members:
        return None
    boundary = _joined([one["geometry"] for one in members])
    return LocalGovernment(code, name, is_prefecture_code(code), boundary)


@cache
def _features() -> list[dict[str, Any]]:
    with gzip.open(FILE, "rt", encoding="utf-8") as source:
        features: list[dict[str, Any]] = json.load(source)["features"]
    return features


def _joined(geometries: list[dict[str, Any]]) -> MultiPolygon:
    whole: GEOSGeometry | None = None
    for geometry in geometries:
        part = GEOSGeometry(json.dumps(geometry), srid=4326).buffer(0)
        whole = part if whole is None else whole.union(part)
    if isinstance(whole, MultiPolygon):
        return whole
    return MultiPolygon(whole, srid=4326)
