"""The planner's figures over HTTP: summary, cells, cross table, timeline."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from layers.classify import count_classes
from layers.geojson import public_keys
from layers.models import Feature, Layer
from mapping.accounts.problems import bad_request, not_found
from mapping.analysis.asking import CountingInquiry
from mapping.analysis.cells import Cell, hexagons, radius_for
from mapping.analysis.serializers import (
    CellsSerializer,
    CrosstabSerializer,
    SummarySerializer,
    TimelineSerializer,
)
from mapping.analysis.summary import crosstab, summary
from mapping.analysis.timeline import by_week
from mapping.opinions.filters import OpinionFilter, parameters
from mapping.projects.models import Project

DEFAULT_CELL_ZOOM = 13
ZOOM_RANGE = range(6, 19)


class SummaryView(APIView):
    """Voices by the features of a grouping layer."""

    @extend_schema(
        operation_id="summary",
        parameters=[
            OpenApiParameter(
                "by", OpenApiTypes.INT, required=True, description=_("集計区域の番号")
            ),
            *parameters(),
        ],
        responses=SummarySerializer,
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """Voices and weight by district, and what lies in none; one query counts them all."""
        asked = CountingInquiry(request, slug)
        layer = grouping_layer(asked, request.GET.get("by", ""), "by")
        return asked.reply(summary(asked.project, asked.opinions, layer, asked.basis))


class CrosstabView(APIView):
    """Official classes against categories."""

    @extend_schema(
        operation_id="crosstab",
        parameters=[
            OpenApiParameter(
                "rows",
                OpenApiTypes.STR,
                required=True,
                description=_("集計区域の番号、または 番号:属性"),
            ),
            OpenApiParameter("columns", OpenApiTypes.STR, enum=["category"], default="category"),
            *parameters(),
        ],
        responses=CrosstabSerializer,
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """Voices, weight and what chance would give, by class and category."""
        asked = CountingInquiry(request, slug)
        number, _colon, attribute = request.GET.get("rows", "").partition(":")
        if request.GET.get("columns", "category") != "category":
            raise bad_request("bad-parameter", _("columns には category を入れてください。"))
        layer = grouping_layer(asked, number, "rows")
        if attribute and attribute not in ("name", *public_keys(layer)):
            detail = _("この属性では集計できません。")
            raise bad_request("bad-parameter", detail, parameter="rows")
        table = crosstab(asked.project, asked.opinions, layer, attribute, asked.basis)
        return asked.reply(table)


class CellsView(APIView):
    """Heat by hexagons."""

    @extend_schema(
        operation_id="cells",
        parameters=[
            OpenApiParameter("zoom", OpenApiTypes.INT, default=DEFAULT_CELL_ZOOM),
            *parameters(),
        ],
        responses=CellsSerializer,
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """Hexagons with counts; with `in=` cut at that feature's border."""
        asked = CountingInquiry(request, slug)
        zoom = _zoom(request.GET.get("zoom", str(DEFAULT_CELL_ZOOM)))
        cells = hexagons(asked.opinions, zoom, _inside(asked.filter), asked.basis)
        return asked.reply(cells_reply(asked.project, cells, zoom, asked.basis))


class TimelineView(APIView):
    """When the voices came."""

    @extend_schema(operation_id="timeline", parameters=parameters(), responses=TimelineSerializer)
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """Voices by week and phase."""
        asked = CountingInquiry(request, slug)
        weeks = by_week(asked.opinions)
        return asked.reply({"total": sum(week["count"] for week in weeks), "weeks": weeks})


def cells_reply(project: Project, cells: list[Cell], zoom: int, basis: str) -> dict[str, Any]:
    """FeatureCollection of cells with their classes, size in Web Mercator metres and total."""
    slugs = {category.pk: category.slug for category in project.categories.all()}
    return {
        "type": "FeatureCollection",
        "basis": basis,
        "radius_m": round(radius_for(zoom), 3),
        "total": sum(cell.count for cell in cells),
        "classes": count_classes([cell.count for cell in cells]),
        "features": [
            {
                "type": "Feature",
                "geometry": cell.geometry,
                "properties": {
                    "count": cell.count,
                    "categories": {
                        slugs.get(key, ""): count for key, count in cell.categories.items()
                    },
                },
            }
            for cell in cells
        ],
    }


def grouping_layer(asked: CountingInquiry, number: str, parameter: str) -> Layer:
    """The grouping layer of the project with this number, if the asker may see it.

    Raises:
        Problem: 400 when it isn't a number, 404 when the project has no such grouping layer.
    """
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        detail = _("%(name)s には集計区域の番号を入れてください。") % {"name": parameter}
        raise bad_request("bad-parameter", detail, parameter=parameter)
    layers = Layer.objects.visible_to(asked.actor).grouping()
    shown = layers.filter(in_projects__project=asked.project, pk=int(number))
    layer = shown.distinct().first()
    if layer is None:
        raise not_found(_("このプロジェクトにその集計区域はありません。"))
    return layer


def _inside(chosen: OpinionFilter) -> Feature | None:
    """The feature that the filter's `in=` names; None where there is none to cut by."""
    value = next((one.value for one in chosen.conditions if one.name == "in"), "")
    number = value.partition(":")[2]
    return Feature.objects.get(pk=int(number)) if number.isdigit() else None


def _zoom(value: str) -> int:
    is_number = value.isascii() and value.isdigit() and len(value) <= 2
    if not is_number or int(value) not in ZOOM_RANGE:
        detail = _("zoom には %(low)s から %(high)s の整数を入れてください。")
        limits = {"low": ZOOM_RANGE.start, "high": ZOOM_RANGE.stop - 1}
        raise bad_request("bad-parameter", detail % limits, parameter="zoom")
    return int(value)
