"""The planner's page: map in the middle, what to see at the left, figures at the right."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from layers.models import Layer
from mapping.accounts.actors import actor_of
from mapping.accounts.problems import Problem
from mapping.analysis.summary import summary
from mapping.opinions.filters import OpinionFilter
from mapping.opinions.models import Opinion
from mapping.opinions.pages import project_data
from mapping.opinions.querysets import OpinionQuerySet
from mapping.projects.api import detailed
from mapping.projects.models import Project, ProjectLayer
from mapping.projects.tiles import basemap_options


@require_safe
def analysis(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /projects/<slug>/analysis/: the page, with a table of districts that needs no script.

    A filter that can't be read is said above the table, which then shows all voices.
    """
    actor = actor_of(request)
    project = detailed(actor).filter(slug=slug).first()
    if project is None:
        raise Http404
    opinions, refusal = _filtered(request, project)
    layer = _grouping(request, project)
    return render(
        request,
        "analysis/analysis.html",
        {
            "project": project,
            "data": project_data(project, actor),
            "basemap": basemap_options(project, actor),
            "layer": layer,
            "summary": summary(project, opinions, layer) if layer else None,
            "refusal": refusal,
        },
    )


def _filtered(request: HttpRequest, project: Project) -> tuple[OpinionQuerySet, str]:
    published = Opinion.objects.in_project(project).published()
    query = request.GET.copy()
    query.pop("basis", None)
    try:
        return OpinionFilter.from_query(query, project, actor_of(request)).apply(published), ""
    except Problem as problem:
        return published, str(problem.detail or problem.title)


def _grouping(request: HttpRequest, project: Any) -> Layer | None:
    """The layer that `by=` names, else the first grouping layer of the project."""
    shown = sorted(project.shown_layers, key=lambda one: one.use != ProjectLayer.Use.OVERLAY)
    groupings = [one.layer for one in shown if one.layer.is_grouping]
    wanted = request.GET.get("by", "")
    chosen = (layer for layer in groupings if str(layer.pk) == wanted)
    return next(chosen, groupings[0] if groupings else None)
