"""Shapes of this room's requests and replies, for the OpenAPI document."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from mapping.opinions.models import Opinion
from mapping.opinions.states import State
from mapping.projects.phases import PhaseKind

GEOMETRY_SCHEMA = {
    "type": "object",
    "description": "GeoJSON Point, LineString or Polygon; lon, lat; EPSG:4326",
    "properties": {
        "type": {"type": "string", "enum": ["Point", "LineString", "Polygon"]},
        "coordinates": {"type": "array", "items": {}},
    },
    "required": ["type", "coordinates"],
}
PUBLIC_GEOMETRY_SCHEMA = {
    "type": "object",
    "description": "GeoJSON geometry; lon, lat; EPSG:4326; 6 decimals",
    "properties": {
        "type": {
            "type": "string",
            "enum": ["Point", "LineString", "Polygon", "MultiPolygon"],
        },
        "coordinates": {"type": "array", "items": {}},
    },
    "required": ["type", "coordinates"],
}


@extend_schema_field(GEOMETRY_SCHEMA)
class DrawnField(serializers.JSONField):
    """A geometry as drawn."""


@extend_schema_field(PUBLIC_GEOMETRY_SCHEMA)
class PublicField(serializers.JSONField):
    """A geometry as published."""


@extend_schema_field({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2})
class PositionField(serializers.JSONField):
    """[lon, lat]."""


class FactSerializer(serializers.Serializer):
    """One thing that a layer says about a place."""

    layer_id = serializers.IntegerField()
    layer = serializers.CharField()
    kind = serializers.CharField()
    feature_id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)


class NearbySerializer(serializers.Serializer):
    """Published voices near a place."""

    count = serializers.IntegerField()
    radius_m = serializers.FloatField()
    categories = serializers.DictField(
        child=serializers.IntegerField(), help_text="count by category slug; '' without category"
    )


class HereSerializer(serializers.Serializer):
    """What there is to say about a place."""

    inside = serializers.BooleanField(help_text="in the project's area or its tolerance")
    distance_m = serializers.IntegerField(help_text="to the area; 0 inside")
    facts = FactSerializer(many=True)
    nearby = NearbySerializer()


class ContextSerializer(serializers.Serializer):
    """How the voice was made."""

    zoom = serializers.FloatField(required=False, min_value=0, max_value=24)
    input = serializers.RegexField(r"^[a-z][a-z_-]{0,19}$", required=False)
    accuracy = serializers.FloatField(required=False, min_value=0, help_text="of GPS, metres")
    layers = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=50)


class NewOpinionPropertiesSerializer(serializers.Serializer):
    """What is said. Text or category is needed."""

    client_id = serializers.UUIDField(help_text="made by the sender; the same again is a repeat")
    text = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    category = serializers.CharField(required=False, allow_null=True, help_text="slug")
    manage_key = serializers.RegexField(
        r"^[A-Za-z0-9_-]{22,64}$", required=False, help_text="made here when missing"
    )
    answers = serializers.DictField(required=False)
    context = ContextSerializer(required=False)  # type: ignore[assignment]
    language = serializers.CharField(required=False, max_length=10)


class NewOpinionSerializer(serializers.Serializer):
    """A voice to store."""

    type = serializers.ChoiceField(choices=["Feature"])
    geometry = DrawnField()
    properties = NewOpinionPropertiesSerializer()


class PreviewPropertiesSerializer(serializers.Serializer):
    """All that a preview looks at."""

    category = serializers.CharField(required=False, allow_null=True, help_text="slug")
    client_id = serializers.UUIDField(required=False, help_text="fixes where a jittered pin goes")


class PreviewRequestSerializer(serializers.Serializer):
    """A place to try."""

    type = serializers.ChoiceField(choices=["Feature"])
    geometry = DrawnField()
    properties = PreviewPropertiesSerializer(required=False, allow_null=True)


class MeasureSerializer(serializers.Serializer):
    """How long a drawn line is, or how large a drawn area."""

    metres = serializers.IntegerField(required=False)
    square_metres = serializers.IntegerField(required=False)


class ShareSerializer(serializers.Serializer):
    """Where a place would count."""

    layer = serializers.CharField()
    name = serializers.CharField()
    share = serializers.FloatField()


class PreviewSerializer(serializers.Serializer):
    """A place as it will appear to others."""

    public_geometry = PublicField()
    anchor = PositionField()
    cell = PublicField(allow_null=True, help_text="the grid square; null where the grid is 0")
    grid_m = serializers.IntegerField()
    collapsed = serializers.BooleanField(help_text="smaller than its cell, drawn as the cell")
    here = FactSerializer(many=True)
    nearby = NearbySerializer()
    measure = MeasureSerializer()
    shares = ShareSerializer(many=True)


class OpinionPropertiesSerializer(serializers.Serializer):
    """What is published of a voice."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Opinion.Kind.choices)
    category = serializers.CharField(allow_null=True, help_text="slug")
    text = serializers.CharField(allow_blank=True)
    language = serializers.CharField()
    author = serializers.CharField(allow_blank=True, help_text="pseudonym in this project")
    created_at = serializers.DateTimeField()
    phase = serializers.ChoiceField(choices=PhaseKind.choices, allow_null=True)
    outcome = serializers.ChoiceField(choices=Opinion.Outcome.choices)
    support_count = serializers.IntegerField()
    comment_count = serializers.IntegerField()
    here = FactSerializer(many=True)
    state = serializers.ChoiceField(choices=State.choices)
    source = serializers.ChoiceField(choices=Opinion.Source.choices)  # type: ignore[assignment]
    note = serializers.CharField(allow_blank=True, help_text="said with every voice here")
    answers = serializers.DictField(help_text="to public questions; to all of them for staff")
    collapsed = serializers.BooleanField()
    grid_m = serializers.IntegerField()
    anchor = PositionField()
    url = serializers.CharField()
    mine = serializers.BooleanField(help_text="sent from this device")
    supported = serializers.BooleanField(help_text="by this device")


class OpinionFeatureSerializer(serializers.Serializer):
    """A voice."""

    type = serializers.ChoiceField(choices=["Feature"])
    id = serializers.IntegerField()
    geometry = PublicField()
    properties = OpinionPropertiesSerializer()


class OpinionListSerializer(serializers.Serializer):
    """A page of voices."""

    type = serializers.ChoiceField(choices=["FeatureCollection"])
    features = OpinionFeatureSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="cursor of the next page")
    numberMatched = serializers.IntegerField()  # noqa: N815 - the word of OGC API Features


class PointsSerializer(serializers.Serializer):
    """Every voice of the choice as a point: [id, lon, lat, category index, kind index]."""

    total = serializers.IntegerField()
    categories = serializers.ListField(child=serializers.CharField())
    kinds = serializers.ListField(child=serializers.CharField())
    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        help_text="category index -1: none",
    )


class CreatedOpinionSerializer(OpinionFeatureSerializer):
    """A voice that was just stored."""

    here = FactSerializer(many=True)
    nearby = NearbySerializer()
    state = serializers.ChoiceField(choices=State.choices)
    manage_url = serializers.CharField(
        required=False, help_text="only when the server made the key, and only this once"
    )


class DecisionSerializer(serializers.Serializer):
    """Why the staff decides so."""

    reason = serializers.CharField(max_length=1000)


class StateSerializer(serializers.Serializer):
    """Where a voice stands now."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=State.choices)


class KeySerializer(serializers.Serializer):
    """The key of a manage link."""

    key = serializers.CharField(min_length=22, max_length=64)


class RewordSerializer(serializers.Serializer):
    """A new wording."""

    text = serializers.CharField()


class OwnVoiceSerializer(OpinionFeatureSerializer):
    """One's own voice behind its manage link."""

    can = serializers.DictField(child=serializers.BooleanField(), help_text="edit, withdraw")
    reason = serializers.CharField(allow_blank=True, help_text="why it is hidden, if it is")
