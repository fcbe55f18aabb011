"""PostGIS functions that Django lacks, as expressions."""

from django.contrib.gis.db.models import GeometryField
from django.db.models import Func, TextField


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
