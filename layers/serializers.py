"""Layers as the API gives them; authored texts come in the reader's language."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from layers.models import Layer
from layers.styles import legend
from mapping.accounts.models import Organisation
from mapping.accounts.texts import in_language

TEXTS = {"type": "string"}


class PublisherSerializer(serializers.ModelSerializer):
    """Who publishes the layer."""

    name = serializers.SerializerMethodField()

    class Meta:
        """Code and name."""

        model = Organisation
        fields = ("code", "name")

    def get_name(self, organisation: Organisation) -> str:
        """Name in the reader's language."""
        return str(organisation)


class FieldSerializer(serializers.Serializer):
    """An attribute that features carry."""

    name = serializers.CharField(help_text="member of a feature's properties")
    label = serializers.CharField(help_text="what people read")  # type: ignore[assignment]


class LegendSerializer(serializers.Serializer):
    """One line of a legend."""

    label = serializers.CharField()  # type: ignore[assignment]
    fill = serializers.CharField(required=False)
    stroke = serializers.CharField(required=False)
    dash = serializers.CharField(required=False)


class LayerSerializer(serializers.ModelSerializer):
    """A layer; needs `feature_count` on the instance."""

    organisation = PublisherSerializer()
    name = serializers.CharField(source="title")
    note = serializers.SerializerMethodField()
    outside_label = serializers.CharField(
        source="outside_title", help_text="what lies outside every feature is called"
    )
    fields_ = serializers.SerializerMethodField(method_name="described_fields")
    legend = serializers.SerializerMethodField()
    feature_count = serializers.IntegerField()

    class Meta:
        """`fields` (what readers see of the attributes) is named below: DRF owns the name here."""

        model = Layer
        fields = (
            *("id", "slug", "name", "kind", "organisation", "source", "credit", "licence"),
            *("as_of", "source_crs", "is_grouping", "is_partition", "outside_label", "note"),
            *("style", "legend", "fields_", "version", "feature_count", "updated_at"),
        )

    def get_fields(self) -> dict[str, serializers.Field]:
        """Give `fields_` its public name."""
        found = super().get_fields()
        return {name.rstrip("_"): field for name, field in found.items()}

    @extend_schema_field(TEXTS)
    def get_note(self, layer: Layer) -> str:
        """Note in the reader's language."""
        return in_language(layer.note, layer.language)

    @extend_schema_field(FieldSerializer(many=True))
    def described_fields(self, layer: Layer) -> list[dict[str, str]]:
        """Attributes with labels in the reader's language."""
        return [
            {
                "name": field["name"],
                "label": in_language(field.get("label"), layer.language) or field["name"],
            }
            for field in layer.fields
        ]

    @extend_schema_field(LegendSerializer(many=True))
    def get_legend(self, layer: Layer) -> list[dict[str, Any]]:
        """Lines of the legend, each label once."""
        return [
            {**entry, "label": in_language(entry["label"], layer.language)}
            for entry in legend(layer.style)
        ]


class LayerFeaturePropertiesSerializer(serializers.Serializer):
    """Properties that every feature has, beside the attributes that the layer's `fields` list."""

    name = serializers.CharField(allow_blank=True)
    source_id = serializers.CharField(allow_blank=True)
    area_m2 = serializers.FloatField(allow_null=True)
    population = serializers.IntegerField(allow_null=True)


class LayerFeatureSerializer(serializers.Serializer):
    """One feature as GeoJSON."""

    type = serializers.ChoiceField(choices=["Feature"])
    id = serializers.IntegerField()
    geometry = serializers.JSONField()
    properties = LayerFeaturePropertiesSerializer()


class LayerFeaturesSerializer(serializers.Serializer):
    """A page of features."""

    type = serializers.ChoiceField(choices=["FeatureCollection"])
    features = LayerFeatureSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="cursor of the next page")
    numberMatched = serializers.IntegerField()  # noqa: N815  # the name is RFC and OGC's
