"""Questions to projects, by plain names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import AsGeoJSON, Envelope
from django.db import models
from django.db.models import F, Func, Q, Value

if TYPE_CHECKING:
    from mapping.accounts.actors import Actor

# About one metre: finer than a line on any screen, and a city's border fits into a few KB.
DRAWING_TOLERANCE = 0.00001


class ProjectQuerySet(models.QuerySet):
    """Projects."""

    def visible_to(self, actor: Actor) -> ProjectQuerySet:
        """What this person may open: everything but drafts, and drafts of the own organisation."""
        return self.filter(~Q(visibility="draft") | Q(organisation__in=list(actor.roles)))

    def listed(self) -> ProjectQuerySet:
        """Public projects, as lists and the home page show them."""
        return self.filter(visibility="public")

    def with_bounds(self) -> ProjectQuerySet:
        """Add `envelope` (4326), and leave the area itself in the database."""
        return self.annotate(envelope=Envelope("area")).defer("area")

    def with_outline(self) -> ProjectQuerySet:
        """Add `outline`: the area as GeoJSON text for drawing, simplified to about a metre."""
        simple = Func(
            F("area"),
            Value(DRAWING_TOLERANCE),
            function="ST_SimplifyPreserveTopology",
            output_field=GeometryField(srid=4326),
        )
        # A MultiPolygon of one part comes out of the simplification as a Polygon.
        whole = Func(simple, function="ST_Multi", output_field=GeometryField(srid=4326))
        return self.annotate(outline=AsGeoJSON(whole, precision=6))
