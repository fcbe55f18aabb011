"""Fetch and authorise in one step: what isn't for the asker looks as if it weren't there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from mapping.accounts.actors import Actor
from mapping.accounts.problems import bad_request, gone, not_found
from mapping.dialogue.models import Comment, Support
from mapping.opinions.models import Opinion
from mapping.opinions.rules import can_view_opinion
from mapping.projects.rules import can_view_project

COMMENT_PAGE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def find_opinion(actor: Actor, slug: str, pk: int, *, gone_too: bool = False) -> Opinion:
    """The voice of this project, if the asker may see it.

    Args:
        gone_too: a tombstone too; the replies to it stay readable.

    Raises:
        Problem: 404, or 410 where it was withdrawn or erased.
    """
    voices = Opinion.objects.select_related("project__organisation")
    opinion = voices.filter(project__slug=slug, pk=pk).first()
    if opinion is None or not can_view_project(actor, opinion.project):
        raise not_found()
    if opinion.is_gone:
        if gone_too:
            return opinion
        raise gone(_("この声は、本人が取り下げました。"))
    if not can_view_opinion(actor, opinion):
        raise not_found()
    return opinion


def find_comment(opinion: Opinion, actor: Actor, pk: int) -> Comment:
    """The reply to this voice, if the asker may see it.

    Raises:
        Problem: 404.
    """
    replies = opinion.comments.visible_to(actor, opinion.project)
    reply = replies.select_related("organisation", "opinion").filter(pk=pk).first()
    if reply is None:
        raise not_found()
    return reply


def page_of_comments(
    opinion: Opinion, actor: Actor, cursor: str | None, size: int = COMMENT_PAGE
) -> tuple[list[Comment], str | None]:
    """Replies after the cursor, oldest first, and the next cursor if there are more.

    Raises:
        Problem: 400, it isn't a cursor that a reply gave.
    """
    replies = opinion.comments.visible_to(actor, opinion.project)
    replies = replies.select_related("organisation", "opinion")
    if cursor is not None:
        moment, pk = _read_cursor(cursor)
        replies = replies.filter(Q(created_at__gt=moment) | Q(created_at=moment, pk__gt=pk))
    found = list(replies[: size + 1])
    page = found[:size]
    return page, _cursor_of(page[-1]) if len(found) > size else None


def _cursor_of(reply: Comment) -> str:
    return f"{(reply.created_at - EPOCH) // timedelta(microseconds=1)}-{reply.pk}"


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    moment, __, pk = cursor.partition("-")
    try:
        if not (moment.isascii() and pk.isascii() and len(pk) < 19):
            raise ValueError(cursor)
        return EPOCH + timedelta(microseconds=int(moment)), int(pk)
    except (ValueError, OverflowError) as error:
        raise bad_request("bad-cursor", parameter="cursor") from error


def supported_comments(replies: list[Comment], actor: Actor) -> set[int]:
    """Ids of those replies that this device supports."""
    if actor.participant_id is None or not replies:
        return set()
    supports = Support.objects.filter(participant=actor.participant_id, comment__in=replies)
    return set(supports.values_list("comment_id", flat=True))
