"""Exports as downloads: the current filter, streamed."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from mapping.accounts.problems import bad_request
from mapping.analysis.asking import CountingInquiry
from mapping.analysis.exports import (
    ENCODINGS,
    FORMATS,
    Export,
    csv_lines,
    encoded,
    geojson,
    unencodable,
)
from mapping.opinions.api import kept
from mapping.opinions.filters import parameters
from mapping.opinions.models import Basis

GEOJSON_TYPE = "application/geo+json"


class ExportView(APIView):
    """The filtered voices as a file."""

    @extend_schema(
        operation_id="export",
        parameters=[
            OpenApiParameter("format", OpenApiTypes.STR, enum=FORMATS, default="geojson"),
            OpenApiParameter("encoding", OpenApiTypes.STR, enum=ENCODINGS, default="utf-8"),
            *parameters(),
        ],
        responses={
            (200, GEOJSON_TYPE): OpenApiTypes.OBJECT,
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR),
        },
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """GeoJSON (RFC 7946) or CSV of the current filter.

        CSV is UTF-8 with a byte order mark, or CP932 with `?` where it lacks a character; the
        header `Koemap-Replaced-Characters` says how many.
        """
        asked = CountingInquiry(request, slug)
        form = _chosen(request, "format", FORMATS)
        encoding = _chosen(request, "encoding", ENCODINGS, first="utf-8")
        export = Export(
            project=asked.project,
            opinions=asked.opinions,
            basis=asked.basis,
            query=asked.filter.query,
            language=get_language() or asked.project.language,
        )
        response = _download(export, form, encoding)
        return kept(request, response, asked.basis == Basis.EXACT)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple:
        """`format` names the file, not a renderer: any Accept header will do."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type


def _download(export: Export, form: str, encoding: str) -> StreamingHttpResponse:
    if form == "geojson":
        response = StreamingHttpResponse(
            (piece.encode() for piece in geojson(export)), content_type=GEOJSON_TYPE
        )
    else:
        response = StreamingHttpResponse(
            encoded(csv_lines(export), encoding), content_type=_csv_type(encoding)
        )
        if encoding == "cp932":
            lost = unencodable(csv_lines(export), encoding)
            response["Koemap-Replaced-Characters"] = str(lost)
    name = f"koemap-{export.project.slug}-{localdate():%Y%m%d}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv_type(encoding: str) -> str:
    return f"text/csv; charset={'Shift_JIS' if encoding == 'cp932' else 'utf-8'}"


def _chosen(request: Request, name: str, allowed: tuple[str, ...], first: str = "") -> str:
    value = request.GET.get(name, first or allowed[0])
    if value not in allowed:
        detail = _("%(name)s には %(allowed)s のどれかを入れてください。")
        words = {"name": name, "allowed": ", ".join(allowed)}
        raise bad_request("bad-parameter", detail % words, parameter=name)
    return value
