"""The first screen: the most spoken-in open project as a living map, the others as cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import SnapToGrid
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mapping.accounts.actors import Actor, actor_of
from mapping.accounts.texts import in_language
from mapping.opinions.covers import covers_of
from mapping.opinions.features import features
from mapping.opinions.models import Basis, Opinion, Placement
from mapping.opinions.pages import days_left, project_data, shown_categories, with_looks
from mapping.opinions.states import State
from mapping.projects.api import detailed
from mapping.projects.counts import voices_of
from mapping.projects.models import Project
from mapping.projects.phases import is_open
from mapping.projects.tiles import basemap_options

MOST_CARDS = 12
# The view is looked for among the newest voices: a large project costs what a small one does.
NEWEST = 3000
CANDIDATES = 60
SHOWN = 30
# Half a phone's view at zoom 15, in degrees, about 1 km; cells to look for the liveliest place.
REACH = (0.0085, 0.0075)
CELL = (0.008, 0.0066)
ZOOM = 15
IN_BRACKETS = re.compile(r"[（(].*?[）)]")
# Two lines of a bubble.
SHORT_TEXT = {"ja": 26, "other": 48}


@dataclass(frozen=True)
class Card:
    """One project in the sheet."""

    project: Project
    title: str
    organisation: str
    department: str
    voices: int
    days_left: int | None
    cover: Any
    centre: tuple[float, float]

    @property
    def phase(self) -> str:
        """Name of the running phase, or ''."""
        phase = self.project.current_phase
        return "" if phase is None else str(phase)

    @property
    def is_collecting(self) -> bool:
        """Whether voices can be added now."""
        return takes_voices(self.project)


def takes_voices(project: Project) -> bool:
    """Whether the running phase takes voices."""
    phase = project.current_phase
    return is_open("add_opinion", phase.kind if phase else None)


def ranked(projects: list[Project], voices: dict[int, int]) -> list[Project]:
    """Those that take voices first, then the most spoken in."""
    return sorted(
        projects, key=lambda found: (not takes_voices(found), -voices.get(found.pk, 0), -found.pk)
    )


def readable(project: Project) -> QuerySet:
    """The newest published voices that have words."""
    published = Opinion.objects.in_project(project).published().exclude(text="")
    newest = published.order_by("-created_at", "-pk").values("pk")[:NEWEST]
    return Opinion.objects.filter(pk__in=newest)


def liveliest(project: Project) -> Point | None:
    """Middle of the cell with most voices (4326), None where nobody spoke; one query."""
    cells = readable(project).order_by().annotate(cell=SnapToGrid("anchor", *CELL))
    best = cells.values("cell").annotate(n=Count("pk")).order_by("-n", "cell").first()
    return best["cell"] if best else None


def near(project: Project, place: Point) -> list[tuple[int, Point]]:
    """(id, anchor) of voices around the place that fit a bubble, best first; one query."""
    (x, y), (dx, dy) = place.coords, REACH
    box = Polygon.from_bbox((x - dx, y - dy, x + dx, y + dy))
    box.srid = 4326
    limit = SHORT_TEXT.get(project.language, SHORT_TEXT["other"])
    fits = Case(
        When(Q(length__range=(limit // 3, limit)), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    voices = readable(project).filter(anchor__bboverlaps=box).annotate(length=Length("text"))
    ordered = voices.order_by(fits, "-support_count", "-created_at", "pk")
    return list(ordered.values_list("pk", "anchor")[:CANDIDATES])


def spread(found: list[tuple[int, Point]]) -> list[int]:
    """Ids such that the first ones lie as far apart as they can; one voice a place."""
    places = dict(reversed([(place.coords, pk) for pk, place in found]))
    rest = {pk: place for place, pk in places.items()}
    order = [pk for pk, _place in found if pk in rest][:1]
    while len(order) < min(SHOWN, len(rest)):
        left = {pk: place for pk, place in rest.items() if pk not in order}
        order.append(max(left, key=lambda pk: min(_apart(left[pk], rest[old]) for old in order)))
    return order


def _apart(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    return (first[0] - second[0]) ** 2 + (1.2 * (first[1] - second[1])) ** 2


def voices_in_view(
    project: Project, actor: Actor, looks: dict[str, dict[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Voices to open as bubbles, spread apart, and the view they lie in."""
    place = liveliest(project)
    if place is None:
        return [], None
    ids = spread(near(project, place))
    rank = Case(*(When(pk=pk, then=Value(n)) for n, pk in enumerate(ids)), default=Value(len(ids)))
    chosen = Opinion.objects.filter(pk__in=ids).order_by(rank) if ids else Opinion.objects.none()
    voices = with_looks(features(chosen, project, actor), looks) if ids else []
    return voices, {"centre": place.coords, "zoom": ZOOM}


def districts_with_voices(project: Project, layers: list[dict[str, Any]]) -> dict[str, Any] | None:
    """How many districts of the first district layer have voices; one query."""
    counted = (
        it
        for it in layers
        if it["use"] == "overlay" and it["is_grouping"] and it["kind"] == "district"
    )
    layer = next(counted, None)
    if layer is None:
        return None
    placed = Placement.objects.on(Basis.PUBLIC).filter(
        project=project, layer=layer["id"], opinion__state=State.PUBLISHED
    )
    name = IN_BRACKETS.sub("", layer["name"]).strip()
    return {"name": name, "count": placed.values("feature").distinct().count()}


def cards_of(projects: list[Project], voices: dict[int, int]) -> list[Card]:
    """The projects as cards with miniatures; one query."""
    covers = covers_of([found.pk for found in projects])
    return [_card(found, voices.get(found.pk, 0), covers[found.pk]) for found in projects]


def _card(project: Project, voices: int, cover: Any) -> Card:
    colours = {category["id"]: category["colour"] for category in _looks_of(project).values()}
    dots = [(x, y, colours.get(category, "#6f7078")) for x, y, category in cover.dots]
    west, south, east, north = project.envelope.extent  # type: ignore[attr-defined]
    return Card(
        project=project,
        title=in_language(project.title, project.language),
        organisation=str(project.organisation),
        department=in_language(project.department, project.language),
        voices=voices,
        days_left=days_left(project),
        cover={"path": cover.path, "dots": dots},
        centre=((west + east) / 2, (south + north) / 2),
    )


def _looks_of(project: Project) -> dict[str, dict[str, Any]]:
    rows = [{"id": it.pk, "slug": it.slug, "colour": it.colour} for it in project.categories.all()]
    return shown_categories(rows)


def living_map(project: Project, actor: Actor) -> dict[str, Any]:
    """What the first project's map, bubbles and line of fact are made of."""
    found = detailed(actor).get(pk=project.pk)
    data = project_data(found, actor)
    looks = shown_categories(data["categories"])
    voices, view = voices_in_view(found, actor, looks)
    return {
        "data": data,
        "voices": voices,
        "districts": districts_with_voices(found, data["layers"]),
        "island": {
            "project": data,
            "basemap": basemap_options(found, actor),
            "view": view,
            "voices": [_bubble(voice) for voice in voices],
        },
    }


def _bubble(voice: dict[str, Any]) -> dict[str, Any]:
    properties = voice["properties"]
    names = ("id", "text", "language", "category", "created_at", "anchor", "url")
    return {name: properties[name] for name in names} | {"district": voice["district"]}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """GET /: the living map; without scripts its voices and all projects as lists."""
    actor = actor_of(request)
    listed = Project.objects.listed().with_bounds().select_related("organisation")
    projects = list(listed.prefetch_related("phases", "categories"))
    voices = dict(voices_of([found.pk for found in projects]))
    first = ranked(projects, voices)[:MOST_CARDS]
    cards = cards_of(first, voices) if first else []
    context: dict[str, Any] = {"cards": cards, "main": cards[0] if cards else None}
    if first:
        context |= living_map(first[0], actor)
    response = render(request, "opinions/home.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response
