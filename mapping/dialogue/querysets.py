"""Questions to replies, by plain names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from mapping.accounts.actors import Actor
    from mapping.projects.models import Project


class CommentQuerySet(models.QuerySet):
    """Replies."""

    def published(self) -> CommentQuerySet:
        """What everybody reads."""
        return self.filter(state="published")

    def visible_to(self, actor: Actor, project: Project) -> CommentQuerySet:
        """Published replies; the staff sees all, and everybody the own ones that wait."""
        from mapping.dialogue.rules import can_moderate

        if can_moderate(actor, project):
            return self
        own = Q(state="waiting", participant__isnull=False, participant=actor.participant_id)
        return self.filter(Q(state="published") | own) if actor.participant_id else self.published()
