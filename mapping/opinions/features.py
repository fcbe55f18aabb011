"""Voices as GeoJSON Features, written by the database as text.

What the database doesn't know is put in front of its text here: the pseudonym, which needs the
secret.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import BaseExpression
from django.urls import get_script_prefix

from mapping.accounts.models import pseudonym
from mapping.accounts.texts import in_language
from mapping.opinions.models import Basis
from mapping.opinions.retelling import in_readers_words
from mapping.projects.questions import public_questions
from mapping.projects.rules import can_see_answers

if TYPE_CHECKING:
    from mapping.accounts.actors import Actor
    from mapping.opinions.querysets import OpinionQuerySet
    from mapping.projects.models import Project

PROPERTIES_SQL = """
SELECT opinion.id, opinion.participant_id, ST_AsGeoJSON(opinion.{geometry}, 6, 0),
    jsonb_build_object(
        'id', opinion.id,
        'kind', opinion.kind,
        'category', category.slug,
        'text', opinion.text,
        'language', opinion.language,
        'created_at', opinion.created_at,
        'phase', phase.kind,
        'outcome', opinion.outcome,
        'support_count', opinion.support_count,
        'comment_count', opinion.comment_count,
        'here', opinion.here,
        'state', opinion.state,
        'source', opinion.source,
        'note', CASE WHEN opinion.source = 'sample' THEN %s::text ELSE '' END,
        'answers', CASE WHEN %s THEN opinion.answers ELSE coalesce((
            SELECT jsonb_object_agg(answer.key, answer.value)
            FROM jsonb_each(opinion.answers) AS answer WHERE answer.key = ANY(%s)
        ), '{{}}') END,
        'collapsed', opinion.is_collapsed,
        'grid_m', opinion.grid_m,
        'anchor', jsonb_build_array(ST_X(opinion.anchor), ST_Y(opinion.anchor)),
        'url', %s || opinion.id || '/',
        'mine', coalesce(opinion.participant_id = %s, false)
        {registered}
    )::text
FROM (SELECT chosen.*, row_number() OVER () AS place FROM ({chosen}) AS chosen) AS chosen
JOIN opinions_opinion opinion ON opinion.id = chosen.id
LEFT JOIN projects_category category ON category.id = opinion.category_id
LEFT JOIN projects_phase phase ON phase.id = opinion.phase_id
ORDER BY chosen.place
"""

Maker = Callable[["Actor"], BaseExpression]

_registered: dict[str, Maker] = {}


def register_property(name: str, maker: Maker) -> None:
    """Add a property to every Feature: an ORM expression on opinions for the actor who reads.

    For rooms above this one, e.g. whether the reader supports the voice.
    """
    if not name.isidentifier():
        raise ValueError(name)
    _registered[name] = maker


def features(
    opinions: OpinionQuerySet, project: Project, actor: Actor, basis: str = Basis.PUBLIC
) -> list[str]:
    """Each voice as the text of a Feature, in the order of the queryset: one query, or three
    where the reader's language isn't the project's. Answers that aren't public are the staff's.

    Args:
        opinions: voices of this one project that the actor may read; sliced by the caller.
        basis: "exact" gives places as drawn; the caller checks the right and leaves the trace.
    """
    made = {f"registered_{name}": maker(actor) for name, maker in _registered.items()}
    try:
        chosen, params = opinions.annotate(**made).values("id", *made).query.sql_with_params()
    except EmptyResultSet:
        return []
    registered = "".join(f", '{name}', to_jsonb(chosen.registered_{name})" for name in _registered)
    sql = PROPERTIES_SQL.format(
        chosen=chosen,
        registered=registered,
        geometry="geometry" if basis == Basis.EXACT else "public_geometry",
    )
    note = in_language(project.voices_note, project.language)
    answers = (can_see_answers(actor, project), public_questions(project.questions))
    permalinks = f"{get_script_prefix()}projects/{project.slug}/opinions/"
    with connection.cursor() as cursor:
        cursor.execute(sql, [note, *answers, permalinks, actor.participant_id, *params])
        rows = cursor.fetchall()
    told = in_readers_words(project, [properties for *_ids, properties in rows])
    return [
        _feature(project.pk, pk, participant_id, geometry, properties)
        for (pk, participant_id, geometry, _as_stored), properties in zip(rows, told, strict=True)
    ]


def feature(
    opinions: OpinionQuerySet, project: Project, actor: Actor, basis: str = Basis.PUBLIC
) -> dict[str, Any]:
    """The one voice of the queryset as a Feature."""
    (text,) = features(opinions, project, actor, basis)
    return json.loads(text)


def _feature(
    project_id: int, pk: int, participant_id: int | None, geometry: str, properties: str
) -> str:
    author = "" if participant_id is None else pseudonym(project_id, participant_id)
    return (
        f'{{"type":"Feature","id":{pk},"geometry":{geometry},'
        f'"properties":{{"author":{json.dumps(author)},{properties[1:]}}}'
    )
