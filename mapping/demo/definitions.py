"""What the demo's cities are: read from `cities/*.toml`, checked by being loaded."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
CITIES = ("yaizu", "washington-dc", "fukui", "hino")
Table = dict[str, Any]


@dataclass(frozen=True)
class City:
    """One city: who asks what, which layers it publishes, where its voices come from.

    Attributes:
        name: the file's name, also what `--reload` takes.
        folder: its data below `data/`.
        timezone: dates of phases are days there.
        staff: roles that get a sign-in.
        organisation, project, phases, categories, layers, sources, voices: as in the file.
    """

    name: str
    folder: Path
    timezone: ZoneInfo
    staff: list[str]
    organisation: Table
    project: Table
    phases: list[Table]
    categories: list[Table]
    layers: list[Table]
    sources: dict[str, Table]
    voices: Table = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """Slug of the city's project."""
        return str(self.project["slug"])

    @property
    def boundary(self) -> Path:
        """The file with the organisation's outline, which is also the project's area."""
        return self.folder / str(self.organisation["boundary"])

    def at_midnight(self, day: date) -> datetime:
        """The start of a day there."""
        return datetime.combine(day, time(), tzinfo=self.timezone)

    def layer_facts(self, layer: Table) -> Table:
        """A layer's own members joined with those of its source."""
        return self.sources[layer["from"]] | layer


def read_city(name: str) -> City:
    """The definition of one city.

    Raises:
        KeyError: a member is missing in the file.
    """
    with (HERE / "cities" / f"{name}.toml").open("rb") as source:
        told = tomllib.load(source)
    return City(
        name=name,
        folder=HERE / "data" / told["folder"],
        timezone=ZoneInfo(told["timezone"]),
        staff=told["staff"],
        organisation=told["organisation"],
        project=told["project"],
        phases=told["phases"],
        categories=told["categories"],
        layers=told["layers"],
        sources=told["sources"],
        voices=told.get("voices", {}),
    )
