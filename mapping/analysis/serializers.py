"""Shapes of the analysis replies, for the OpenAPI document."""

from rest_framework import serializers


class FiguresSerializer(serializers.Serializer):
    """Voices and weight of one row."""

    count = serializers.IntegerField(help_text="opinions that touch it")
    weight = serializers.FloatField(help_text="sum of the opinions' shares")
    categories = serializers.DictField(child=serializers.IntegerField())


class OutsideSerializer(FiguresSerializer):
    """What lies in no feature of the layer."""

    label = serializers.CharField()  # type: ignore[assignment]


class DistrictSerializer(FiguresSerializer):
    """One feature of the grouping layer."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    area_km2 = serializers.FloatField(allow_null=True)
    population = serializers.IntegerField(allow_null=True)


class ClassesSerializer(serializers.Serializer):
    """Lower bounds of the classes of each measure."""

    count = serializers.ListField(child=serializers.IntegerField())
    per_km2 = serializers.ListField(child=serializers.FloatField())
    per_1000 = serializers.ListField(child=serializers.FloatField())
    share = serializers.DictField(child=serializers.ListField(child=serializers.FloatField()))


class SummarySerializer(serializers.Serializer):
    """Voices by district."""

    layer = serializers.IntegerField()
    basis = serializers.ChoiceField(choices=["public", "exact"])
    is_partition = serializers.BooleanField()
    total = serializers.IntegerField()
    categories = serializers.DictField(child=serializers.IntegerField())
    outside = OutsideSerializer()
    classes = ClassesSerializer()
    features = DistrictSerializer(many=True)


class ClassSerializer(serializers.Serializer):
    """One cell of the cross table."""

    voices = serializers.IntegerField()
    weight = serializers.FloatField()
    expected = serializers.FloatField(help_text="row weight x column weight / total weight")


class CrosstabFiguresSerializer(serializers.Serializer):
    """One row's figures."""

    voices = serializers.IntegerField()
    weight = serializers.FloatField()
    cells = serializers.DictField(child=ClassSerializer())


class CrosstabRowSerializer(CrosstabFiguresSerializer):
    """One official class."""

    key = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class CrosstabOutsideSerializer(CrosstabFiguresSerializer):
    """What lies in no feature of the layer."""

    label = serializers.CharField()  # type: ignore[assignment]


class CrosstabSerializer(serializers.Serializer):
    """Official classes against categories."""

    layer = serializers.IntegerField()
    attribute = serializers.CharField(allow_blank=True)
    basis = serializers.ChoiceField(choices=["public", "exact"])
    is_partition = serializers.BooleanField()
    columns = serializers.ListField(child=serializers.CharField(allow_blank=True))
    rows = CrosstabRowSerializer(many=True)
    outside = CrosstabOutsideSerializer()
    total = CrosstabFiguresSerializer()


class CellPropertiesSerializer(serializers.Serializer):
    """What a cell holds."""

    count = serializers.IntegerField()
    categories = serializers.DictField(child=serializers.IntegerField())


class CellSerializer(serializers.Serializer):
    """A hexagon, or the part of one inside a district."""

    type = serializers.ChoiceField(choices=["Feature"])
    geometry = serializers.JSONField()
    properties = CellPropertiesSerializer()


class CellsSerializer(serializers.Serializer):
    """Heat by hexagons."""

    type = serializers.ChoiceField(choices=["FeatureCollection"])
    basis = serializers.ChoiceField(choices=["public", "exact"])
    radius_m = serializers.FloatField(help_text="half a cell's width, metres of Web Mercator")
    total = serializers.IntegerField()
    classes = serializers.ListField(
        child=serializers.IntegerField(), help_text="lower bounds of the classes"
    )
    features = CellSerializer(many=True)


class WeekSerializer(serializers.Serializer):
    """Voices of one week in one phase."""

    week = serializers.DateField(help_text="its Monday")
    phase = serializers.CharField(allow_blank=True)
    count = serializers.IntegerField()


class TimelineSerializer(serializers.Serializer):
    """When the voices came."""

    total = serializers.IntegerField()
    weeks = WeekSerializer(many=True)
