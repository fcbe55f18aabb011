"""Who may do what with a voice. The phase opens verbs for everybody alike, staff included."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Count

from mapping.opinions.models import Opinion
from mapping.opinions.states import State
from mapping.projects.counts import register_voices
from mapping.projects.models import Phase, Project
from mapping.projects.permissions import register_permission
from mapping.projects.phases import PhaseKind, is_open, register_verb
from mapping.projects.rules import can_moderate, can_see_exact, can_view_project, may_speak

if TYPE_CHECKING:
    from mapping.accounts.actors import Actor

ADD_OPINION = "add_opinion"


def can_add_opinion(actor: Actor, project: Project, phase: Phase | None = None) -> bool:
    """Whether this person may put a voice on the map in the phase (the current one by default)."""
    running = phase or project.current_phase
    return may_speak(actor, project) and is_open(ADD_OPINION, running.kind if running else None)


def can_view_opinion(actor: Actor, opinion: Opinion) -> bool:
    """Published voices of projects one may open; one's own; all of them for moderators."""
    if not can_view_project(actor, opinion.project):
        return False
    if opinion.state == State.PUBLISHED or can_moderate(actor, opinion.project):
        return True
    return opinion.participant_id is not None and opinion.participant_id == actor.participant_id


def can_edit(opinion: Opinion) -> bool:
    """Whether the holder of the manage link may still reword the voice: while its phase is open."""
    running = opinion.project.current_phase
    return opinion.state in (State.WAITING, State.PUBLISHED) and is_open(
        ADD_OPINION, running.kind if running else None
    )


def can_withdraw(opinion: Opinion) -> bool:
    """Whether the holder of the manage link may take the voice back: always, but only once."""
    return not opinion.is_gone


def count_voices(project_ids: Collection[int]) -> dict[int, int]:
    """Published voices by project id, one query."""
    voices = Opinion.objects.published().filter(project__in=list(project_ids)).order_by()
    return dict(voices.values_list("project").annotate(Count("pk")))


def register() -> None:
    """Tell the room of projects about our verb, permissions and how to count voices."""
    register_verb(ADD_OPINION, PhaseKind.IDEAS, PhaseKind.CO_CREATION)
    register_permission(ADD_OPINION, can_add_opinion)
    register_permission("moderate", can_moderate)
    register_permission("see_exact", can_see_exact)
    register_voices(count_voices)
