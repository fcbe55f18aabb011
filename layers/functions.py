"""PostGIS functions that Django lacks, as expressions."""

from __future__ import annotations

from django.contrib.gis.db.models import GeometryField
from django.db.models import Func, JSONField, TextField


class ForcePolygonCCW(Func):
    """Outer rings counter-clockwise, as RFC 7946 §3.1.6 wants; 4326."""

    function = "ST_ForcePolygonCCW"
    arity = 1
    output_field = GeometryField(srid=4326)


class AsGeoJSONText(Func):
    """(geometry, digits after the point): GeoJSON as text, without bounding box and crs."""

    function = "ST_AsGeoJSON"
    template = "%(function)s(%(expressions)s, 0)"
    arity = 2
    output_field = TextField()


class AsText(Func):
    """(geometry, digits after the point): well-known text."""

    function = "ST_AsText"
    arity = 2
    output_field = TextField()


class JSONKeys(Func):
    """(jsonb object, list of keys): the object with only those keys; NULL if none is there."""

    template = "(SELECT jsonb_object_agg(part.key, part.value) FROM jsonb_each(%(expressions)s))"
    arg_joiner = ") AS part WHERE part.key = ANY("
    arity = 2
    output_field = JSONField()
