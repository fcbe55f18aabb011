"""The base map of a project, and official layers, as vector tiles."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import F, Func, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from layers.models import Layer
from layers.tiles import Address, Part, attribute, base_tile, layer_tile, tile_response
from mapping.accounts.actors import Actor, actor_of
from mapping.projects.models import Project, ProjectLayer

# Raised when the content of base tiles changes though no layer did.
BASE_FORMAT = 1
# First zoom of a role's data, and whether areas get labels. Screens draw data one zoom above it.
ROLES: dict[str, tuple[int, bool]] = {
    "neighbour": (0, True),
    "land": (0, False),
    "zoning": (9, False),
    "park": (9, True),
    "water": (7, True),
    "road": (8, False),
    "walk": (12, False),
    "bus": (11, False),
    "district": (11, False),
    "place": (7, True),
    "school": (12, False),
    "station": (10, False),
    "facility": (14, False),
    "stop": (14, False),
    "parkname": (13, False),
}
MAX_DATA_ZOOM = 15


class StyleValue(Func):
    """The attribute by which the layer's own style tells classes apart, as text."""

    template = "(%(expressions)s)"
    arg_joiner = " ->> "
    output_field = TextField()

    def __init__(self) -> None:
        super().__init__(F("attributes"), KeyTextTransform("property", "layer__style"))


def _properties(role: str) -> dict[str, Any]:
    """What features of a role carry into the tile."""
    more: dict[str, Any] = {}
    if role == "zoning":
        more["class"] = Coalesce(attribute("class"), StyleValue())
    if role in {"road", "place"}:
        more["rank"] = attribute("rank")
    if role == "road":
        more["width_m"] = attribute("width_m")
    return {"name": F("name")} | more


def base_layers(project: Project, actor: Actor) -> list[tuple[str, Layer]]:
    """(role, layer) of the project's base map, as far as the person may see it; one query."""
    rows = ProjectLayer.objects.filter(
        project=project,
        use=ProjectLayer.Use.BASE,
        base_role__in=ROLES,
        layer__in=Layer.objects.visible_to(actor),
    )
    return [(row.base_role, row.layer) for row in rows.select_related("layer")]


def base_version(layers: Iterable[tuple[str, Layer]]) -> str:
    """Name of one state of a base map: it changes with every import of one of its layers."""
    told = [f"{role}:{layer.pk}:{layer.version}" for role, layer in layers]
    return hashlib.sha256(f"{BASE_FORMAT}|{'|'.join(told)}".encode()).hexdigest()[:16]


def base_parts(layers: Iterable[tuple[str, Layer]]) -> list[Part]:
    """One MVT layer a role, in the order of ROLES."""
    ids: dict[str, list[int]] = defaultdict(list)
    for role, layer in layers:
        ids[role].append(layer.pk)
    return [
        Part(role, tuple(ids[role]), _properties(role), from_zoom, has_labels)
        for role, (from_zoom, has_labels) in ROLES.items()
        if role in ids
    ]


def basemap_options(project: Project, actor: Actor) -> dict[str, Any]:
    """What `addBasemap` needs, for a page's JSON; two queries at most.

    `surroundings` is what the background means: sea where the neighbours' land is drawn upon it,
    land where nothing is known of the neighbours. `credits` are the lines to show, each once, the
    one of most layers first.
    """
    layers = base_layers(project, actor)
    credits = Counter(layer.credit for _role, layer in layers if layer.credit)
    lines = [credit for credit, _count in credits.most_common()]
    return {
        "slug": project.slug,
        "version": base_version(layers),
        "maxDataZoom": MAX_DATA_ZOOM,
        "surroundings": "sea" if any(role == "neighbour" for role, _ in layers) else "land",
        "language": project.language,
        "credits": [*lines, *([project.credit] if project.credit else [])],
        "outside": outside_tiles(),
    }


def outside_tiles() -> dict[str, str] | None:
    """Address and credit of an outside base map, if a setting names one."""
    url = settings.BASEMAP_TILE_URL
    return {"url": url, "credit": settings.BASEMAP_TILE_CREDIT} if url else None


@require_safe
def base(request: HttpRequest, slug: str, version: str, z: int, x: int, y: int) -> HttpResponse:
    """GET /tiles/base/<slug>/<version>/{z}/{x}/{y}.mvt: the project's base map."""
    Address.checked(z, x, y)
    actor = actor_of(request)
    project = get_object_or_404(Project.objects.visible_to(actor), slug=slug)
    layers = base_layers(project, actor)
    current = base_version(layers)
    is_public = project.visibility != Project.Visibility.DRAFT and all(
        layer.is_published for _role, layer in layers
    )
    return tile_response(
        request,
        f"{current}-{z}-{x}-{y}",
        partial(base_tile, z, x, y, base_parts(layers)),
        immutable=version == current,
        public=is_public,
    )


@require_safe
def layer(request: HttpRequest, pk: int, z: int, x: int, y: int) -> HttpResponse:
    """GET /tiles/layers/<id>/{z}/{x}/{y}.mvt?v=<version>: one official layer."""
    Address.checked(z, x, y)
    found = get_object_or_404(Layer.objects.visible_to(actor_of(request)), pk=pk)
    return tile_response(
        request,
        f"{found.pk}-{found.version}-{z}-{x}-{y}",
        partial(layer_tile, found, z, x, y),
        immutable=request.GET.get("v") == str(found.version),
        public=found.is_published,
    )
