"""The planner's figures over HTTP: summary, cells, cross table, timeline."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from layers.classify import count_classes
from layers.models import Feature, Layer
from mapping.accounts.problems import bad_request, not_found
from mapping.analysis.asking import Question
from mapping.analysis.cells import Cell, hexagons, radius_for
from mapping.analysis.serializers import (
    CellsSerializer,
    CrosstabSerializer,
    SummarySerializer,
    TimelineSerializer,
)
from mapping.analysis.summary import crosstab, summary
from mapping.analysis.timeline import by_week
from mapping.opinions.filters import parameters
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
    def get(self, request: Request, slug: str) -> Response:
        """Voices and weight by district, and what lies in none; one query counts them all."""
        question = Question(request, slug)
        layer = grouping_layer(question.project, request.GET.get("by", ""), "by")
        return question.reply(summary(question.project, question.opinions, layer, question.basis))


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
    def get(self, request: Request, slug: str) -> Response:
        """Voices, weight and what chance would give, by class and category."""
        question = Question(request, slug)
        number, _colon, attribute = request.GET.get("rows", "").partition(":")
        if request.GET.get("columns", "category") != "category":
            raise bad_request("bad-parameter", _("columns には category を入れてください。"))
        layer = grouping_layer(question.project, number, "rows")
        table = crosstab(question.project, question.opinions, layer, attribute, question.basis)
        return question.reply(table)


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
    def get(self, request: Request, slug: str) -> Response:
        """Hexagons with counts; with `in=` cut at that feature's border."""
        question = Question(request, slug)
        zoom = _zoom(request.GET.get("zoom", str(DEFAULT_CELL_ZOOM)))
        cells = hexagons(question.opinions, zoom, inside=_inside(request.GET.get("in", "")))
        return question.reply(cells_reply(question.project, cells, zoom))


class TimelineView(APIView):
    """When the voices came."""

    @extend_schema(operation_id="timeline", parameters=parameters(), responses=TimelineSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Voices by week and phase."""
        question = Question(request, slug)
        weeks = by_week(question.opinions)
        return question.reply({"total": sum(week["count"] for week in weeks), "weeks": weeks})


def cells_reply(project: Project, cells: list[Cell], zoom: int) -> dict[str, Any]:
    """FeatureCollection of cells with their classes, size in Web Mercator metres and total."""
    slugs = {category.pk: category.slug for category in project.categories.all()}
    return {
        "type": "FeatureCollection",
        "basis": "public",
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


def grouping_layer(project: Project, number: str, parameter: str) -> Layer:
    """The grouping layer of the project with this number.

    Raises:
        Problem: 400 when it isn't a number, 404 when the project has no such grouping layer.
    """
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        detail = _("%(name)s には集計区域の番号を入れてください。") % {"name": parameter}
        raise bad_request("bad-parameter", detail, parameter=parameter)
    layers = Layer.objects.grouping().filter(in_projects__project=project, pk=int(number))
    layer = layers.distinct().first()
    if layer is None:
        raise not_found(_("このプロジェクトにその集計区域はありません。"))
    return layer


def _inside(value: str) -> Feature | None:
    """The feature of an `in=<layer>:<feature>` that the filter has already checked."""
    if not value:
        return None
    return Feature.objects.get(pk=int(value.split(":")[1]))


def _zoom(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value[:3]) not in ZOOM_RANGE:
        detail = _("zoom には %(low)s から %(high)s の整数を入れてください。")
        limits = {"low": ZOOM_RANGE.start, "high": ZOOM_RANGE.stop - 1}
        raise bad_request("bad-parameter", detail % limits, parameter="zoom")
    return int(value)
