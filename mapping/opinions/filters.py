"""One filter for list, map, tiles, API, analysis, export and report: the same everywhere.

Fields: category outcome phase geometry from to q bbox in within answer.<question> basis state.
Other rooms add theirs with `register_field`. Whatever can't be read is a 400 `bad-filter` that
names the parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from mapping.accounts.problems import Problem, bad_request, forbidden
from mapping.opinions.models import Basis
from mapping.opinions.states import State
from mapping.projects.rules import can_see_exact

if TYPE_CHECKING:
    from mapping.accounts.actors import Actor
    from mapping.opinions.querysets import OpinionQuerySet
    from mapping.projects.models import Project

LONGEST_VALUE = 20_000


@dataclass(frozen=True)
class Asked:
    """What a field is parsed from.

    Attributes:
        name: the parameter, e.g. "category" or "answer.age".
        values: every value given under it, none of them empty.
    """

    name: str
    values: list[str]
    project: Project
    actor: Actor
    basis: str = Basis.PUBLIC

    @property
    def value(self) -> str:
        """The last value given."""
        return self.values[-1]

    def listed(self) -> list[str]:
        """Values given repeatedly or with commas, each once."""
        parts = [part.strip() for value in self.values for part in value.split(",")]
        return list(dict.fromkeys(part for part in parts if part))

    def refused(self, detail: Any = "", **members: Any) -> Problem:
        """The 400 that names this parameter."""
        return bad_request("bad-filter", detail, parameter=self.name, **members)


@dataclass(frozen=True)
class Condition:
    """One field of a filter that is set.

    Attributes:
        q: what it asks of opinions.
        value: canonical value for addresses.
        label: name of the field for people.
        shown: value for people.
    """

    name: str
    q: Q
    value: str
    label: str
    shown: str


Parse = Callable[[Asked], tuple[Q, str, str]]


@dataclass(frozen=True)
class FilterField:
    """A field: how it is parsed into (q, canonical value, value for people)."""

    name: str
    label: Any
    parse: Parse
    description: str
    takes_many: bool = False


_fields: dict[str, FilterField] = {}


def register_field(field: FilterField) -> None:
    """Add a field to every filter. A name ending in "." stands for all parameters so beginning."""
    _fields[field.name] = field


def _field_of(name: str) -> FilterField | None:
    prefix = name.split(".", 1)[0] + "."
    return _fields.get(name) or (_fields.get(prefix) if "." in name else None)


class OpinionFilter:
    """A reader's choice among the voices of a project. Only published voices unless `state=`.

    Attributes:
        basis: "public", or "exact" for staff with the right.
        conditions: the fields that are set, in their order.
    """

    def __init__(self, basis: str = Basis.PUBLIC, conditions: tuple[Condition, ...] = ()) -> None:
        self.basis = basis
        self.conditions = conditions

    @classmethod
    def from_query(cls, query: QueryDict, project: Project, actor: Actor) -> OpinionFilter:
        """Read the filter from an address; parameters that aren't fields are left alone.

        Raises:
            Problem: 400 `bad-filter` naming the `parameter`; 403 basis or state without the right.
        """
        basis = _basis(query.get("basis", ""), project, actor)
        conditions = []
        for name in query:
            field = _field_of(name)
            values = [value for value in query.getlist(name) if value]
            if field is None or not values:
                continue
            asked = Asked(name, values, project, actor, basis)
            if any("\x00" in value or len(value) > LONGEST_VALUE for value in values):
                raise asked.refused()
            q, canonical, shown = field.parse(asked)
            conditions.append(Condition(name, q, canonical, str(field.label), shown))
        order = list(_fields)
        conditions.sort(key=lambda made: (order.index(_name_of_field(made)), made.name))
        return cls(basis, tuple(conditions))

    def apply(self, opinions: OpinionQuerySet) -> OpinionQuerySet:
        """The voices that the filter lets through."""
        if not any(condition.name == "state" for condition in self.conditions):
            opinions = opinions.filter(state=State.PUBLISHED)
        for condition in self.conditions:
            opinions = opinions.filter(condition.q)
        return opinions

    @property
    def query(self) -> str:
        """Canonical query string: the same choice always reads the same."""
        pairs = [(condition.name, condition.value) for condition in self.conditions]
        if self.basis != Basis.PUBLIC:
            pairs.append(("basis", self.basis))
        return urlencode(pairs)

    def described(self) -> list[tuple[str, str]]:
        """(label, value) of each field that is set, for people."""
        shown = [(condition.label, condition.shown) for condition in self.conditions]
        if self.basis != Basis.PUBLIC:
            shown.append((_("位置の精度"), str(Basis(self.basis).label)))
        return shown


def _name_of_field(condition: Condition) -> str:
    field = _field_of(condition.name)
    return field.name if field else condition.name


def _basis(value: str, project: Project, actor: Actor) -> str:
    if value in ("", Basis.PUBLIC):
        return Basis.PUBLIC
    if value != Basis.EXACT:
        raise bad_request("bad-filter", parameter="basis", choices=["public", "exact"])
    if not can_see_exact(actor, project):
        raise forbidden(_("描かれた位置は、権限のある職員だけが見られます。"), code="no-exact")
    return Basis.EXACT


def parameters() -> list[OpenApiParameter]:
    """Every field of the filter for the OpenAPI document."""
    described = [
        OpenApiParameter(
            f"{field.name}<question>" if field.name.endswith(".") else field.name,
            {"type": "array", "items": {"type": "string"}} if field.takes_many else str,
            description=field.description,
            explode=True if field.takes_many else None,
        )
        for field in _fields.values()
    ]
    basis = OpenApiParameter(
        "basis", str, enum=["public", "exact"], description="exact: staff with the right, logged"
    )
    return [*described, basis]
