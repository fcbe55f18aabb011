"""Pages that residents see: the project with its voices, and the page that manages one's own."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from layers.models import Feature
from mapping.accounts.actors import Actor, actor_of
from mapping.accounts.models import pseudonym
from mapping.accounts.problems import Problem
from mapping.accounts.ratelimit import TooOftenError
from mapping.opinions import managing, writing
from mapping.opinions.borders import land_border
from mapping.opinions.features import features
from mapping.opinions.filters import OpinionFilter
from mapping.opinions.models import Opinion
from mapping.opinions.paging import page_of
from mapping.opinions.rules import can_edit
from mapping.projects.api import detailed
from mapping.projects.counts import voices_of
from mapping.projects.models import Project
from mapping.projects.serializers import ProjectDetailSerializer
from mapping.projects.tiles import basemap_options

PAGE = 30
MOST_COLOURS = 8
GREY = "#6f7078"
DAY = 24 * 3600


def project_data(project: Project, actor: Actor) -> dict[str, Any]:
    """The project as the API gives it: what page and scripts are made of."""
    context = {"voices": voices_of([project.pk]), "actor": actor}
    return json.loads(json.dumps(ProjectDetailSerializer(project, context=context).data))


def shown_categories(categories: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Categories by slug in the colours in which they are drawn: eight at most, the rest grey."""
    return {
        category["slug"]: category | ({"colour": GREY} if place >= MOST_COLOURS else {})
        for place, category in enumerate(categories)
    }


def phase_strip(project: Project, now: datetime | None = None) -> list[dict[str, Any]]:
    """Phases in order with `when` (past, now, next) and how much of the running one is over."""
    moment = now or timezone.now()
    strip = []
    for phase in project.dated_phases:
        done = (moment - phase.starts_at) / (phase.ends_at - phase.starts_at)
        when = "past" if done >= 1 else "now" if done >= 0 else "next"
        percent = round(100 * min(max(done, 0), 1))
        strip.append({"phase": phase, "title": str(phase), "when": when, "percent": percent})
    return strip


def days_left(project: Project) -> int | None:
    """Whole days until the running phase ends, rounded up; None when none runs."""
    phase = project.current_phase
    return None if phase is None else -int(-(phase.ends_at - timezone.now()).total_seconds() // DAY)


def with_looks(found: list[str], looks: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Features (text) for templates: each with the look of its category and its district."""
    voices = [json.loads(text) for text in found]
    for voice in voices:
        properties = voice["properties"]
        facts = properties["here"] or []
        district = next((fact for fact in facts if fact["kind"] == "district"), None)
        voice["look"] = looks.get(properties["category"])
        voice["district"] = (district or (facts[0] if facts else {"text": ""}))["text"]
        voice["created_at"] = datetime.fromisoformat(properties["created_at"])
    return voices


def filter_of(request: HttpRequest, project: Project) -> OpinionFilter:
    """The filter of the address on the public basis; one that can't be read shows everything."""
    query = request.GET.copy()
    query.pop("basis", None)
    try:
        return OpinionFilter.from_query(query, project, actor_of(request))
    except Problem:
        return OpinionFilter()


def page_of_voices(
    request: HttpRequest, project: Project, looks: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """First page of the filtered voices, how many there are, and the filter itself."""
    chosen = filter_of(request, project)
    opinions = chosen.apply(Opinion.objects.in_project(project))
    order = "support" if request.GET.get("order") == "support" else "new"
    cursor = request.GET.get("cursor")
    try:
        page = page_of(opinions, order, cursor, PAGE)
    except Problem:
        page = page_of(opinions, order, None, PAGE)
    listed = Opinion.objects.filter(pk__in=page.ids)
    column = "-support_count" if order == "support" else "-created_at"
    found = features(listed.order_by(column, "-pk"), project, actor_of(request))
    return {
        "voices": with_looks(found, looks),
        "next": page.next,
        "count": opinions.count(),
        "filter": chosen,
        "order": order,
        "chosen": {name: request.GET.getlist(name) for name in request.GET},
    }


def districts_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Districts to filter by, grouped by layer: `{name, options: [("<layer>:<feature>", name)]}`.

    Args:
        data: the project as the API gives it; one query.
    """
    names = {
        layer["id"]: layer["name"]
        for layer in data["layers"]
        if layer["is_grouping"] and layer["kind"] == "district" and layer["use"] == "overlay"
    }
    rows = Feature.objects.filter(layer__in=names).order_by("pk").values_list("layer", "pk", "name")
    options: dict[int, list[tuple[str, str]]] = {pk: [] for pk in names}
    for layer, pk, name in rows:
        options[layer].append((f"{layer}:{pk}", name))
    return [{"name": names[pk], "options": found} for pk, found in options.items() if found]


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /projects/<slug>/: the map with its sheet; without scripts question, filter and list."""
    actor = actor_of(request)
    found = detailed(actor).filter(slug=slug).first()
    if found is None:
        raise Http404
    data = project_data(found, actor)
    looks = shown_categories(data["categories"])
    me = pseudonym(found.pk, actor.participant_id) if actor.participant_id else ""
    context = {
        "project": found,
        "data": data,
        "categories": list(looks.values()),
        "strip": phase_strip(found),
        "days_left": days_left(found),
        "districts": districts_of(data),
        "outcomes": Opinion.Outcome.choices,
        "island": {
            "project": data,
            "basemap": basemap_options(found, actor),
            "border": land_border(found),
            "me": {"name": me},
        },
        **page_of_voices(request, found, looks),
    }
    response = render(request, "opinions/project.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def voice(request: HttpRequest) -> HttpResponse:
    """/voice/: manage one's own voice; the key stays in the fragment until it is posted.

    POST serves browsers without scripts: the pasted key, a new text, or the withdrawal.
    """
    problem = ""
    if request.method == "POST":
        try:
            return _manage(request)
        except (Problem, TooOftenError) as error:
            problem = str(getattr(error, "detail", "")) or _(
                "少し待ってから、もう一度お試しください。"
            )
    own = _own_voice(request)
    context = {"voice": own, "can_edit": own is not None and can_edit(own), "problem": problem}
    return render(request, "opinions/voice.html", context, status=422 if problem else 200)


def _own_voice(request: HttpRequest) -> Opinion | None:
    """The voice that the session may manage, if there is one that isn't gone."""
    try:
        found = managing.voice_of(request)
    except Problem:
        return None
    return None if found.is_gone else found


def _manage(request: HttpRequest) -> HttpResponse:
    """Do what a form of the page asks, then show the page again."""
    action = request.POST.get("action", "open")
    if action == "edit":
        managing.reword(request, request.POST.get("text", ""))
        messages.success(request, _("保存しました。"))
    elif action == "withdraw":
        writing.withdraw(managing.voice_of(request))
        managing.close_session(request)
        messages.success(request, _("声を取り下げました。"))
    else:
        key = request.POST.get("key", "").strip().rpartition("#")[2]
        if managing.open_session(request, key).is_gone:
            managing.close_session(request)
            messages.info(request, _("この声は取り下げられています。"))
    return redirect("voice")
