"""Projects as the API gives them; authored texts come in the reader's language."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from mapping.accounts.models import Organisation
from mapping.accounts.texts import in_language
from mapping.projects.models import Category, Phase, Project, ProjectLayer
from mapping.projects.permissions import permissions_of
from mapping.projects.phases import PhaseKind


class AuthoredText(serializers.CharField):
    """`{lang: text}` in the reader's language, else in that of what it belongs to."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_blank=True, **options)

    def get_attribute(self, instance: Any) -> str:
        """The text; `language` of the instance, its layer or its project is the fallback."""
        owner = next(
            getattr(instance, name, instance)
            for name in ("layer", "project", "pk")
            if hasattr(instance, name)
        )
        language = getattr(instance, "language", None) or owner.language
        texts: Any = super().get_attribute(instance)
        return in_language(texts, language)


class OrganisationSerializer(serializers.ModelSerializer):
    """Who asks."""

    name = AuthoredText()

    class Meta:
        """Code and name."""

        model = Organisation
        fields = ("code", "name")


class PhaseSerializer(serializers.ModelSerializer):
    """A dated stage; `ends_at` is exclusive."""

    kind = serializers.ChoiceField(choices=PhaseKind.choices)
    title = serializers.SerializerMethodField(help_text="its own title, or the name of its kind")

    class Meta:
        """All of it."""

        model = Phase
        fields = ("id", "kind", "title", "starts_at", "ends_at")

    def get_title(self, phase: Phase) -> str:
        """Title in the reader's language."""
        return str(phase)


class CategorySerializer(serializers.ModelSerializer):
    """What a voice is about."""

    name = AuthoredText()

    class Meta:
        """Colour and icon always go together."""

        model = Category
        fields = ("id", "slug", "name", "icon", "colour")


class ProjectLayerSerializer(serializers.ModelSerializer):
    """An official layer as this project shows it."""

    id = serializers.IntegerField(source="layer.pk", help_text="id of the layer")
    slug = serializers.CharField(source="layer.slug")
    name = AuthoredText(source="layer.name")
    kind = serializers.CharField(source="layer.kind")
    is_grouping = serializers.BooleanField(source="layer.is_grouping")
    style = serializers.JSONField(source="layer.style")  # type: ignore[assignment]
    fields_ = serializers.JSONField(source="layer.fields")
    credit = serializers.CharField(source="layer.credit")
    as_of = serializers.DateField(source="layer.as_of", allow_null=True)
    version = serializers.IntegerField(source="layer.version")
    outside_label = serializers.CharField(source="layer.outside_title")
    note = AuthoredText(source="layer.note")
    feature_count = serializers.IntegerField()

    class Meta:
        """`fields` (what readers see of the attributes) is set below: DRF owns that name here."""

        model = ProjectLayer
        fields = (
            *("id", "slug", "name", "kind", "use", "base_role", "is_grouping", "is_shown"),
            *("opacity", "in_here", "style", "fields_", "credit", "as_of", "version"),
            *("outside_label", "note", "feature_count"),
        )

    def get_fields(self) -> dict[str, serializers.Field]:
        """Give `fields_` its public name."""
        found = super().get_fields()
        return {name.rstrip("_"): field for name, field in found.items()}


class ProjectSerializer(serializers.ModelSerializer):
    """A project in a list. Needs `voices` in the context: published voices by project id."""

    organisation = OrganisationSerializer()
    title = AuthoredText()
    question = AuthoredText()
    department = AuthoredText()
    voices_note = AuthoredText(help_text="said with every sample voice")
    phase = PhaseSerializer(source="current_phase", allow_null=True, help_text="the one that runs")
    voices = serializers.SerializerMethodField(help_text="published voices")
    bounds = serializers.SerializerMethodField(help_text="west, south, east, north in degrees")
    url = serializers.CharField(source="get_absolute_url", help_text="its page")

    class Meta:
        """What a card shows."""

        model = Project
        fields: tuple[str, ...] = (
            *("slug", "title", "question", "organisation", "department", "language", "phase"),
            *("voices", "bounds", "url", "voices_note", "visibility"),
        )

    def get_voices(self, project: Project) -> int:
        """How many published voices it holds."""
        return self.context["voices"].get(project.pk, 0)

    @extend_schema_field({"type": "array", "items": {"type": "number"}})
    def get_bounds(self, project: Project) -> list[float]:
        """Bounding box of the area, 6 decimals."""
        shape = getattr(project, "envelope", None) or project.area
        return [round(degree, 6) for degree in shape.extent]


class ProjectDetailSerializer(ProjectSerializer):
    """A project with all that its page needs. Needs `voices` and `actor` in the context."""

    description = AuthoredText()
    area = serializers.SerializerMethodField(help_text="GeoJSON, simplified for drawing")
    categories = CategorySerializer(many=True)
    phases = PhaseSerializer(source="dated_phases", many=True)
    layers = ProjectLayerSerializer(source="shown_layers", many=True)
    can = serializers.SerializerMethodField(help_text="what the asker may do now")

    class Meta(ProjectSerializer.Meta):
        """What a card shows, and the rest."""

        fields = (
            *ProjectSerializer.Meta.fields,
            *("description", "area", "tolerance_m", "geometry_kinds", "grid_m", "minimum_zoom"),
            *("moderation", "speakers", "text_limit", "questions", "credit", "categories"),
            *("phases", "layers", "can"),
        )

    @extend_schema_field({"type": "object", "description": "GeoJSON MultiPolygon"})
    def get_area(self, project: Any) -> Any:
        """The area as GeoJSON."""
        return json.loads(project.outline)

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "boolean"}})
    def get_can(self, project: Project) -> dict[str, bool]:
        """Permissions by name."""
        return permissions_of(self.context["actor"], project)
