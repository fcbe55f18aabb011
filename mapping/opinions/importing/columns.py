"""Which column of a file holds which field of a voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from layers.importers.table import X_NAMES, Y_NAMES, find_column
from mapping.opinions.importing.files import ImportFileError, Table
from mapping.projects.models import Project

FIELDS = ("text", "category", "date", "id", "lon", "lat", "x", "y")
KNOWN_NAMES = {
    "text": ("text", "意見", "本文", "コメント", "内容", "comment", "comments"),
    "category": ("category", "分類", "カテゴリ", "カテゴリー"),
    "date": ("date", "日付", "日時", "回答日時", "created_at", "answered_at"),
    "id": ("id", "意見id", "番号", "opinion_id", "objectid"),
}


@dataclass(frozen=True)
class Columns:
    """Column by field ('' where there is none) and by question for `answer.<name>`.

    Attributes:
        east, north: columns of the coordinates; '' in GeoJSON.
    """

    text: str = ""
    category: str = ""
    date: str = ""
    id: str = ""
    east: str = ""
    north: str = ""
    answers: dict[str, str] = field(default_factory=dict)


def read_map(pairs: Sequence[str]) -> dict[str, str]:
    """`field=COLUMN` pairs as a mapping.

    Raises:
        ImportFileError: a pair isn't one, or its field is unknown.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not (name in FIELDS or name.startswith("answer.")):
            raise ImportFileError(
                _("--map %(pair)s は使えません。項目は %(fields)s answer.<設問> です。")
                % {"pair": pair, "fields": " ".join(FIELDS)}
            )
        mapping[name] = column.strip()
    return mapping


def choose_columns(table: Table, wanted: dict[str, str], project: Project, crs: str) -> Columns:
    """Columns of each field: as mapped, else found by their usual names.

    Raises:
        ImportFileError: a mapped column isn't in the file, a question isn't in the project, no
            coordinates were found, or plane coordinates come without --crs.
    """
    _refuse_unknown(table, wanted)
    found = {
        name: wanted.get(name) or find_column(table.columns, KNOWN_NAMES[name])
        for name in KNOWN_NAMES
    }
    east, north = ("", "") if table.is_geojson else _coordinates(table, wanted, crs)
    return Columns(**found, east=east, north=north, answers=_answers(wanted, project))


def _refuse_unknown(table: Table, wanted: dict[str, str]) -> None:
    missing = [column for column in wanted.values() if column not in table.columns]
    if missing:
        raise ImportFileError(
            _("列「%(missing)s」がありません。ある列：%(columns)s")
            % {"missing": "、".join(missing), "columns": ", ".join(table.columns)}
        )


def _coordinates(table: Table, wanted: dict[str, str], crs: str) -> tuple[str, str]:
    if "x" in wanted or "y" in wanted:
        if not crs:
            raise ImportFileError(
                _("x と y には座標系が要ります。--crs EPSG:N を指定してください。")
            )
        east, north = wanted.get("x", ""), wanted.get("y", "")
    else:
        east = wanted.get("lon") or find_column(table.columns, X_NAMES)
        north = wanted.get("lat") or find_column(table.columns, Y_NAMES)
    if not east or not north:
        raise ImportFileError(
            _(
                "緯度・経度の列が見つかりません。--map lon=列名 --map lat=列名 で指定してください。"
                "ある列：%s"
            )
            % ", ".join(table.columns)
        )
    return east, north


def _answers(wanted: dict[str, str], project: Project) -> dict[str, str]:
    answers = {
        name.removeprefix("answer."): column
        for name, column in wanted.items()
        if name.startswith("answer.")
    }
    known = [question["name"] for question in project.questions]
    unknown = [name for name in answers if name not in known]
    if unknown:
        raise ImportFileError(
            _("プロジェクトに設問「%(unknown)s」がありません。ある設問：%(known)s")
            % {"unknown": "、".join(unknown), "known": "、".join(known) or "—"}
        )
    return answers
