"""Projects: what may be talked about, and everything a project's page needs in one reply."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from layers.models import Feature
from mapping.accounts.actors import Actor, actor_of
from mapping.accounts.problems import bad_request, not_found
from mapping.accounts.schema import listed, refusals
from mapping.projects.counts import voices_of
from mapping.projects.models import Project, ProjectLayer
from mapping.projects.querysets import ProjectQuerySet
from mapping.projects.serializers import ProjectDetailSerializer, ProjectSerializer

PAGE = 50
BIGGEST_ID = 2**63 - 1
PRIVATE = {"Cache-Control": "private, no-cache"}


def find_project(request: Request, slug: str) -> Project:
    """The project, if the asker may see it.

    Raises:
        Problem: 404, the same for what isn't there and what isn't for this person.
    """
    visible = Project.objects.visible_to(actor_of(request)).select_related("organisation")
    project = visible.filter(slug=slug).first()
    if project is None:
        raise not_found()
    return project


def read_cursor(value: str | None) -> int:
    """Id after which a page begins; 0 for the first page.

    Raises:
        Problem: 400, it isn't a cursor that a reply gave.
    """
    if value is None:
        return 0
    if not (value.isascii() and value.isdigit() and int(value[:20]) <= BIGGEST_ID):
        raise bad_request("bad-cursor", parameter="cursor")
    return int(value[:20])


class ProjectListView(APIView):
    """Public projects."""

    @extend_schema(
        operation_id="list_projects",
        summary="Public projects, newest first",
        parameters=[OpenApiParameter("cursor", str, description="`next` of the page before")],
        responses={200: listed(ProjectSerializer), **refusals(400)},
    )
    def get(self, request: Request) -> Response:
        """Public projects, newest first, 50 a page."""
        before = read_cursor(request.query_params.get("cursor"))
        projects = Project.objects.listed().with_bounds().select_related("organisation")
        projects = projects.prefetch_related("phases").order_by("-id")
        if before:
            projects = projects.filter(pk__lt=before)
        page = list(projects[: PAGE + 1])
        shown = page[:PAGE]
        context = {"voices": voices_of([project.pk for project in shown])}
        results = ProjectSerializer(shown, many=True, context=context).data
        more = str(shown[-1].pk) if len(page) > PAGE else None
        return Response({"results": results, "next": more}, headers=PRIVATE)


class ProjectDetailView(APIView):
    """One project."""

    @extend_schema(
        operation_id="get_project",
        summary="A project with categories, phases, layers and what the asker may do",
        responses={200: ProjectDetailSerializer, **refusals(404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The project, if the asker may see it."""
        actor = actor_of(request)
        project = detailed(actor).filter(slug=slug).first()
        if project is None:
            raise not_found()
        context = {"voices": voices_of([project.pk]), "actor": actor}
        return Response(ProjectDetailSerializer(project, context=context).data, headers=PRIVATE)


def detailed(actor: Actor) -> ProjectQuerySet:
    """Projects visible to the actor with categories, phases, `shown_layers`, bounds, outline."""
    features = Feature.objects.filter(layer=OuterRef("layer")).order_by().values("layer")
    counted = Coalesce(Subquery(features.annotate(n=Count("pk")).values("n")), 0)
    layers = (
        ProjectLayer.objects.filter(
            Q(layer__is_published=True) | Q(layer__organisation__in=list(actor.roles))
        )
        .select_related("layer")
        .annotate(feature_count=counted)
    )
    return (
        Project.objects.visible_to(actor)
        .with_bounds()
        .with_outline()
        .select_related("organisation")
        .prefetch_related(
            "categories", "phases", Prefetch("project_layers", layers, to_attr="shown_layers")
        )
    )
