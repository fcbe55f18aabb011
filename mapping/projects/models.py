"""One matter an organisation asks about: project, phases, categories, layers shown with it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.models import Layer
from mapping.accounts.models import Organisation
from mapping.accounts.texts import in_language, validate_texts
from mapping.projects.phases import PhaseKind
from mapping.projects.querysets import ProjectQuerySet
from mapping.projects.questions import validate_questions

GEOMETRY_KINDS = ("pin", "line", "area")
GRID_CHOICES = [(metres, f"{metres} m") for metres in (0, 10, 50, 100, 250, 500)]


def all_geometry_kinds() -> list[str]:
    """Default of `Project.geometry_kinds`: pin, line and area."""
    return list(GEOMETRY_KINDS)


class Project(models.Model):
    """What is asked, where, of whom, and how precisely answers are published."""

    class Visibility(models.TextChoices):
        """Who finds the project."""

        DRAFT = "draft", _("下書き")
        UNLISTED = "unlisted", _("リンクを知る人だけ")
        PUBLIC = "public", _("公開")
        ARCHIVED = "archived", _("保存版")

    class Speakers(models.TextChoices):
        """Who may speak."""

        ANYONE = "anyone", _("だれでも")
        MEMBERS = "members", _("団体の職員だけ")

    class Moderation(models.TextChoices):
        """Whether a voice waits for the staff before it is public."""

        PRE = "pre", _("確認してから公開")
        POST = "post", _("すぐに公開")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="projects"
    )
    slug = models.SlugField(max_length=80, unique=True)
    language = models.CharField(max_length=10, default="ja")
    title = models.JSONField(validators=[validate_texts])
    question = models.JSONField(validators=[validate_texts])
    description = models.JSONField(validators=[validate_texts], default=dict, blank=True)
    department = models.JSONField(validators=[validate_texts], default=dict, blank=True)
    voices_note = models.JSONField(
        validators=[validate_texts],
        default=dict,
        blank=True,
        help_text=_("サンプルの声につける断り書き（例：サンプルの声）"),
    )
    credit = models.CharField(_("声の出典"), max_length=300, blank=True)
    area = models.MultiPolygonField(srid=4326)
    tolerance_m = models.PositiveIntegerField(default=100)
    metric_srid = models.PositiveIntegerField(help_text=_("長さと格子を測る座標系（EPSG）"))
    geometry_kinds = ArrayField(models.CharField(max_length=8), default=all_geometry_kinds)
    grid_m = models.PositiveSmallIntegerField(choices=GRID_CHOICES, default=10)
    minimum_zoom = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(0), MaxValueValidator(19)]
    )
    speakers = models.CharField(max_length=12, choices=Speakers, default=Speakers.ANYONE)
    moderation = models.CharField(max_length=8, choices=Moderation, default=Moderation.POST)
    text_limit = models.PositiveSmallIntegerField(default=400)
    questions = models.JSONField(
        validators=[validate_questions],
        default=list,
        blank=True,
        help_text=_("設問の定義。mapping/projects/questions.py を参照"),
    )
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.DRAFT)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ProjectQuerySet] = ProjectQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """The area is one valid MultiPolygon."""

        constraints = [
            models.CheckConstraint(condition=Q(area__isvalid=True), name="project_area_is_valid")
        ]

    def __str__(self) -> str:
        return in_language(self.title, self.language)

    def get_absolute_url(self) -> str:
        """The project's page."""
        return reverse("project", args=[self.slug])

    def phase_at(self, moment: datetime) -> Phase | None:
        """The phase that runs at the moment; ends are exclusive."""
        return next((phase for phase in self.dated_phases if phase.runs_at(moment)), None)

    @cached_property
    def dated_phases(self) -> list[Phase]:
        """Phases in order of their start (read once)."""
        return sorted(self.phases.all(), key=lambda phase: phase.starts_at)

    @property
    def current_phase(self) -> Phase | None:
        """The phase that runs now."""
        return self.phase_at(timezone.now())


class Phase(models.Model):
    """A dated stage; its kind says which verbs are open."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(max_length=12, choices=PhaseKind)
    title = models.JSONField(validators=[validate_texts], default=dict, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        """A phase ends after it starts."""

        ordering = ("starts_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="phase_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return in_language(self.title, self.project.language) or str(self.get_kind_display())

    def runs_at(self, moment: datetime) -> bool:
        """Whether the moment lies in the phase."""
        return self.starts_at <= moment < self.ends_at


class Category(models.Model):
    """What a voice is about; colour always comes with an icon."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="categories")
    slug = models.SlugField(max_length=60)
    name = models.JSONField(validators=[validate_texts])
    icon = models.CharField(max_length=30, default="voice")
    colour = models.CharField(
        max_length=7, default="#6F7078", validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")]
    )
    order = models.PositiveSmallIntegerField(default=0)
    is_jittered = models.BooleanField(
        default=False, help_text=_("自宅付近など、格子の中でさらにずらす")
    )

    class Meta:
        """A slug names one category of a project."""

        ordering = ("order", "id")
        constraints = [
            models.UniqueConstraint(fields=["project", "slug"], name="one_category_a_slug")
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.project.language)


class ProjectLayer(models.Model):
    """A layer as one project shows it."""

    class Use(models.TextChoices):
        """What the layer does in the project."""

        BASE = "base", _("下地")
        OVERLAY = "overlay", _("重ねる")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="project_layers")
    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="in_projects")
    order = models.PositiveSmallIntegerField(default=0)
    use = models.CharField(max_length=8, choices=Use, default=Use.OVERLAY)
    base_role = models.CharField(
        max_length=20, blank=True, help_text=_("下地地図での役割（land, park, road, label…）")
    )
    is_shown = models.BooleanField(default=False, help_text=_("最初から見える"))
    opacity = models.FloatField(default=0.7)
    in_here = models.BooleanField(default=True, help_text=_("「ここ」の一行に出す"))

    class Meta:
        """A layer serves a project once in each use and role."""

        ordering = ("order", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "layer", "use", "base_role"], name="one_use_of_a_layer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.layer}"
