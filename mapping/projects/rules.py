"""Who may do what with a project: predicates of (actor, project), asked by page, API and tile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapping.accounts.models import Role
from mapping.projects.models import Project

if TYPE_CHECKING:
    from mapping.accounts.actors import Actor

MODERATORS = (Role.MODERATOR, Role.PLANNER)
EXACT_READERS = (Role.PLANNER, Role.GIS)


def can_view_project(actor: Actor, project: Project) -> bool:
    """Anybody may open what isn't a draft; drafts are for the organisation's own people."""
    return project.visibility != Project.Visibility.DRAFT or actor.is_member(
        project.organisation_id
    )


def can_moderate(actor: Actor, project: Project) -> bool:
    """Moderators, planners and admins hide, restore and publish voices."""
    return actor.has_role(project.organisation_id, *MODERATORS)


def can_see_exact(actor: Actor, project: Project) -> bool:
    """Planners, GIS people and admins read places as they were drawn; each reading is logged."""
    return actor.has_role(project.organisation_id, *EXACT_READERS)


def can_see_answers(actor: Actor, project: Project) -> bool:
    """Whoever moderates or reads exact places also reads answers that aren't public."""
    return can_moderate(actor, project) or can_see_exact(actor, project)


def may_speak(actor: Actor, project: Project) -> bool:
    """Whether the project asks this person at all, whatever the phase."""
    if not can_view_project(actor, project):
        return False
    if project.visibility == Project.Visibility.ARCHIVED:
        return False
    if project.speakers == Project.Speakers.ANYONE:
        return True
    return actor.is_member(project.organisation_id)
