"""Voices through the API: list, points, one, add, preview, "here", and the staff's decisions."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib.gis.geos import GEOSGeometry, Point
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mapping.accounts.actors import Actor, actor_of
from mapping.accounts.models import User
from mapping.accounts.problems import bad_request, forbidden, gone, not_found
from mapping.accounts.ratelimit import count_or_refuse
from mapping.accounts.requests import body_of, text_member
from mapping.accounts.schema import WRITE_REFUSALS, refusals
from mapping.opinions import serializers, writing
from mapping.opinions.features import feature, features
from mapping.opinions.filters import OpinionFilter, parameters
from mapping.opinions.geometry import jitter_of, public_geometry
from mapping.opinions.here import MOST_METRES, NEARBY_METRES, facts_of, here_at, nearby
from mapping.opinions.models import Basis, ExactRead, Opinion
from mapping.opinions.paging import MOST, ORDERS, page_of, read_limit
from mapping.opinions.parser import ParsedOpinion, parse_client_id, parse_feature
from mapping.opinions.placements import shares_of
from mapping.opinions.querysets import OpinionQuerySet
from mapping.projects.api import find_project
from mapping.projects.models import Project
from mapping.projects.rules import can_moderate, can_see_exact

GEOJSON = "application/geo+json"
MAX_AGE = 30
KINDS = '["pin","line","area"]'
NO_STORE = {"Cache-Control": "no-store"}
Reply = TypeVar("Reply", bound=HttpResponseBase)


class Inquiry:
    """Which voices of one project a reader asks for, and on which basis.

    Raises:
        Problem: 404 project, 400 filter, 403 basis without the right.
    """

    def __init__(self, request: Request, slug: str) -> None:
        self.request = request
        self.actor: Actor = actor_of(request)
        self.project: Project = find_project(request, slug)
        self.filter = OpinionFilter.from_query(request.GET, self.project, self.actor)
        self.basis: str = self.filter.basis
        if self.basis == Basis.EXACT:
            leave_trace(self.actor, self.project, f"{request.path}?{self.filter.query}")

    @property
    def opinions(self) -> OpinionQuerySet:
        """The voices that the filter lets through; the project was found for this reader."""
        return self.filter.apply(Opinion.objects.in_project(self.project))


def leave_trace(actor: Actor, project: Project, what: str) -> None:
    """Note who of the staff read exact places."""
    if isinstance(actor.user, User):
        ExactRead.objects.create(user=actor.user, project=project, what=what[:200])


def answered(
    request: Request, body: str, content_type: str, is_exact: bool = False
) -> HttpResponseBase:
    """The text with ETag and half a minute of caching; 304 when the reader has it already."""
    response = kept(request, HttpResponse(body, content_type=content_type), is_exact)
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    response["ETag"] = etag
    plain: HttpRequest = request._request
    return get_conditional_response(plain, etag=etag, response=response) or response


def kept(request: Request, response: Reply, is_exact: bool = False) -> Reply:
    """The reply with how long it may be kept: half a minute, by shared caches only what strangers
    read, what tells exact places by nobody.
    """
    is_private = bool(request.COOKIES) or actor_of(request).user.is_authenticated
    age = f"{'private' if is_private else 'public'}, max-age={MAX_AGE}"
    response["Cache-Control"] = "private, no-store" if is_exact else age
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response


class OpinionListView(APIView):
    """The voices of a project."""

    @extend_schema(
        operation_id="list_opinions",
        summary="Published voices of the choice as GeoJSON, newest or most supported first",
        parameters=[
            *parameters(),
            OpenApiParameter("order", str, enum=list(ORDERS), description="new unless told"),
            OpenApiParameter("cursor", str, description="`next` of the page before"),
            OpenApiParameter("limit", int, description=f"1 to {MOST}; 100 unless told"),
        ],
        responses={
            (200, GEOJSON): serializers.OpinionListSerializer,
            **refusals(400, 403, 404),
        },
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """One page of voices and how many there are in all."""
        asked = Inquiry(request, slug)
        order = request.GET.get("order") or "new"
        limit = read_limit(request.GET.get("limit"))
        page = page_of(asked.opinions, order, request.GET.get("cursor"), limit)
        found = Opinion.objects.filter(pk__in=page.ids).order_by(f"-{ORDERS[order]}", "-pk")
        basis = asked.basis
        texts = features(found, asked.project, asked.actor, basis) if page.ids else []
        body = (
            f'{{"type":"FeatureCollection","features":[{",".join(texts)}],'
            f'"next":{json.dumps(page.next)},"numberMatched":{asked.opinions.count()}}}'
        )
        return answered(request, body, GEOJSON, basis == Basis.EXACT)

    @extend_schema(
        operation_id="add_opinion",
        summary="Put a voice on the map; the same client_id again answers with the same voice",
        request={
            "application/json": serializers.NewOpinionSerializer,
            GEOJSON: serializers.NewOpinionSerializer,
        },
        responses={
            (201, "application/json"): serializers.CreatedOpinionSerializer,
            (200, "application/json"): serializers.CreatedOpinionSerializer,
            **refusals(*WRITE_REFUSALS, 409, 410),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """201 with where it fell; 200 when it was sent before."""
        actor = actor_of(request)
        project = find_project(request, slug)
        made = writing.add_opinion(project, actor, request.data, request)
        status = 201 if made.created else 200
        return Response(_created(made, project, actor), status=status, headers=NO_STORE)


def _created(made: writing.Created, project: Project, actor: Actor) -> dict[str, Any]:
    voice = made.opinion
    body = feature(Opinion.objects.filter(pk=voice.pk), project, actor)
    body |= {
        "here": body["properties"]["here"],
        "nearby": nearby(project, cast(Point, voice.anchor), without=voice.pk),
        "state": voice.state,
    }
    if made.manage_key:
        body["manage_url"] = f"/voice/#{made.manage_key}"
    return body


class OpinionPointsView(APIView):
    """The voices of a project as bare points."""

    @extend_schema(
        operation_id="list_points",
        summary="Every published voice of the choice as a point, without paging",
        parameters=parameters(),
        responses={
            (200, "application/json"): serializers.PointsSerializer,
            **refusals(400, 403, 404),
        },
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """Anchors, one query."""
        asked = Inquiry(request, slug)
        categories = list(asked.project.categories.values_list("pk", "slug"))
        total, points = asked.opinions.as_points([pk for pk, __ in categories])
        slugs = json.dumps([name for __, name in categories])
        body = f'{{"total":{total},"categories":{slugs},"kinds":{KINDS},"points":[{points}]}}'
        return answered(request, body, "application/json")


class OpinionDetailView(APIView):
    """One voice."""

    @extend_schema(
        operation_id="get_opinion",
        summary="A voice; 410 when its author withdrew it",
        parameters=[OpenApiParameter("basis", str, enum=["public", "exact"])],
        responses={
            (200, GEOJSON): serializers.OpinionFeatureSerializer,
            **refusals(400, 403, 404, 410),
        },
    )
    def get(self, request: Request, slug: str, pk: int) -> HttpResponseBase:
        """The voice, if the asker may see it."""
        actor = actor_of(request)
        project = find_project(request, slug)
        basis = _basis(request, project, actor)
        found = Opinion.objects.in_project(project).visible_to(actor).filter(pk=pk)
        texts = features(found, project, actor, basis)
        if not texts:
            raise _gone_or_missing(project, pk)
        if basis == Basis.EXACT:
            leave_trace(actor, project, request.path)
        return answered(request, texts[0], GEOJSON, basis == Basis.EXACT)


def _basis(request: Request, project: Project, actor: Actor) -> str:
    basis = request.GET.get("basis") or Basis.PUBLIC
    if basis not in (Basis.PUBLIC, Basis.EXACT):
        raise bad_request("bad-parameter", parameter="basis", choices=["public", "exact"])
    if basis == Basis.EXACT and not can_see_exact(actor, project):
        raise forbidden(_("描かれた位置は、権限のある職員だけが見られます。"), code="no-exact")
    return basis


def _gone_or_missing(project: Project, pk: int) -> Exception:
    voice = Opinion.objects.in_project(project).filter(pk=pk).only("state").first()
    if voice is not None and voice.is_gone:
        return gone(_("この声は、本人が取り下げました。"))
    return not_found()


class PreviewView(APIView):
    """A place before it is sent."""

    @extend_schema(
        operation_id="preview_opinion",
        summary="How a place will appear to others, and where it would count",
        request={
            "application/json": serializers.PreviewRequestSerializer,
            GEOJSON: serializers.PreviewRequestSerializer,
        },
        responses={200: serializers.PreviewSerializer, **refusals(*WRITE_REFUSALS)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Nothing is stored."""
        actor = actor_of(request)
        project = find_project(request, slug)
        writing.refuse_unless_open(project, actor)
        count_or_refuse(request, "preview")
        parsed = parse_feature(request.data, project, preview=True)
        jitter = _jitter(parsed, body_of(request))
        drawn = GEOSGeometry(memoryview(parsed.geometry.wkb), srid=4326)
        place = public_geometry(project, drawn, jitter)
        body = {
            "public_geometry": json.loads(place.geometry.json),
            "anchor": [place.anchor.x, place.anchor.y],
            "cell": json.loads(place.cell.json) if place.cell else None,
            "grid_m": project.grid_m,
            "collapsed": place.is_collapsed,
            "here": facts_of(project, [place.anchor], get_language())[0],
            "nearby": nearby(project, place.anchor),
            "measure": _measure(drawn, project),
            "shares": shares_of(project, place.geometry),
        }
        return Response(body, headers=NO_STORE)


def _jitter(parsed: ParsedOpinion, payload: dict[str, Any]) -> tuple[float, float]:
    client_id = (payload.get("properties") or {}).get("client_id")
    if client_id is None or parsed.category is None or not parsed.category.is_jittered:
        return 0.0, 0.0
    return jitter_of(parse_client_id(client_id))


def _measure(drawn: GEOSGeometry, project: Project) -> dict[str, int]:
    if drawn.dims == 0:
        return {}
    metric = drawn.transform(project.metric_srid, clone=True)
    if drawn.dims == 1:
        return {"metres": round(metric.length)}
    return {"square_metres": round(metric.area)}


class HereView(APIView):
    """What there is at a place."""

    @extend_schema(
        operation_id="get_here",
        summary="What the layers know at a place, and which voices are near",
        parameters=[
            OpenApiParameter("lon", float, required=True),
            OpenApiParameter("lat", float, required=True),
            OpenApiParameter("radius", float, description=f"metres, 1 to {MOST_METRES}"),
        ],
        responses={
            (200, "application/json"): serializers.HereSerializer,
            **refusals(400, 404),
        },
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """Facts and neighbours."""
        project = find_project(request, slug)
        lon = _number(request, "lon", -180, 180)
        lat = _number(request, "lat", -90, 90)
        radius = _number(request, "radius", 1, MOST_METRES, NEARBY_METRES)
        found = here_at(project, Point(lon, lat, srid=4326), radius)
        return answered(request, json.dumps(found, ensure_ascii=False), "application/json")


def _number(
    request: Request, name: str, low: float, high: float, default: float | None = None
) -> float:
    text = request.GET.get(name)
    if text is None and default is not None:
        return default
    try:
        number = float(text or "")
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise bad_request("bad-parameter", parameter=name, low=low, high=high)
    return number


class DecisionView(APIView):
    """A decision of the staff on a voice."""

    decide: Callable[[Opinion, User, str], Opinion]

    def decision(self, request: Request, slug: str, pk: int) -> Response:
        """Carry it out, for a reason that stays in the log."""
        actor = actor_of(request)
        project = find_project(request, slug)
        voice = Opinion.objects.in_project(project).visible_to(actor).filter(pk=pk).first()
        if voice is None:
            raise _gone_or_missing(project, pk)
        if not can_moderate(actor, project):
            raise forbidden(_("投稿の管理は、担当の職員だけができます。"))
        reason = text_member(
            body_of(request), "reason", required=False, longest=writing.REASON_LIMIT
        )
        changed = type(self).decide(voice, actor.user, reason)  # type: ignore[arg-type]
        return Response({"id": changed.pk, "state": changed.state}, headers=NO_STORE)


def _decision_schema(operation_id: str, summary: str) -> Callable:
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        request=serializers.DecisionSerializer,
        responses={200: serializers.StateSerializer, **refusals(*WRITE_REFUSALS, 409, 410)},
    )


class HideView(DecisionView):
    """Take a voice out of sight."""

    decide = staticmethod(writing.hide)

    @_decision_schema("hide_opinion", "Hide a voice (staff)")
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Needs a reason."""
        return self.decision(request, slug, pk)


class RestoreView(DecisionView):
    """Show a hidden voice again."""

    decide = staticmethod(writing.restore)

    @_decision_schema("restore_opinion", "Show a hidden voice again (staff)")
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Needs a reason."""
        return self.decision(request, slug, pk)


class PublishView(DecisionView):
    """Show a voice that waited."""

    decide = staticmethod(writing.publish)

    @_decision_schema("publish_opinion", "Publish a voice that waited (staff)")
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """A reason may be given."""
        return self.decision(request, slug, pk)
