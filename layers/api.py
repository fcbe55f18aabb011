"""Layers and their features, for maps, planners and GIS programs."""

from __future__ import annotations

import hashlib
import json
import math

from django.contrib.gis.geos import Polygon
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from layers.geojson import MEDIA_TYPE, collection, feature_texts
from layers.models import Feature, Layer
from layers.querysets import LayerQuerySet
from layers.serializers import LayerFeaturesSerializer, LayerSerializer
from mapping.accounts.actors import actor_of
from mapping.accounts.problems import bad_request, not_found
from mapping.accounts.schema import listed, refusals

PAGE = 100
FEATURES, MOST_FEATURES = 1000, 10_000
A_YEAR = 365 * 24 * 3600
BIGGEST_ID = 2**63 - 1
GEOMETRIES = ("simple", "full")
CURSOR = OpenApiParameter(
    "cursor", {"type": "string", "pattern": r"^\d{1,18}$"}, description="`next` of the page before"
)
LIMIT = {"type": "integer", "minimum": 0, "maximum": MOST_FEATURES, "default": FEATURES}


class GeoJSONRenderer(JSONRenderer):
    """Lets GIS programs ask for application/geo+json."""

    media_type = MEDIA_TYPE
    format = "geojson"


def read_number(request: Request, name: str, default: int, most: int) -> int:
    """A whole number from 0 of the query.

    Raises:
        Problem: 400 naming the parameter.
    """
    value = request.query_params.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= most):
        raise bad_request("bad-parameter", parameter=name, most=most)
    return int(value)


def read_bbox(request: Request) -> Polygon | None:
    """The `bbox` of the query as a rectangle in 4326; None without one.

    Raises:
        Problem: 400, not west,south,east,north in degrees.
    """
    text = request.query_params.get("bbox")
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise _bad_bbox() from error
    numbers = (west, south, east, north)
    if not all(map(math.isfinite, numbers)) or not (
        -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    ):
        raise _bad_bbox()
    box = Polygon.from_bbox(numbers)
    box.srid = 4326
    return box


def _bad_bbox() -> Exception:
    detail = _("bbox は 西,南,東,北 の順に、経度・緯度で指定してください。")
    return bad_request("bad-parameter", detail, parameter="bbox")


def find_layer(request: Request, pk: int) -> Layer:
    """The layer, if the asker may see it.

    Raises:
        Problem: 404, the same for what isn't there and what isn't for this person.
    """
    layers = Layer.objects.visible_to(actor_of(request)).select_related("organisation")
    layer = layers.filter(pk=pk).first() if pk <= BIGGEST_ID else None
    if layer is None:
        raise not_found()
    return layer


class LayerListView(APIView):
    """Layers."""

    @extend_schema(
        operation_id="list_layers",
        summary="Official layers",
        parameters=[
            OpenApiParameter("organisation", str, description="code of the publisher"),
            OpenApiParameter("kind", str, enum=Layer.Kind.values),
            CURSOR,
        ],
        responses={200: listed(LayerSerializer), **refusals(400)},
    )
    def get(self, request: Request) -> Response:
        """Layers that the asker may see, oldest first, 100 a page."""
        after = read_number(request, "cursor", 0, BIGGEST_ID)
        layers = Layer.objects.visible_to(actor_of(request)).filter(pk__gt=after)
        for name, lookup in (("organisation", "organisation__code"), ("kind", "kind")):
            value = request.query_params.get(name) or None
            unknown = name == "kind" and value not in (None, *Layer.Kind.values)
            if unknown or "\0" in (value or ""):
                raise bad_request("bad-parameter", parameter=name)
            layers = layers.filter(**{lookup: value}) if value else layers
        layers = layers.with_counts().select_related("organisation").order_by("pk")
        page = list(layers[: PAGE + 1])
        results = LayerSerializer(page[:PAGE], many=True).data
        more = str(page[PAGE - 1].pk) if len(page) > PAGE else None
        return Response(
            {"results": results, "next": more}, headers={"Cache-Control": "private, no-cache"}
        )


def _chosen(layers: LayerQuerySet, request: Request) -> LayerQuerySet:
    """The layers of the publisher and kind that the query names.

    Raises:
        Problem: 400, no such kind, or no code at all.
    """
    code, kind = (request.query_params.get(name) for name in ("organisation", "kind"))
    if kind is not None and kind not in Layer.Kind.values:
        raise bad_request("bad-parameter", parameter="kind", choices=Layer.Kind.values)
    if code is not None and "\0" in code:
        raise bad_request("bad-parameter", parameter="organisation")
    layers = layers.filter(kind=kind) if kind else layers
    return layers.filter(organisation__code=code) if code is not None else layers


class LayerDetailView(APIView):
    """One layer."""

    @extend_schema(
        operation_id="get_layer",
        summary="A layer with its source, style and fields",
        responses={200: LayerSerializer, **refusals(404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The layer, if the asker may see it."""
        layers = Layer.objects.visible_to(actor_of(request)).filter(pk=min(pk, BIGGEST_ID))
        layer = layers.with_counts().select_related("organisation").first()
        if layer is None:
            raise not_found()
        headers = {"Cache-Control": "private, no-cache"}
        return Response(LayerSerializer(layer).data, headers=headers)


class LayerFeaturesView(APIView):
    """Features of a layer."""

    renderer_classes = (JSONRenderer, GeoJSONRenderer)

    @extend_schema(
        operation_id="list_layer_features",
        summary="Features of a layer as GeoJSON",
        parameters=[
            OpenApiParameter("limit", LIMIT),
            CURSOR,
            OpenApiParameter("bbox", str, description="west,south,east,north in degrees"),
            OpenApiParameter("geometry", str, enum=list(GEOMETRIES), description="else simple"),
            OpenApiParameter("v", int, description="the layer's version: the answer never changes"),
        ],
        responses={(200, MEDIA_TYPE): LayerFeaturesSerializer, **refusals(400, 404)},
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """A page of features in order of their ids."""
        layer = find_layer(request, pk)
        kind = request.query_params.get("geometry", "simple")
        if kind not in GEOMETRIES:
            raise bad_request("bad-parameter", parameter="geometry", choices=list(GEOMETRIES))
        page = _Page(request, layer, simple=kind == "simple")
        fresh = get_conditional_response(request._request, etag=page.etag)
        if fresh is not None:
            return page.labelled(fresh)
        return page.labelled(HttpResponse(page.body(), content_type=MEDIA_TYPE))


class _Page:
    """One page of features: what was asked, how it is named and kept."""

    def __init__(self, request: Request, layer: Layer, simple: bool) -> None:
        self.layer, self.simple = layer, simple
        self.limit = read_number(request, "limit", FEATURES, MOST_FEATURES)
        self.after = read_number(request, "cursor", 0, BIGGEST_ID)
        self.bbox = read_bbox(request)
        self.is_final = request.query_params.get("v") == str(layer.version)
        asked = json.dumps(
            [layer.pk, layer.version, layer.fields, layer.style, simple, self.limit, self.after]
        )
        asked += request.query_params.get("bbox", "")
        self.etag = f'"{hashlib.sha256(asked.encode()).hexdigest()[:32]}"'

    def body(self) -> str:
        """The FeatureCollection; two queries."""
        found = feature_texts(
            self.layer, after=self.after, limit=self.limit + 1, bbox=self.bbox, simple=self.simple
        )
        shown = found[: self.limit]
        more = str(shown[-1][0]) if shown and len(found) > self.limit else None
        counted = Feature.objects.filter(layer=self.layer)
        matched = (counted.touching(self.bbox) if self.bbox else counted).count()
        return collection([text for _pk, text in shown], more, matched)

    def labelled(self, response: HttpResponseBase) -> HttpResponseBase:
        """With ETag; kept for a year under an address that names the version."""
        scope = "public" if self.layer.is_published else "private"
        age = f"max-age={A_YEAR}, immutable" if self.is_final else "no-cache"
        response["Cache-Control"] = f"{scope}, {age}"
        response["ETag"] = self.etag
        patch_vary_headers(response, ("Accept-Encoding",))
        return response
