"""What the city publishes: data sets with source, date and licence, and their geometries."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.querysets import FeatureQuerySet, LayerQuerySet
from mapping.accounts.models import Organisation
from mapping.accounts.texts import in_language, validate_texts


class Layer(models.Model):
    """An official data set that lies over or under the voices.

    `style` is read by the map: `{"property": "youto", "classes": [{"value": …, "label": {…},
    "fill": "#…", "stroke": "#…", "dash": "…"}], "default": {…}}`, or `{"fill": …, "stroke": …}`.
    `fields` lists the attributes readers see: `[{"name": "youto", "label": {"ja": "用途地域"}}]`.
    `sentence` is how the "here" line speaks of it: `{"ja": "浸水{最大浸水深}"}`; empty: the name.
    """

    class Kind(models.TextChoices):
        """What the layer is about."""

        DISTRICT = "district", _("地区")
        ZONING = "zoning", _("用途地域")
        HAZARD = "hazard", _("災害")
        FACILITY = "facility", _("施設")
        TRANSPORT = "transport", _("交通")
        NATURE = "nature", _("自然・公園")
        BOUNDARY = "boundary", _("境界")
        OTHER = "other", _("そのほか")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="layers")
    slug = models.SlugField(max_length=80, help_text=_("団体のなかで一つだけの名前"))
    name = models.JSONField(validators=[validate_texts])
    language = models.CharField(max_length=10, default="ja")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.OTHER)
    source = models.CharField(_("出典"), max_length=300, blank=True)
    credit = models.CharField(_("表示する出典"), max_length=300, blank=True)
    licence = models.CharField(_("ライセンス"), max_length=200, blank=True)
    as_of = models.DateField(_("時点"), null=True, blank=True)
    source_crs = models.CharField(max_length=40, blank=True)
    note = models.JSONField(validators=[validate_texts], default=dict, blank=True)
    is_published = models.BooleanField(default=True)
    is_grouping = models.BooleanField(_("集計区域"), default=False)
    is_partition = models.BooleanField(
        default=False, help_text=_("区域どうしが重ならないか（読み込みのときに計算）")
    )
    outside_label = models.JSONField(validators=[validate_texts], default=dict, blank=True)
    style = models.JSONField(default=dict, blank=True)
    fields = models.JSONField(default=list, blank=True)
    sentence = models.JSONField(validators=[validate_texts], default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[LayerQuerySet] = LayerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """A slug names one layer of an organisation."""

        ordering = ("organisation_id", "id")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="one_layer_a_slug")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Name in the reader's language."""
        return in_language(self.name, self.language)

    @property
    def outside_title(self) -> str:
        """What lies outside every feature is called, in the reader's language."""
        return in_language(self.outside_label, self.language) or str(_("どの区域にも入らない"))


class Feature(models.Model):
    """One geometry of a layer with its attributes.

    `geometry` is what the source says (made valid, 4326) and is what counts; `simple` is the same
    simplified together with its neighbours for drawing.
    """

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="features")
    source_id = models.CharField(max_length=120, blank=True, help_text=_("元データの番号"))
    name = models.CharField(max_length=300, blank=True)
    attributes = models.JSONField(default=dict)
    geometry = models.GeometryField(srid=4326)
    simple = models.GeometryField(srid=4326, null=True, blank=True, spatial_index=False)
    area_m2 = models.FloatField(null=True, blank=True, help_text=_("面積（m²、楕円体上）"))
    population = models.PositiveIntegerField(null=True, blank=True)

    objects: ClassVar[FeatureQuerySet] = FeatureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Geometry is valid by constraint, whoever writes it."""

        ordering = ("layer_id", "id")
        indexes = [GinIndex(fields=["attributes"], name="feature_attributes")]
        constraints = [
            models.CheckConstraint(condition=Q(geometry__isvalid=True), name="feature_is_valid")
        ]

    def __str__(self) -> str:
        return self.name or f"{self.layer_id}/{self.pk}"
