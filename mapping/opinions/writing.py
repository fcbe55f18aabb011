"""Deeds on voices: add, edit, withdraw, hide, restore, publish. Each logs its StateChange."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping.accounts.actors import Actor
from mapping.accounts.models import User, hash_key, new_key
from mapping.accounts.problems import bad_request, conflict, forbidden, gone, unprocessable
from mapping.accounts.ratelimit import count_or_refuse
from mapping.opinions.geometry import publish_places
from mapping.opinions.here import facts_of
from mapping.opinions.models import Opinion, StateChange
from mapping.opinions.parser import ParsedOpinion, parse_client_id, parse_feature, parse_text
from mapping.opinions.placements import place
from mapping.opinions.rules import ADD_OPINION, can_edit
from mapping.opinions.states import State, TransitionError, check_transition
from mapping.opinions.words import search_form
from mapping.projects.models import Phase, Project
from mapping.projects.phases import is_open
from mapping.projects.rules import can_moderate, may_speak

REASON_LIMIT = 1000


@dataclass(frozen=True)
class Created:
    """What came of adding a voice.

    Attributes:
        opinion: the stored voice.
        manage_key: the key of its manage link when the server made it, else None.
        created: False when the same voice was sent before.
    """

    opinion: Opinion
    manage_key: str | None
    created: bool


def add_opinion(
    project: Project, actor: Actor, payload: object, request: HttpRequest | None = None
) -> Created:
    """Store a voice once, however often it is sent.

    Args:
        payload: the GeoJSON Feature as decoded JSON.
        request: for counting how often device and address speak; None counts nothing.

    Raises:
        Problem: what the parser refuses; 403 `phase-closed` or `not-asked`; 409
            `client-id-conflict`; 410 the same voice was withdrawn.
        TooOftenError: too many voices from this device or address.
    """
    digest = body_hash(project, payload)
    before = _sent_before(payload, digest)
    if before is not None:
        return before
    phase = refuse_unless_open(project, actor)
    parsed = parse_feature(payload, project)
    if request is not None:
        count_or_refuse(request, "opinion")
    _refuse_used_key(parsed)
    manage_key = None if parsed.manage_key else new_key()
    try:
        with transaction.atomic():
            opinion = _new_opinion(project, actor, parsed, phase)
            opinion.body_hash = digest
            opinion.manage_key_hash = hash_key(parsed.manage_key or manage_key or "")
            save_new(opinion, by_author=True)
    except IntegrityError:
        forget_new_device(actor)
        before = _sent_before(payload, digest)
        if before is None:
            _refuse_used_key(parsed)
            raise
        return before
    return Created(opinion, manage_key, created=True)


def body_hash(project: Project, payload: object) -> str:
    """SHA-256 of what was sent, the project included; how members are ordered doesn't count.

    Raises:
        Problem: 400 for what can't have come from JSON.
    """
    try:
        body = json.dumps(payload, sort_keys=True, ensure_ascii=True, allow_nan=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise bad_request("not-geojson") from error
    return hashlib.sha256(f"{project.pk}:{body}".encode()).hexdigest()


def _sent_before(payload: object, digest: str) -> Created | None:
    properties = payload.get("properties") if isinstance(payload, dict) else None
    client_id = properties.get("client_id") if isinstance(properties, dict) else None
    if not client_id:
        return None
    known = Opinion.objects.select_related("project", "category", "phase")
    opinion = known.filter(client_id=parse_client_id(client_id)).first()
    if opinion is None:
        return None
    if opinion.is_gone:
        raise gone(_("この声は取り下げられています。"))
    if opinion.body_hash != digest:
        raise conflict(
            "client-id-conflict",
            _("同じ番号で別の内容が届いています"),
            _("新しい声として送りなおしてください。"),
        )
    return Created(opinion, None, created=False)


def refuse_unless_open(project: Project, actor: Actor) -> Phase:
    """The phase that runs now by the server's clock.

    Raises:
        Problem: 403 `not-asked` or `phase-closed` (with `next_starts_at` if a phase is coming).
    """
    if not may_speak(actor, project):
        raise forbidden(_("このプロジェクトは、担当の人だけが書きこめます。"), code="not-asked")
    phase = project.current_phase
    if phase is None or not is_open(ADD_OPINION, phase.kind):
        problem = forbidden(_("いまは声をのせられる期間ではありません。"), code="phase-closed")
        problem.members["next_starts_at"] = _next_start(project)
        raise problem
    return phase


def _next_start(project: Project) -> str | None:
    now = timezone.now()
    coming = (
        phase.starts_at.isoformat()
        for phase in project.dated_phases
        if phase.starts_at > now and is_open(ADD_OPINION, phase.kind)
    )
    return next(coming, None)


def _refuse_used_key(parsed: ParsedOpinion) -> None:
    if not parsed.manage_key:
        return
    if Opinion.objects.filter(manage_key_hash=hash_key(parsed.manage_key)).exists():
        raise unprocessable(
            "manage-key-used",
            _("この manage_key は使われています"),
            _("声ごとに新しい鍵を作ってください。"),
        )


def _new_opinion(project: Project, actor: Actor, parsed: ParsedOpinion, phase: Phase) -> Opinion:
    waits = project.moderation == Project.Moderation.PRE and not can_moderate(actor, project)
    if parsed.client_id is None:
        raise ValueError("only a preview has no client_id")
    return Opinion(
        project=project,
        phase=phase,
        category=parsed.category,
        participant=actor.speak(),
        client_id=parsed.client_id,
        text=parsed.text,
        language=parsed.language,
        answers=parsed.answers,
        geometry=GEOSGeometry(memoryview(parsed.geometry.wkb), srid=4326),
        context=parsed.context,
        state=State.WAITING if waits else State.PUBLISHED,
    )


def forget_new_device(actor: Actor) -> None:
    """Undo `actor.speak()` after its transaction was rolled back: no cookie for nobody."""
    if actor.new_device_key:
        actor.new_device_key = ""
        actor.__dict__.pop("participant", None)


def save_new(opinion: Opinion, *, by_author: bool = False) -> Opinion:
    """Store a new voice whole: public geometry, search text, "here" line, placements, log.

    `project`, `client_id`, `geometry` and `state` must be set; the grid is the project's.
    """
    (stored,) = save_many([opinion], opinion.project, by_author=by_author)
    return stored


def save_many(
    opinions: list[Opinion], project: Project, *, by_author: bool = False
) -> list[Opinion]:
    """Store new voices of one project whole, with as many queries as for one.

    Raises:
        IntegrityError: one of them was stored before; then none is.
    """
    with transaction.atomic():
        prepare(opinions, project, _held_grid(project))
        anchors = [opinion.anchor for opinion in opinions if opinion.anchor is not None]
        for opinion, facts in zip(opinions, facts_of(project, anchors), strict=True):
            opinion.here = facts
        stored = Opinion.objects.bulk_create(opinions)
        place([opinion.pk for opinion in stored])
        StateChange.objects.bulk_create(
            StateChange(
                opinion=opinion, after=opinion.state, by_author=by_author, at=opinion.created_at
            )
            for opinion in stored
        )
    return stored


def _held_grid(project: Project) -> int:
    """The project's grid (metres), which nobody changes before this transaction ends.

    A grid that was read earlier may be a finer one than the project promises by now, and whoever
    makes it coarser wouldn't see a voice that isn't stored yet.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT grid_m FROM projects_project WHERE id = %s FOR SHARE", [project.pk])
        (grid_m,) = cursor.fetchone()
    return grid_m


def prepare(opinions: list[Opinion], project: Project, grid_m: int) -> None:
    """Set what is computed from geometry and text on voices that aren't stored yet."""
    for opinion in opinions:
        if opinion.geometry is None:
            raise ValueError("a new voice needs a place")
        opinion.kind = KIND_OF_DIMENSION[opinion.geometry.dims]
        opinion.search_text = search_form(opinion.text)
        opinion.grid_m = grid_m
    publish_places(project, opinions)


KIND_OF_DIMENSION = {0: Opinion.Kind.PIN, 1: Opinion.Kind.LINE, 2: Opinion.Kind.AREA}


def edit(opinion: Opinion, text: object) -> Opinion:
    """Reword a voice, by the holder of its manage link.

    Where the staff reads before anybody else does, the new words wait as the first ones did.

    Raises:
        Problem: 403 `phase-closed`; 410 withdrawn; 400 and 422 as for a new text.
    """
    with transaction.atomic():
        voice = _locked(opinion)
        if voice.is_gone:
            raise gone()
        if not can_edit(voice):
            raise forbidden(
                _("いまは書きなおせません。取り下げはいつでもできます。"), code="phase-closed"
            )
        voice.text = parse_text(text, voice.project)
        if not voice.text and voice.category_id is None:
            raise unprocessable("missing", _("足りない項目があります"), missing=["text"])
        voice.search_text = search_form(voice.text)
        before = voice.state
        if voice.project.moderation == Project.Moderation.PRE:
            voice.state = State.WAITING
        voice.save(update_fields=["text", "search_text", "state", "updated_at"])
        _log(voice, before, by_author=True, reason="edit")
    return voice


def withdraw(opinion: Opinion, *, by_author: bool = True, reason: str = "") -> Opinion:
    """Take a voice back: text, place, answers and context go for ever, a tombstone stays.

    Raises:
        Problem: 410 it was withdrawn before.
    """
    return _delete_content(opinion, State.WITHDRAWN, None, by_author, reason)


def erase(opinion: Opinion, by: User, reason: str) -> Opinion:
    """Delete a voice's content by decision of the staff.

    Raises:
        Problem: 410 it is gone already; 422 without a reason.
    """
    return _delete_content(opinion, State.ERASED, by, False, _given(reason))


def _delete_content(
    opinion: Opinion, after: str, by: User | None, by_author: bool, reason: str
) -> Opinion:
    with transaction.atomic():
        voice = _locked(opinion)
        if voice.is_gone:
            raise gone()
        before, voice.state = voice.state, after
        voice.text = voice.search_text = voice.body_hash = ""
        voice.geometry = voice.public_geometry = voice.anchor = None
        voice.answers, voice.context, voice.here = {}, {}, []
        voice.save()
        voice.placements.all().delete()
        _log(voice, before, by=by, by_author=by_author, reason=reason)
    return voice


def hide(opinion: Opinion, by: User, reason: str) -> Opinion:
    """Take a voice out of sight, for a reason that stays in the log.

    Raises:
        Problem: 422 without a reason; 409 from a state that doesn't allow it.
    """
    return _change(opinion, State.HIDDEN, by, _given(reason))


def restore(opinion: Opinion, by: User, reason: str) -> Opinion:
    """Show a hidden voice again.

    Raises:
        Problem: as `hide`.
    """
    return _change(opinion, State.PUBLISHED, by, _given(reason))


def publish(opinion: Opinion, by: User, reason: str = "") -> Opinion:
    """Show a voice that waited.

    Raises:
        Problem: 409 from a state that doesn't allow it.
    """
    return _change(opinion, State.PUBLISHED, by, reason)


def _given(reason: str) -> str:
    reason = reason.strip()[:REASON_LIMIT]
    if not reason:
        raise unprocessable(
            "no-reason", _("理由がありません"), _("理由を書いてください。記録に残ります。")
        )
    return reason


def _change(opinion: Opinion, after: str, by: User, reason: str) -> Opinion:
    with transaction.atomic():
        voice = _locked(opinion)
        try:
            check_transition(voice.state, after)
        except TransitionError as error:
            raise conflict(
                "wrong-state", _("いまの状態ではできません"), str(error), state=voice.state
            ) from error
        before, voice.state = voice.state, after
        voice.save(update_fields=["state", "updated_at"])
        _log(voice, before, by=by, reason=reason)
    return voice


def _locked(opinion: Opinion) -> Opinion:
    rows = Opinion.objects.select_for_update(of=("self",)).select_related("project", "category")
    return rows.get(pk=opinion.pk)


def _log(opinion: Opinion, before: str, **how: Any) -> None:
    by = how.pop("by", None)
    StateChange.objects.create(
        opinion=opinion, before=before, after=opinion.state, by_user=by, **how
    )
