"""The deeds of talking: reply, support, flag, hide a reply and restore it.

Each is one transaction that holds the voice's row, so that counters equal the rows they count
however many people tap at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping.accounts.actors import Actor
from mapping.accounts.models import User
from mapping.accounts.problems import Problem, conflict, gone, not_found, unprocessable
from mapping.dialogue.models import Comment, CommentChange, Flag, Support
from mapping.dialogue.rules import speaks_for
from mapping.opinions.models import Opinion, StateChange
from mapping.opinions.states import State
from mapping.opinions.words import clean_text
from mapping.opinions.writing import forget_new_device
from mapping.projects.models import Project


@dataclass(frozen=True)
class Said:
    """A stored reply and whether it is new (a repeated request answers with the same one)."""

    comment: Comment
    is_new: bool


@dataclass(frozen=True)
class Supported:
    """Whether the asker supports it, and how many do."""

    supported: bool
    support_count: int


def reply_text(text: str, limit: int) -> str:
    """The text as it is stored.

    Raises:
        Problem: 422, it is empty or longer than `limit` characters.
    """
    cleaned = clean_text(text)
    if not cleaned:
        raise unprocessable("no-text", _("本文がありません"), _("ひとこと書いてください。"))
    if len(cleaned) > limit:
        detail = _("%(limit)s字までにしてください。") % {"limit": limit}
        raise unprocessable("text-too-long", _("長すぎます"), detail, limit=limit)
    return cleaned


@transaction.atomic
def comment(opinion: Opinion, actor: Actor, text: str, client_id: UUID, language: str) -> Said:
    """Reply to a voice; the same `client_id` again answers with the same reply.

    Raises:
        Problem: 422 text; 409 `client-id-conflict`, another reply has this client_id.
    """
    voice = _hold(opinion)
    cleaned = reply_text(text, voice.project.text_limit)
    known = Comment.objects.filter(client_id=client_id).first()
    if known:
        return Said(_same_or_refuse(known, voice, actor, cleaned), is_new=False)
    official = speaks_for(actor, voice.project)
    waits = voice.project.moderation == Project.Moderation.PRE and not official
    made = Comment(
        opinion=voice,
        participant=None if official else actor.speak(),
        organisation=voice.project.organisation if official else None,
        by_user=actor.user if isinstance(actor.user, User) else None,
        client_id=client_id,
        text=cleaned,
        language=language,
        state=Comment.State.WAITING if waits else Comment.State.PUBLISHED,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        forget_new_device(actor)
        raise _client_id_taken() from error
    if not waits:
        _count_comments(voice, 1)
    return Said(made, is_new=True)


def _hold(opinion: Opinion) -> Opinion:
    """The voice with its row locked, if one may still talk about it."""
    rows = Opinion.objects.select_for_update(of=("self",), no_key=True)
    voice = rows.select_related("project__organisation").filter(pk=opinion.pk).first()
    if voice is None:
        raise not_found()
    if voice.is_gone:
        raise gone(_("この声は、本人が取り下げました。"))
    if voice.state != State.PUBLISHED:
        raise conflict("not-published", _("公開されていない声です"))
    return voice


def _same_or_refuse(known: Comment, voice: Opinion, actor: Actor, text: str) -> Comment:
    by_device = known.participant_id is not None and known.participant_id == actor.participant_id
    by_staff = known.participant_id is None and known.by_user_id == actor.user.pk
    if known.opinion_id == voice.pk and known.text == text and (by_device or by_staff):
        return known
    raise _client_id_taken()


def _client_id_taken() -> Problem:
    return conflict("client-id-conflict", _("別の内容がすでに送られています"))


def _count_comments(voice: Opinion, change: int) -> None:
    count = Greatest(F("comment_count") + change, 0)
    Opinion.objects.filter(pk=voice.pk).update(comment_count=count, updated_at=timezone.now())


@transaction.atomic
def support(opinion: Opinion, actor: Actor) -> Supported:
    """共感 with a voice; once a participant however often it is sent."""
    voice = _hold(opinion)
    __, is_new = Support.objects.get_or_create(participant=actor.speak(), opinion=voice)
    return _supported(voice, True, 1 if is_new else 0)


@transaction.atomic
def unsupport(opinion: Opinion, actor: Actor) -> Supported:
    """Take one's support of a voice back; nothing happens where there was none."""
    voice = _hold(opinion)
    if actor.participant is None:
        return Supported(False, voice.support_count)
    taken, __ = Support.objects.filter(participant=actor.participant, opinion=voice).delete()
    return _supported(voice, False, -taken)


def support_comment(opinion: Opinion, comment_id: int, actor: Actor) -> Supported:
    """共感 with a published reply."""
    with transaction.atomic():
        reply = _hold_comment(opinion, comment_id)
        __, is_new = Support.objects.get_or_create(participant=actor.speak(), comment=reply)
        return _supported(reply, True, 1 if is_new else 0)


def unsupport_comment(opinion: Opinion, comment_id: int, actor: Actor) -> Supported:
    """Take one's support of a reply back."""
    with transaction.atomic():
        reply = _hold_comment(opinion, comment_id)
        if actor.participant is None:
            return Supported(False, reply.support_count)
        taken, __ = Support.objects.filter(participant=actor.participant, comment=reply).delete()
        return _supported(reply, False, -taken)


def _hold_comment(opinion: Opinion, comment_id: int) -> Comment:
    _hold(opinion)
    rows = Comment.objects.select_for_update(no_key=True).published()
    reply = rows.filter(pk=comment_id, opinion=opinion.pk).first()
    if reply is None:
        raise not_found()
    return reply


def _supported(target: Opinion | Comment, supported: bool, change: int) -> Supported:
    if change:
        changes: dict[str, Any] = {"support_count": Greatest(F("support_count") + change, 0)}
        if isinstance(target, Opinion):
            changes["updated_at"] = timezone.now()
        type(target).objects.filter(pk=target.pk).update(**changes)
    return Supported(supported, max(0, target.support_count + change))


@transaction.atomic
def flag(target: Opinion | Comment, actor: Actor, reason: str, note: str) -> bool:
    """Tell the staff that something is wrong with a voice or a reply.

    Returns:
        Whether it is new; the same participant's second flag replaces the first.
    """
    key = {"opinion": target} if isinstance(target, Opinion) else {"comment": target}
    told = {"reason": reason, "note": note, "resolved_at": None}
    __, is_new = Flag.objects.update_or_create(participant=actor.speak(), **key, defaults=told)
    return is_new


def settle_flags(sender: object, instance: StateChange, created: bool, **more: Any) -> None:
    """A decision of the staff on a voice settles what readers told of it."""
    if created and instance.by_user_id is not None:
        told = Flag.objects.filter(opinion=instance.opinion_id, resolved_at=None)
        told.update(resolved_at=timezone.now())


def hide_comment(reply: Comment, by: User, reason: str) -> Comment:
    """Take a reply out of public view; logged, and its flags are settled.

    Raises:
        Problem: 409, it is hidden already.
    """
    return _change_comment(reply, Comment.State.HIDDEN, by, reason)


def restore_comment(reply: Comment, by: User, reason: str) -> Comment:
    """Publish a reply that was hidden or waits; logged, and its flags are settled.

    Raises:
        Problem: 409, it is public already.
    """
    return _change_comment(reply, Comment.State.PUBLISHED, by, reason)


@transaction.atomic
def _change_comment(reply: Comment, after: str, by: User, reason: str) -> Comment:
    voice = Opinion.objects.select_for_update(no_key=True).get(pk=reply.opinion_id)
    held = Comment.objects.select_for_update(no_key=True).get(pk=reply.pk)
    before = held.state
    if before == after:
        raise conflict("already-so", _("すでにその状態です"))
    Comment.objects.filter(pk=held.pk).update(state=after)
    CommentChange.objects.create(
        comment=held, before=before, after=after, by_user=by, reason=reason
    )
    Flag.objects.filter(comment=held, resolved_at=None).update(resolved_at=timezone.now())
    if Comment.State.PUBLISHED in (before, after):
        _count_comments(voice, 1 if after == Comment.State.PUBLISHED else -1)
    held.state = after
    return held
