"""Questions to layers and features, by plain names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.geos import GEOSGeometry
from django.db import models
from django.db.models import Count, Q

if TYPE_CHECKING:
    from mapping.accounts.actors import Actor


class LayerQuerySet(models.QuerySet):
    """Layers."""

    def visible_to(self, actor: Actor) -> LayerQuerySet:
        """Published layers, and those of organisations the person belongs to."""
        return self.filter(Q(is_published=True) | Q(organisation__in=list(actor.roles)))

    def with_counts(self) -> LayerQuerySet:
        """Each with `feature_count`, counted in the same query."""
        return self.annotate(feature_count=Count("features"))

    def grouping(self) -> LayerQuerySet:
        """Polygon layers that voices are counted by."""
        return self.filter(is_grouping=True)


class FeatureQuerySet(models.QuerySet):
    """Geometries of layers."""

    def touching(self, area: GEOSGeometry) -> FeatureQuerySet:
        """Features that share a point with the geometry (4326)."""
        return self.filter(geometry__intersects=area)
