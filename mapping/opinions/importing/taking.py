"""Takes the records of a file into a project: checked one by one, stored set by set."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pyproj import CRS

from mapping.accounts.problems import Problem
from mapping.opinions.ground import refuse_outside
from mapping.opinions.importing.categories import Categories
from mapping.opinions.importing.columns import Columns
from mapping.opinions.importing.files import Record, Table
from mapping.opinions.importing.values import Places, RowError, answers_in, moment_in
from mapping.opinions.models import Opinion
from mapping.opinions.states import State
from mapping.opinions.words import clean_text
from mapping.opinions.writing import save_many
from mapping.projects.models import Project

NAMESPACE = uuid.UUID("0b0fd3f5-57f3-5a3f-8d6b-5a0b52d4a1c9")
TEXT_LIMIT = 10_000
BATCH = 1000

OUTSIDE_SQL = """
SELECT given.ord FROM projects_project project,
    unnest(%s::bytea[]) WITH ORDINALITY AS given (wkb, ord)
WHERE project.id = %s
    AND NOT ST_Covers(project.area, ST_SetSRID(ST_GeomFromWKB(given.wkb), 4326))
"""


@dataclass
class Report:
    """What came of an import.

    Attributes:
        refused: (line, reason) of each record that wasn't taken.
    """

    rows: int = 0
    taken: int = 0
    known: int = 0
    new_categories: list[str] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Import:
    """How to take a file into a project.

    Attributes:
        crs: of the file's coordinates; None: degrees.
        id_prefix: put before each id, for files that begin at 1 again.
        source: Opinion.Source of the voices.
        told: receives lines of progress.
    """

    project: Project
    columns: Columns
    crs: CRS | None = None
    create_categories: bool = False
    id_prefix: str = ""
    source: str = Opinion.Source.IMPORT
    told: Callable[[str], None] = lambda line: None

    def take(self, table: Table) -> Report:
        """Store every record that can be; the same file again changes nothing."""
        report = Report(rows=len(table.records))
        categories = Categories(self.project, may_create=self.create_categories)
        with transaction.atomic():
            for batch in _batches(self._read(table, categories, report)):
                self._store(batch, report)
                self.told(f"{report.taken + report.known} / {report.rows}")
            report.new_categories = categories.created
        report.refused.sort()
        return report

    def _read(
        self, table: Table, categories: Categories, report: Report
    ) -> Iterator[tuple[int, Opinion]]:
        places = Places(self.columns, self.crs)
        seen: Counter[str] = Counter()
        for record in table.records:
            try:
                yield record.line, self._opinion(record, places, categories, seen)
            except RowError as error:
                report.refused.append((record.line, str(error)))

    def _opinion(
        self, record: Record, places: Places, categories: Categories, seen: Counter[str]
    ) -> Opinion:
        if record.fault:
            raise RowError(record.fault)
        text = self._text(record)
        name = record.values.get(self.columns.category, "")
        if not text and not name:
            raise RowError(_("本文も分類もありません。"))
        geometry = places.of(record)
        date = record.values.get(self.columns.date, "")
        moment = moment_in(date) or timezone.now()
        answers = answers_in(record, self.columns, self.project.questions)
        return Opinion(
            project=self.project,
            phase=self.project.phase_at(moment),
            client_id=self._number(record, seen),
            body_hash=_content_hash(text, name, date, answers, geometry.wkb_hex),
            category=categories.named(name) if name else None,
            text=text,
            language=self.project.language,
            answers=answers,
            geometry=GEOSGeometry(memoryview(geometry.wkb), srid=4326),
            state=State.PUBLISHED,
            source=self.source,
            created_at=moment,
        )

    def _text(self, record: Record) -> str:
        try:
            text = clean_text(record.values.get(self.columns.text, ""))
        except Problem as problem:
            raise RowError(str(problem.detail)) from problem
        if len(text) > TEXT_LIMIT:
            raise RowError(_("本文が %d 文字を超えています。") % TEXT_LIMIT)
        return text

    def _number(self, record: Record, seen: Counter[str]) -> uuid.UUID:
        """The same number for the same record at each import: by its id, else by its content."""
        name = record.values.get(self.columns.id, "")
        if name:
            name = f"{self.id_prefix}{name}"
        if not name:
            name = repr(sorted(record.values.items())) + repr(record.geometry)
            seen[name] += 1
            name = f"content:{seen[name]}:{name}"
        else:
            seen[name] += 1
            if seen[name] > 1:
                raise RowError(_("番号「%s」が二度あります。") % name)
        return uuid.uuid5(NAMESPACE, f"{self.project.slug}:{name}")

    def _store(self, batch: list[tuple[int, Opinion]], report: Report) -> None:
        inside = self._inside(list(_fresh(batch, report)), report)
        save_many(inside, self.project)
        report.taken += len(inside)

    def _inside(self, batch: list[tuple[int, Opinion]], report: Report) -> list[Opinion]:
        wkbs = [bytes(voice.geometry.wkb) for _line, voice in batch if voice.geometry]
        with connection.cursor() as cursor:
            cursor.execute(OUTSIDE_SQL, [wkbs, self.project.pk])
            doubtful = {order - 1 for (order,) in cursor.fetchall()}
        inside = []
        for place, (line, voice) in enumerate(batch):
            try:
                if place in doubtful:
                    refuse_outside(shapely.from_wkb(wkbs[place]), self.project)
            except Problem as problem:
                report.refused.append((line, f"{problem.title}。{problem.detail}"))
            else:
                inside.append(voice)
        return inside


def _content_hash(*content: Any) -> str:
    """SHA-256 of what a record says; it tells whether the same number came with something else."""
    return hashlib.sha256(repr(content).encode(errors="surrogatepass")).hexdigest()


def _fresh(batch: list[tuple[int, Opinion]], report: Report) -> Iterator[tuple[int, Opinion]]:
    """What isn't stored yet; what is counts as known, or as refused where it says other things."""
    numbers = [voice.client_id for _line, voice in batch]
    stored = Opinion.objects.filter(client_id__in=numbers)
    known = dict(stored.values_list("client_id", "body_hash"))
    for line, voice in batch:
        before = known.get(voice.client_id)
        if before is None:
            yield line, voice
        elif before in ("", voice.body_hash):  # Withdrawn voices keep no hash.
            report.known += 1
        else:
            report.refused.append((line, _("この番号は、別の内容で取り込みずみです。")))


def _batches(items: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
