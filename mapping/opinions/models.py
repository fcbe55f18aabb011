"""What people say, where it lies, and who changed its state."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.models import Feature, Layer
from mapping.accounts.models import Participant, User, pseudonym
from mapping.opinions.querysets import OpinionQuerySet, PlacementQuerySet
from mapping.opinions.states import GONE, State
from mapping.projects.models import Category, Phase, Project


class Opinion(models.Model):
    """One located statement: pin, line or area with category and text.

    `geometry` is what was drawn and is shown to staff with the exact right only; everything
    public is computed from `public_geometry` and its `anchor` (4326, 6 decimals).
    """

    class Kind(models.TextChoices):
        """Shape of the place."""

        PIN = "pin", _("点")
        LINE = "line", _("線")
        AREA = "area", _("面")

    class Source(models.TextChoices):
        """How the voice came in."""

        WEB = "web", _("ウェブ")
        IMPORT = "import", _("取り込み")
        SURVEY = "survey", _("意向調査")
        PAPER = "paper", _("紙・窓口")
        SAMPLE = "sample", _("サンプル")

    class Outcome(models.TextChoices):
        """What the organisation does about it (対応状況)."""

        RECEIVED = "received", _("受けとりました")
        CONSIDERING = "considering", _("検討中")
        ADOPTED = "adopted", _("採用")
        PARTLY_ADOPTED = "partly_adopted", _("一部採用")
        DONE = "done", _("対応ずみ")
        NOT_ADOPTED = "not_adopted", _("見送り")
        OUT_OF_SCOPE = "out_of_scope", _("対象外")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="opinions")
    phase = models.ForeignKey(
        Phase, on_delete=models.SET_NULL, null=True, blank=True, related_name="opinions"
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions"
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.SET_NULL, null=True, blank=True, related_name="opinions"
    )
    client_id = models.UUIDField(unique=True)
    body_hash = models.CharField(max_length=64, blank=True)
    manage_key_hash = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    search_text = models.TextField(blank=True, editable=False)
    language = models.CharField(max_length=10, default="ja")
    answers = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=4, choices=Kind)
    geometry = models.GeometryField(srid=4326, null=True, blank=True)
    public_geometry = models.GeometryField(srid=4326, null=True, blank=True)
    anchor = models.PointField(srid=4326, null=True, blank=True)
    grid_m = models.PositiveSmallIntegerField(help_text=_("約束した格子の大きさ"))
    is_collapsed = models.BooleanField(default=False)
    here = models.JSONField(default=list, blank=True)
    context = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED)
    source = models.CharField(max_length=8, choices=Source, default=Source.WEB)
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.RECEIVED)
    support_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[OpinionQuerySet] = OpinionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Stored geometry is valid; a voice that is gone has none; a key opens one voice."""

        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(F("project"), F("created_at").desc(), F("id").desc(), name="opinion_list"),
            models.Index(fields=["project", "state", "category"], name="opinion_counts"),
            GinIndex(OpClass(F("search_text"), "gin_trgm_ops"), name="opinion_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["manage_key_hash"],
                condition=~Q(manage_key_hash=""),
                name="one_voice_a_manage_key",
            ),
            models.CheckConstraint(
                condition=Q(geometry__isnull=True) | Q(geometry__isvalid=True),
                name="opinion_geometry_is_valid",
            ),
            models.CheckConstraint(
                condition=Q(public_geometry__isnull=True) | Q(public_geometry__isvalid=True),
                name="opinion_public_geometry_is_valid",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=GONE, geometry__isnull=True, public_geometry__isnull=True)
                    & Q(anchor__isnull=True, text="")
                )
                | (
                    ~Q(state__in=GONE)
                    & Q(geometry__isnull=False, public_geometry__isnull=False)
                    & Q(anchor__isnull=False)
                ),
                name="opinion_has_a_place_or_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project.slug}/{self.pk}"

    def get_absolute_url(self) -> str:
        """The permalink, which works without JavaScript."""
        return reverse("opinion", args=[self.project.slug, self.pk])

    @property
    def is_gone(self) -> bool:
        """Withdrawn or erased: a tombstone without text and place."""
        return self.state in GONE

    @property
    def author_name(self) -> str:
        """Public pseudonym of the author in this project; '' when nobody is known."""
        if self.participant_id is None:
            return ""
        return pseudonym(self.project_id, self.participant_id)


class StateChange(models.Model):
    """The log of an opinion: who changed its state, when and why."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="state_changes")
    before = models.CharField(max_length=10, choices=State, blank=True)
    after = models.CharField(max_length=10, choices=State)
    by_user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_author = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest last, as a log reads."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.opinion_id}: {self.before} → {self.after}"


class Basis(models.TextChoices):
    """Which geometry a placement was computed from (位置の精度)."""

    PUBLIC = "public", _("公開の位置")
    EXACT = "exact", _("描かれた位置")
    BOTH = "both", _("どちらも同じ")


class Placement(models.Model):
    """Where an opinion lies in one grouping layer.

    `share` is 1 for a pin, the share of the length for a line and of the area for an area. One
    row with basis `both` serves where the public geometry is the exact one.
    """

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="placements")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="placements")
    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="placements")
    basis = models.CharField(max_length=6, choices=Basis)
    share = models.FloatField()

    objects: ClassVar[PlacementQuerySet] = PlacementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """One row for each opinion, feature and basis; counting reads the index only."""

        constraints = [
            models.UniqueConstraint(
                fields=["opinion", "feature", "basis"], name="one_placement_a_feature"
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0) & Q(share__lte=1), name="placement_share_in_range"
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "layer", "basis", "feature"],
                include=["opinion", "share"],
                name="placement_counts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} in {self.feature_id} ({self.share:.2f})"


class ExactRead(models.Model):
    """Who of the staff read exact places, of what and when."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="exact_reads")
    what = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user} {self.at:%F %T} {self.what}"
