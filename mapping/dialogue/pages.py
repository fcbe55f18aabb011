"""The page of one voice: everything on it works without scripts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mapping.accounts.actors import Actor, actor_of
from mapping.accounts.problems import Problem, forbidden
from mapping.accounts.ratelimit import TooOftenError, count_or_refuse
from mapping.dialogue import talking
from mapping.dialogue.finding import find_opinion, page_of_comments
from mapping.dialogue.models import Comment, Flag, Support
from mapping.dialogue.rules import can_comment, can_flag, can_moderate, can_support
from mapping.opinions import writing
from mapping.opinions.features import feature
from mapping.opinions.models import Opinion
from mapping.opinions.pages import shown_categories
from mapping.opinions.states import State
from mapping.projects.models import Project
from mapping.projects.serializers import CategorySerializer
from mapping.projects.tiles import basemap_options

REPLIES = 100
UNFURLED = 120


@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """/projects/<slug>/opinions/<id>/: text, place, replies; 410 when its author withdrew it."""
    actor = actor_of(request)
    try:
        voice = find_opinion(actor, slug, pk, gone_too=True)
    except Problem as missing:
        raise Http404 from missing
    if voice.is_gone:
        return _shown(request, "dialogue/withdrawn.html", _withdrawn(request, voice), status=410)
    if request.method == "POST":
        problem = _answer(request, actor, voice)
        if not problem:
            return redirect(voice)
        messages.error(request, problem)
        voice.refresh_from_db()
        return _shown(request, "dialogue/opinion.html", _context(request, voice), status=422)
    return _shown(request, "dialogue/opinion.html", _context(request, voice))


def _shown(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-cache"
    return response


def _replies(request: HttpRequest, voice: Opinion) -> dict[str, Any]:
    """Replies of one page, and the cursor of the next."""
    try:
        found, more = page_of_comments(voice, actor_of(request), request.GET.get("cursor"), REPLIES)
    except Problem:
        found, more = page_of_comments(voice, actor_of(request), None, REPLIES)
    return {"replies": found, "next": more}


def _withdrawn(request: HttpRequest, voice: Opinion) -> dict[str, Any]:
    return {"project": voice.project, "voice": voice, **_replies(request, voice)}


def _context(request: HttpRequest, voice: Opinion) -> dict[str, Any]:
    """What the page of a voice shows; places are the public ones."""
    actor = actor_of(request)
    shown = feature(Opinion.objects.filter(pk=voice.pk), voice.project, actor)
    looks = shown_categories(_categories(voice.project))
    facts = [fact["text"] for fact in shown["properties"]["here"] or []]
    can = _permissions(actor, voice.project)
    return {
        "project": voice.project,
        "voice": voice,
        "feature": shown,
        "look": looks.get(shown["properties"]["category"]),
        "facts": facts,
        "summary": _summary(voice),
        "address": request.build_absolute_uri(voice.get_absolute_url()),
        "supported": _supports(actor, voice),
        "can": can,
        "flags": voice.flags.filter(resolved_at=None) if can["moderate"] else (),
        "reasons": Flag.Reason.choices,
        "client_id": uuid.uuid4(),
        "island": {
            "feature": shown,
            "look": looks.get(shown["properties"]["category"]),
            "basemap": basemap_options(voice.project, actor),
        },
        **_replies(request, voice),
    }


def _categories(project: Project) -> list[dict[str, Any]]:
    return list(CategorySerializer(project.categories.all(), many=True).data)


def _summary(voice: Opinion) -> str:
    """The beginning of the text, for titles and link previews."""
    text = " ".join(voice.text.split())
    return text if len(text) <= UNFURLED else f"{text[: UNFURLED - 1]}…"


def _supports(actor: Actor, voice: Opinion) -> bool:
    if actor.participant_id is None:
        return False
    return Support.objects.filter(participant=actor.participant_id, opinion=voice).exists()


def _permissions(actor: Actor, project: Project) -> dict[str, bool]:
    return {
        "comment": can_comment(actor, project),
        "support": can_support(actor, project),
        "flag": can_flag(actor, project),
        "moderate": can_moderate(actor, project),
    }


def _answer(request: HttpRequest, actor: Actor, voice: Opinion) -> str:
    """Do what a form asks; '' when it was done, else why not, in words."""
    deed = DEEDS.get(request.POST.get("action", ""))
    if deed is None:
        return _("この操作はできません。")
    try:
        messages.success(request, deed(request, actor, voice))
    except TooOftenError:
        return _("短い時間にたくさん送られています。しばらく待ってから、もう一度お試しください。")
    except Problem as problem:
        return str(problem.detail or problem.title)
    return ""


def _require(allowed: bool) -> None:
    if not allowed:
        raise forbidden(_("いまは、この操作はできません。"), code="not-open")


def _reply(request: HttpRequest, actor: Actor, voice: Opinion) -> str:
    _require(can_comment(actor, voice.project))
    count_or_refuse(request, "reply")
    try:
        client_id = uuid.UUID(request.POST.get("client_id", ""))
    except ValueError:
        client_id = uuid.uuid4()
    language = "en" if (request.LANGUAGE_CODE or "").startswith("en") else "ja"
    said = talking.comment(voice, actor, request.POST.get("text", ""), client_id, language)
    if said.comment.state == Comment.State.WAITING:
        return _("返信を受けとりました。担当者が確認してから公開されます。")
    return _("返信がのりました。")


def _support(request: HttpRequest, actor: Actor, voice: Opinion) -> str:
    _require(can_support(actor, voice.project))
    count_or_refuse(request, "support")
    talking.support(voice, actor)
    return _("共感しました。")


def _unsupport(request: HttpRequest, actor: Actor, voice: Opinion) -> str:
    _require(can_support(actor, voice.project))
    count_or_refuse(request, "support")
    talking.unsupport(voice, actor)
    return _("共感をとりけしました。")


def _flag(request: HttpRequest, actor: Actor, voice: Opinion) -> str:
    _require(can_flag(actor, voice.project))
    count_or_refuse(request, "flag")
    reason = request.POST.get("reason", "")
    if reason not in Flag.Reason.values:
        reason = Flag.Reason.OTHER
    talking.flag(voice, actor, reason, request.POST.get("note", "")[:1000])
    return _("担当者に知らせました。ありがとうございます。")


def _hide(request: HttpRequest, actor: Actor, voice: Opinion) -> str:
    _require(can_moderate(actor, voice.project))
    writing.hide(voice, actor.user, request.POST.get("reason", ""))  # type: ignore[arg-type]
    return _("非公開にしました。")


def _restore(request: HttpRequest, actor: Actor, voice: Opinion) -> str:
    _require(can_moderate(actor, voice.project))
    reason = request.POST.get("reason", "")
    deed = writing.publish if voice.state == State.WAITING else writing.restore
    deed(voice, actor.user, reason)  # type: ignore[arg-type]
    return _("公開しました。")


DEEDS: dict[str, Callable[[HttpRequest, Actor, Opinion], str]] = {
    "reply": _reply,
    "support": _support,
    "unsupport": _unsupport,
    "flag": _flag,
    "hide": _hide,
    "restore": _restore,
}
