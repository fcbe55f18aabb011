"""Values of a record read as what they mean: dates, places, answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import shapely
from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext as _
from pyproj import CRS, Transformer
from shapely.geometry import mapping as as_geojson
from shapely.geometry import shape

from layers.importers.table import number_in
from mapping.accounts.problems import Problem
from mapping.opinions.importing.columns import Columns
from mapping.opinions.importing.files import Record
from mapping.opinions.shapes import parse_geometry
from mapping.projects.questions import check_answers

MAX_VERTICES = 10_000
DATE_FORMS = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y.%m.%d",
    "%Y年%m月%d日 %H時%M分", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日",
)  # fmt: skip
SEPARATORS = re.compile(r"[;；、|]")
FIRST_YEAR, LAST_YEAR = 1900, 2200


class RowError(Exception):
    """Why one record can't be taken, in words for people."""


def moment_in(text: str) -> datetime | None:
    """A date or moment in the usual spellings; without a zone it is local time; None for ''.

    Raises:
        RowError: it can't be read.
    """
    if not text:
        return None
    found = _iso(text) or _written(text)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise RowError(_("日付「%s」を読めません。") % text)
    return found if found.tzinfo else make_aware(found, get_current_timezone())


def _iso(text: str) -> datetime | None:
    try:
        if len(text) <= 10:
            return datetime.combine(date.fromisoformat(text), time())
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _written(text: str) -> datetime | None:
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


class Places:
    """Reads the place of each record and turns it into degrees.

    Args:
        crs: what coordinates of the file are in; None: degrees of WGS 84.
    """

    def __init__(self, columns: Columns, crs: CRS | None) -> None:
        self._columns = columns
        self._turn = (
            None if crs is None else Transformer.from_crs(crs, 4326, always_xy=True).transform
        )

    def of(self, record: Record) -> Any:
        """The shapely geometry of a record: EPSG:4326, valid, 6 decimals.

        Raises:
            RowError: no place, or one that can't be.
        """
        try:
            return parse_geometry(self._geojson(record), max_vertices=MAX_VERTICES)
        except Problem as problem:
            raise RowError(_told(problem)) from problem

    def _geojson(self, record: Record) -> Any:
        if not self._columns.east:
            return self._in_degrees(_single(record.geometry))
        east = number_in(record.values.get(self._columns.east, ""))
        north = number_in(record.values.get(self._columns.north, ""))
        if east is None or north is None:
            raise RowError(_("座標がないか、数ではありません。"))
        return self._in_degrees({"type": "Point", "coordinates": [east, north]})

    def _in_degrees(self, geometry: Any) -> Any:
        if self._turn is None or not isinstance(geometry, dict):
            return geometry
        try:
            turned = shapely.transform(shape(geometry), self._turn, interleaved=False)
        except (ValueError, TypeError, AttributeError, KeyError, shapely.GEOSException) as error:
            raise RowError(_("場所を読めません。")) from error
        return _as_lists(as_geojson(turned))


def _single(geometry: Any) -> Any:
    """A multi-part geometry of one part as that part; everything else as it is."""
    if not isinstance(geometry, dict) or not str(geometry.get("type", "")).startswith("Multi"):
        return geometry
    parts = geometry.get("coordinates")
    if not isinstance(parts, list) or len(parts) != 1:
        return geometry
    return {"type": geometry["type"].removeprefix("Multi"), "coordinates": parts[0]}


def _as_lists(geometry: dict[str, Any]) -> dict[str, Any]:
    def listed(value: Any) -> Any:
        return [listed(item) for item in value] if isinstance(value, tuple | list) else value

    return {"type": geometry["type"], "coordinates": listed(geometry["coordinates"])}


def _told(problem: Problem) -> str:
    return f"{problem.title}。{problem.detail}" if problem.detail else str(problem.title)


def answers_in(record: Record, columns: Columns, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Answers of a record, checked by their questions; unanswered ones are left out.

    Raises:
        RowError: an answer isn't one of its question's.
    """
    known = {question["name"]: question for question in questions}
    given = {
        name: _answer(known[name], record.values.get(column, ""))
        for name, column in columns.answers.items()
    }
    # What a file doesn't tell can't be asked of it.
    asked = [known[name] | {"required": False} for name in given]
    try:
        return check_answers(asked, given)
    except Problem as problem:
        raise RowError(_told(problem)) from problem


def _answer(question: Mapping[str, Any], text: str) -> Any:
    if question["type"] == "multiple":
        return [part.strip() for part in SEPARATORS.split(text) if part.strip()]
    if question["type"] in ("number", "scale") and text:
        number = number_in(text)
        if number is None:
            return text
        return int(number) if number.is_integer() else number
    return text
