"""Questions to opinions and placements, by plain names."""

from __future__ import annotations

from django.db import models


class OpinionQuerySet(models.QuerySet):
    """Opinions."""


class PlacementQuerySet(models.QuerySet):
    """Placements."""
