"""Replies, supports and flags over HTTP."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiRequest, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mapping.accounts.actors import Actor, actor_of
from mapping.accounts.problems import forbidden, unprocessable
from mapping.accounts.ratelimit import count_or_refuse
from mapping.accounts.requests import choice_member, text_member, uuid_member
from mapping.accounts.schema import WRITE_REFUSALS, listed, refusals
from mapping.dialogue import talking
from mapping.dialogue.finding import (
    COMMENT_PAGE,
    find_comment,
    find_opinion,
    page_of_comments,
    supported_comments,
)
from mapping.dialogue.models import Comment, Flag
from mapping.dialogue.rules import can_comment, can_flag, can_moderate, can_support
from mapping.dialogue.serializers import (
    CommentSerializer,
    FlagSerializer,
    NewCommentSerializer,
    NewFlagSerializer,
    ReasonSerializer,
    SupportSerializer,
)
from mapping.opinions.models import Opinion
from mapping.opinions.words import clean_text
from mapping.projects.models import Project
from mapping.projects.rules import may_speak

NO_STORE = {"Cache-Control": "private, no-store"}
LANGUAGES = ["ja", "en"]
NOTE_LIMIT = 1000


def write_body(body: type) -> dict[str, OpenApiRequest]:
    """The request body of an operation in the OpenAPI document."""
    return {"application/json": OpenApiRequest(body)}


class CommentsView(APIView):
    """Replies to one voice."""

    @extend_schema(
        operation_id="list_comments",
        summary=f"Replies to a voice, oldest first, {COMMENT_PAGE} a page",
        parameters=[OpenApiParameter("cursor", str, description="`next` of the page before")],
        responses={200: listed(CommentSerializer), **refusals(400, 404)},
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Replies, also those to a voice that its author withdrew."""
        actor = actor_of(request)
        opinion = find_opinion(actor, slug, pk, gone_too=True)
        replies, more = page_of_comments(opinion, actor, request.query_params.get("cursor"))
        return Response({"results": _shown(replies, actor), "next": more}, headers=NO_STORE)

    @extend_schema(
        operation_id="add_comment",
        summary="Reply to a voice",
        request=write_body(NewCommentSerializer),
        responses={
            200: CommentSerializer,
            201: CommentSerializer,
            **refusals(*WRITE_REFUSALS, 409, 410),
        },
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Reply; 200 with the same reply when this client_id was sent before."""
        actor = actor_of(request)
        opinion = find_opinion(actor, slug, pk)
        _require(can_comment(actor, opinion.project), actor, opinion.project)
        client_id = uuid_member(request.data, "client_id")
        text = text_member(request.data, "text")
        language = choice_member(request.data, "language", LANGUAGES, spoken_language())
        count_or_refuse(request, "reply")
        said = talking.comment(opinion, actor, text, client_id, language)
        status = 201 if said.is_new else 200
        return Response(_shown([said.comment], actor)[0], status=status, headers=NO_STORE)


class SupportView(APIView):
    """共感 with one voice."""

    @extend_schema(
        operation_id="support_opinion",
        summary="Support a voice",
        request=None,
        responses={200: SupportSerializer, **refusals(*WRITE_REFUSALS, 409, 410)},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Support it; once more changes nothing."""
        actor, opinion = _supporter(request, slug, pk)
        return Response(SupportSerializer.of(talking.support(opinion, actor)), headers=NO_STORE)

    @extend_schema(
        operation_id="unsupport_opinion",
        summary="Take one's support back",
        request=None,
        responses={200: SupportSerializer, **refusals(*WRITE_REFUSALS, 409, 410)},
    )
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Take it back."""
        actor, opinion = _supporter(request, slug, pk)
        return Response(SupportSerializer.of(talking.unsupport(opinion, actor)), headers=NO_STORE)


class CommentSupportView(APIView):
    """共感 with one reply."""

    @extend_schema(
        operation_id="support_comment",
        summary="Support a reply",
        request=None,
        responses={200: SupportSerializer, **refusals(*WRITE_REFUSALS, 409, 410)},
    )
    def post(self, request: Request, slug: str, pk: int, comment: int) -> Response:
        """Support it; once more changes nothing."""
        actor, opinion = _supporter(request, slug, pk)
        outcome = talking.support_comment(opinion, comment, actor)
        return Response(SupportSerializer.of(outcome), headers=NO_STORE)

    @extend_schema(
        operation_id="unsupport_comment",
        summary="Take one's support of a reply back",
        request=None,
        responses={200: SupportSerializer, **refusals(*WRITE_REFUSALS, 409, 410)},
    )
    def delete(self, request: Request, slug: str, pk: int, comment: int) -> Response:
        """Take it back."""
        actor, opinion = _supporter(request, slug, pk)
        outcome = talking.unsupport_comment(opinion, comment, actor)
        return Response(SupportSerializer.of(outcome), headers=NO_STORE)


class FlagView(APIView):
    """A reader's hint to the staff about a voice."""

    @extend_schema(
        operation_id="flag_opinion",
        summary="Tell the staff that something is wrong with a voice",
        request=write_body(NewFlagSerializer),
        responses={200: FlagSerializer, 201: FlagSerializer, **refusals(*WRITE_REFUSALS, 410)},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Flag it; a second flag of the same device replaces the first (200)."""
        actor = actor_of(request)
        opinion = find_opinion(actor, slug, pk)
        return _flagged(request, actor, opinion, opinion)


class CommentFlagView(APIView):
    """A reader's hint to the staff about a reply."""

    @extend_schema(
        operation_id="flag_comment",
        summary="Tell the staff that something is wrong with a reply",
        request=write_body(NewFlagSerializer),
        responses={200: FlagSerializer, 201: FlagSerializer, **refusals(*WRITE_REFUSALS)},
    )
    def post(self, request: Request, slug: str, pk: int, comment: int) -> Response:
        """Flag it; a second flag of the same device replaces the first (200)."""
        actor = actor_of(request)
        opinion = find_opinion(actor, slug, pk, gone_too=True)
        return _flagged(request, actor, opinion, find_comment(opinion, actor, comment))


class CommentHideView(APIView):
    """The staff takes a reply out of public view."""

    @extend_schema(
        operation_id="hide_comment",
        summary="Hide a reply (staff)",
        request=write_body(ReasonSerializer),
        responses={200: CommentSerializer, **refusals(*WRITE_REFUSALS, 409)},
    )
    def post(self, request: Request, slug: str, pk: int, comment: int) -> Response:
        """Hide it, with a reason for the log."""
        actor, reply, reason = _decision(request, slug, pk, comment)
        hidden = talking.hide_comment(reply, actor.user, reason)  # type: ignore[arg-type]
        return Response(_shown([hidden], actor)[0], headers=NO_STORE)


class CommentRestoreView(APIView):
    """The staff publishes a reply that was hidden or waits."""

    @extend_schema(
        operation_id="restore_comment",
        summary="Publish a reply that was hidden or waits (staff)",
        request=write_body(ReasonSerializer),
        responses={200: CommentSerializer, **refusals(*WRITE_REFUSALS, 409)},
    )
    def post(self, request: Request, slug: str, pk: int, comment: int) -> Response:
        """Publish it, with a reason for the log."""
        actor, reply, reason = _decision(request, slug, pk, comment)
        restored = talking.restore_comment(reply, actor.user, reason)  # type: ignore[arg-type]
        return Response(_shown([restored], actor)[0], headers=NO_STORE)


def spoken_language() -> str:
    """The reader's language as a choice of LANGUAGES."""
    active = (get_language() or "ja").split("-")[0]
    return active if active in LANGUAGES else "ja"


def _require(allowed: bool, actor: Actor, project: Project) -> None:
    if allowed:
        return
    if not may_speak(actor, project):
        detail = _("このプロジェクトは、担当の人だけが書きこめます。")
        raise forbidden(detail, code="not-asked")
    raise forbidden(_("いまは受け付けている期間ではありません。"), code="phase-closed")


def _supporter(request: Request, slug: str, pk: int) -> tuple[Actor, Opinion]:
    actor = actor_of(request)
    opinion = find_opinion(actor, slug, pk)
    _require(can_support(actor, opinion.project), actor, opinion.project)
    count_or_refuse(request, "support")
    return actor, opinion


def _flagged(
    request: Request, actor: Actor, opinion: Opinion, target: Opinion | Comment
) -> Response:
    _require(can_flag(actor, opinion.project), actor, opinion.project)
    reason = choice_member(request.data, "reason", list(Flag.Reason.values))
    note = text_member(request.data, "note", required=False, longest=NOTE_LIMIT)
    count_or_refuse(request, "flag")
    is_new = talking.flag(target, actor, reason, note)
    return Response({"reason": reason}, status=201 if is_new else 200, headers=NO_STORE)


def _decision(request: Request, slug: str, pk: int, comment: int) -> tuple[Actor, Comment, str]:
    actor = actor_of(request)
    opinion = find_opinion(actor, slug, pk, gone_too=True)
    if not can_moderate(actor, opinion.project):
        raise forbidden()
    reply = find_comment(opinion, actor, comment)
    reason = clean_text(text_member(request.data, "reason", longest=NOTE_LIMIT))
    if not reason:
        raise unprocessable("no-reason", _("理由がありません"), _("理由を書いてください。"))
    return actor, reply, reason


def _shown(replies: list[Comment], actor: Actor) -> list[dict]:
    context = {
        "participant_id": actor.participant_id,
        "supported": supported_comments(replies, actor),
    }
    return list(CommentSerializer(replies, many=True, context=context).data)
