"""Questions to projects, by plain names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from mapping.accounts.actors import Actor


class ProjectQuerySet(models.QuerySet):
    """Projects."""

    def visible_to(self, actor: Actor) -> ProjectQuerySet:
        """What this person may open: everything but drafts, and drafts of the own organisation."""
        return self.filter(~Q(visibility="draft") | Q(organisation__in=list(actor.roles)))

    def listed(self) -> ProjectQuerySet:
        """Public projects, as lists and the home page show them."""
        return self.filter(visibility="public")

    def running(self) -> ProjectQuerySet:
        """Projects with a phase that runs now."""
        now = timezone.now()
        return self.filter(phases__starts_at__lte=now, phases__ends_at__gt=now)
