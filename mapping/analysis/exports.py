"""The filtered voices as files: GeoJSON (RFC 7946) and CSV, streamed from the database.

Both formats carry the same columns out of one query. Nothing but published voices leaves; on the
exact basis, for staff with the right, places are what was drawn and every answer is there; on the
public basis only answers to public questions are.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface, Transform
from django.db.models import F, QuerySet
from django.utils.timezone import localtime

from layers.functions import AsGeoJSONText, AsText, ForcePolygonCCW
from mapping.accounts.models import pseudonym
from mapping.accounts.texts import in_language
from mapping.opinions.models import Basis, Opinion
from mapping.opinions.querysets import OpinionQuerySet
from mapping.projects.models import Project
from mapping.projects.questions import public_questions

CHUNK = 2000
FORMATS = ("geojson", "csv")
ENCODINGS = ("utf-8", "cp932")
# Full-width signs count as well: some spreadsheets fold them before they look for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
UTF8_BOM = "\ufeff"
WGS84 = 4326
FIELDS = (
    "id", "kind", "category_id", "text", "language", "participant_id", "created_at", "outcome",
    "support_count", "comment_count", "here", "source", "is_collapsed", "answers",
)  # fmt: skip


@dataclass(frozen=True)
class Export:
    """The voices to give out: of one project, on one basis, chosen by the filter `query`.

    Attributes:
        opinions: the filtered, published voices.
        language: language of category names, notes and pseudonyms.
        srid: coordinate system of the CSV's coordinates (EPSG); GeoJSON is always WGS 84.
    """

    project: Project
    opinions: OpinionQuerySet
    basis: str = Basis.PUBLIC
    query: str = ""
    language: str = "ja"
    srid: int = WGS84

    def features(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each voice as (geometry as GeoJSON text, columns), newest first."""
        describe = self._describer()
        for row in self._rows().iterator(chunk_size=CHUNK):
            yield row["outline"], describe(row)

    def columns(self) -> list[str]:
        """Names of the columns, in their order."""
        names = {} if self.srid == WGS84 else {"longitude": "x", "latitude": "y"}
        answers = (f"answer.{name}" for name in self._questions())
        return [*(names.get(name, name) for name in _COLUMNS), *answers]

    def _questions(self) -> list[str]:
        if self.basis == Basis.EXACT:
            return [question["name"] for question in self.project.questions]
        return public_questions(self.project.questions)

    def _rows(self) -> QuerySet:
        place = "geometry" if self.basis == Basis.EXACT else "public_geometry"
        is_exact = self.basis == Basis.EXACT
        anchor = PointOnSurface(place) if is_exact else F("anchor")
        return self.opinions.annotate(
            outline=AsGeoJSONText(ForcePolygonCCW(F(place)), 6),
            wkt=AsText(Transform(place, self.srid), 6),
            point=AsGeoJSONText(Transform(anchor, self.srid), 6),
            phase_kind=F("phase__kind"),
        ).values(*FIELDS, "outline", "wkt", "point", "phase_kind")

    def _describer(self) -> Callable[[dict[str, Any]], dict[str, Any]]:
        categories = {category.pk: category for category in self.project.categories.all()}
        names = {
            key: in_language(category.name, self.project.language, self.language)
            for key, category in categories.items()
        }
        note = in_language(self.project.voices_note, self.project.language, self.language)
        questions = self._questions()

        def describe(row: dict[str, Any]) -> dict[str, Any]:
            category = categories.get(row["category_id"])
            longitude, latitude = json.loads(row["point"])["coordinates"]
            author = row["participant_id"]
            return {
                "id": row["id"],
                "kind": row["kind"],
                "longitude": longitude,
                "latitude": latitude,
                "category": category.slug if category else "",
                "category_name": names.get(row["category_id"], ""),
                "text": row["text"],
                "language": row["language"],
                "author": pseudonym(self.project.pk, author, self.language) if author else "",
                "created_at": localtime(row["created_at"]).isoformat(timespec="seconds"),
                "phase": row["phase_kind"] or "",
                "outcome": row["outcome"],
                "supports": row["support_count"],
                "replies": row["comment_count"],
                "here": "; ".join(fact["text"] for fact in row["here"]),
                "source": row["source"],
                "note": note if row["source"] == Opinion.Source.SAMPLE else "",
                "collapsed": row["is_collapsed"],
                "basis": self.basis,
                "wkt": row["wkt"],
                **{f"answer.{name}": row["answers"].get(name, "") for name in questions},
            }

        return describe


_COLUMNS = (
    "id", "kind", "longitude", "latitude", "category", "category_name", "text", "language",
    "author", "created_at", "phase", "outcome", "supports", "replies", "here", "source", "note",
    "collapsed", "basis", "wkt",
)  # fmt: skip


def geojson(export: Export) -> Iterator[str]:
    """A FeatureCollection (RFC 7946) in pieces.

    Foreign members say what it is: project, basis, filter and credit. The CSV's `wkt` would only
    repeat the geometry and is left out.
    """
    about = {
        "project": export.project.slug,
        "basis": export.basis,
        "filter": export.query,
        "credit": export.project.credit,
    }
    yield f'{{"type":"FeatureCollection","koemap":{_compact(about)},"features":['
    comma = ""
    for outline, columns in export.features():
        columns.pop("wkt")
        number = columns.pop("id")
        yield (
            f'{comma}\n{{"type":"Feature","id":{number},"geometry":{outline},'
            f'"properties":{_compact(columns)}}}'
        )
        comma = ","
    yield "\n]}\n"


def csv_lines(export: Export) -> Iterator[str]:
    """CSV in pieces: a header, then a line a voice; CRLF, as spreadsheets in Japan expect.

    Text that a spreadsheet would run as a formula is kept from it by a leading apostrophe.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    names = export.columns()
    writer.writerow(names)
    for _outline, columns in export.features():
        writer.writerow([_cell(value) for value in columns.values()])
        if buffer.tell() > 1 << 16:
            yield _emptied(buffer)
    yield _emptied(buffer)


def encoded(pieces: Iterator[str], encoding: str) -> Iterator[bytes]:
    """Pieces as bytes: UTF-8 with a byte order mark, or CP932 with `?` for what it can't hold."""
    if encoding == "utf-8":
        yield UTF8_BOM.encode()
    for piece in pieces:
        yield piece.encode(encoding, errors="replace")


def unencodable(pieces: Iterator[str], encoding: str) -> int:
    """How many characters the encoding can't hold."""
    return sum(_lost(piece, encoding) for piece in pieces)


def _lost(piece: str, encoding: str) -> int:
    try:
        piece.encode(encoding)
    except UnicodeEncodeError:
        return sum(1 for sign in piece if sign.encode(encoding, errors="ignore") == b"")
    return 0


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "; ".join(str(part) for part in value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _compact(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _emptied(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
