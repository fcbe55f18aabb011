"""Who may reply, support and flag, and in which phases. Tested as the table of role x phase."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Value

from mapping.accounts.actors import Actor
from mapping.accounts.models import Role
from mapping.opinions.features import register_property
from mapping.projects.models import Phase, Project
from mapping.projects.permissions import register_permission
from mapping.projects.phases import PhaseKind, is_open, register_verb
from mapping.projects.rules import can_moderate, can_view_project, may_speak

__all__ = ("can_comment", "can_flag", "can_moderate", "can_support", "speaks_for")

OFFICIAL_ROLES = (Role.MODERATOR, Role.PLANNER, Role.GIS)


def speaks_for(actor: Actor, project: Project) -> bool:
    """Whether what the person writes is said by the organisation; viewers only read."""
    return actor.has_role(project.organisation_id, *OFFICIAL_ROLES)


def can_comment(actor: Actor, project: Project, phase: Phase | None = None) -> bool:
    """Whether the person may reply to voices now (or in `phase`)."""
    return _may("comment", actor, project, phase)


def can_support(actor: Actor, project: Project, phase: Phase | None = None) -> bool:
    """Whether the person may support voices and replies now (or in `phase`)."""
    return _may("support", actor, project, phase)


def can_flag(actor: Actor, project: Project, phase: Phase | None = None) -> bool:
    """Whether the person may tell the staff of something wrong: whoever can read it, always.

    No phase closes it, since personal data may have to go on any day.
    """
    return can_view_project(actor, project)


def _may(verb: str, actor: Actor, project: Project, phase: Phase | None) -> bool:
    running = phase or project.current_phase
    return may_speak(actor, project) and is_open(verb, running.kind if running else None)


def is_supported(actor: Actor) -> Any:
    """Whether the reader's device supports the voice, as an expression on opinions."""
    from mapping.dialogue.models import Support

    if actor.participant_id is None:
        return Value(False, output_field=BooleanField())
    return Exists(Support.objects.filter(opinion=OuterRef("pk"), participant=actor.participant_id))


def register() -> None:
    """Tell the rooms below about our verbs and permissions, and whom a reader supports."""
    register_property("supported", is_supported)
    register_verb("comment", PhaseKind.IDEAS, PhaseKind.CO_CREATION)
    register_verb("support", PhaseKind.IDEAS, PhaseKind.CO_CREATION)
    register_permission("comment", can_comment)
    register_permission("support", can_support)
    register_permission("flag", can_flag)
