"""Reads the demo's voices from their files into one shape."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from mapping.demo.definitions import HERE, City, Table


@dataclass
class Reply:
    """What somebody answered: a made-up person by number, text, when."""

    person: str
    text: str
    at: datetime


@dataclass
class Voice:
    """One voice as its source tells it.

    Attributes:
        id: unique in its source.
        geometry: GeoJSON geometry (4326).
        category: slug.
        person: who speaks, "" if the source doesn't say.
        supports: how many agree.
        context: zoom and input method, where known.
    """

    id: str
    geometry: dict[str, Any]
    category: str
    text: str
    at: datetime
    language: str
    person: str = ""
    supports: int = 0
    replies: list[Reply] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)


def read_voices(city: City) -> Iterator[Voice]:
    """The voices of a city in the order of their source; none where the city has none."""
    if city.voices:
        yield from READERS[city.voices["reader"]](city)


def _read_yaizu(city: City) -> Iterator[Voice]:
    """`yaizu/*.json`: written for the demo; persons are numbers within the city."""
    for path in sorted((HERE / "yaizu").glob("*.json")):
        for one in json.loads(path.read_text(encoding="utf-8")):
            yield Voice(
                id=one["id"],
                geometry=one["geometry"],
                category=one["category"],
                text=one["text"],
                at=datetime.fromisoformat(one["at"]),
                language="ja",
                person=str(one["person"]),
                supports=one["supports"],
                replies=[
                    Reply(str(said["person"]), said["text"], datetime.fromisoformat(said["at"]))
                    for said in one["replies"]
                ],
                context={"zoom": one["zoom"], "input": one["input"]},
            )


def _read_table(city: City) -> Iterator[Voice]:
    """A CSV (plain or gzip, UTF-8) with a column for each part; a row is a pin."""
    columns = city.voices
    date_before = ""
    with _opened(city.folder / columns["file"]) as source:
        for number, row in enumerate(csv.DictReader(source), start=1):
            # Seven of DC's rows have no date; the file is in order of time.
            date_before = row[columns["date"]] = row[columns["date"]] or date_before
            yield _voice_of(row, number, columns, city)


def _voice_of(row: dict[str, str], number: int, columns: Table, city: City) -> Voice:
    answers = {name: row[column] for name, column in columns["answers"].items() if row[column]}
    return Voice(
        # Request numbers repeat in the source, so a row without its own id is known by its line.
        id=row[columns["id"]] if "id" in columns else str(number),
        geometry={
            "type": "Point",
            "coordinates": [float(row[columns["lon"]]), float(row[columns["lat"]])],
        },
        category=category_slug(row[columns["category"]]),
        text=row[columns["text"]].strip(),
        at=_moment(row[columns["date"]], city),
        language=columns["language"],
        person=row[columns["person"]] if "person" in columns else "",
        answers=answers,
    )


def category_slug(value: str) -> str:
    """A category's slug from how the source writes it ("Poor visibility": poor-visibility)."""
    return re.sub(r"[^a-z0-9_]+", "-", value.lower()).strip("-")


def _moment(text: str, city: City) -> datetime:
    """A time of the source; one without a zone is local time of the city."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=city.timezone)).astimezone(UTC)


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8-sig", newline="")


READERS: dict[str, Callable[[City], Iterator[Voice]]] = {
    "yaizu": _read_yaizu,
    "table": _read_table,
}
