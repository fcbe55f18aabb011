import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import mapping.accounts.texts
import mapping.projects.models
import mapping.projects.questions


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("layers", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("language", models.CharField(default="ja", max_length=10)),
                ("title", models.JSONField(validators=[mapping.accounts.texts.validate_texts])),
                ("question", models.JSONField(validators=[mapping.accounts.texts.validate_texts])),
                (
                    "description",
                    models.JSONField(
                        blank=True, default=dict, validators=[mapping.accounts.texts.validate_texts]
                    ),
                ),
                (
                    "department",
                    models.JSONField(
                        blank=True, default=dict, validators=[mapping.accounts.texts.validate_texts]
                    ),
                ),
                (
                    "voices_note",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="サンプルの声につける断り書き（例：サンプルの声）",
                        validators=[mapping.accounts.texts.validate_texts],
                    ),
                ),
                ("credit", models.CharField(blank=True, max_length=300, verbose_name="声の出典")),
                ("area", django.contrib.gis.db.models.fields.MultiPolygonField(srid=4326)),
                ("tolerance_m", models.PositiveIntegerField(default=100)),
                (
                    "metric_srid",
                    models.PositiveIntegerField(help_text="長さと格子を測る座標系（EPSG）"),
                ),
                (
                    "geometry_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        default=mapping.projects.models.all_geometry_kinds,
                        size=None,
                    ),
                ),
                (
                    "grid_m",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "0 m"),
                            (10, "10 m"),
                            (50, "50 m"),
                            (100, "100 m"),
                            (250, "250 m"),
                            (500, "500 m"),
                        ],
                        default=10,
                    ),
                ),
                (
                    "minimum_zoom",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(19),
                        ],
                    ),
                ),
                (
                    "speakers",
                    models.CharField(
                        choices=[("anyone", "だれでも"), ("members", "団体の職員だけ")],
                        default="anyone",
                        max_length=12,
                    ),
                ),
                (
                    "moderation",
                    models.CharField(
                        choices=[("pre", "確認してから公開"), ("post", "すぐに公開")],
                        default="post",
                        max_length=8,
                    ),
                ),
                ("text_limit", models.PositiveSmallIntegerField(default=400)),
                (
                    "questions",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="設問の定義。mapping/projects/questions.py を参照",
                        validators=[mapping.projects.questions.validate_questions],
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("draft", "下書き"),
                            ("unlisted", "リンクを知る人だけ"),
                            ("public", "公開"),
                            ("archived", "保存版"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Phase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("information", "お知らせ"),
                            ("ideas", "アイデア"),
                            ("co_creation", "共創"),
                            ("survey", "意向調査"),
                            ("results", "結果"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "title",
                    models.JSONField(
                        blank=True, default=dict, validators=[mapping.accounts.texts.validate_texts]
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phases",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "ordering": ("starts_at",),
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60)),
                ("name", models.JSONField(validators=[mapping.accounts.texts.validate_texts])),
                ("icon", models.CharField(default="voice", max_length=30)),
                (
                    "colour",
                    models.CharField(
                        default="#6F7078",
                        max_length=7,
                        validators=[django.core.validators.RegexValidator("^#[0-9A-Fa-f]{6}$")],
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0)),
                (
                    "is_jittered",
                    models.BooleanField(
                        default=False, help_text="自宅付近など、格子の中でさらにずらす"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="categories",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "ordering": ("order", "id"),
            },
        ),
        migrations.CreateModel(
            name="ProjectLayer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0)),
                (
                    "use",
                    models.CharField(
                        choices=[("base", "下地"), ("overlay", "重ねる")],
                        default="overlay",
                        max_length=8,
                    ),
                ),
                (
                    "base_role",
                    models.CharField(
                        blank=True,
                        help_text="下地地図での役割（land, park, road, label…）",
                        max_length=20,
                    ),
                ),
                ("is_shown", models.BooleanField(default=False, help_text="最初から見える")),
                ("opacity", models.FloatField(default=0.7)),
                ("in_here", models.BooleanField(default=True, help_text="「ここ」の一行に出す")),
                (
                    "layer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="in_projects",
                        to="layers.layer",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="project_layers",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "ordering": ("order", "id"),
            },
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("area__isvalid", True)), name="project_area_is_valid"
            ),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="phase_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.UniqueConstraint(
                fields=("project", "slug"), name="one_category_a_slug"
            ),
        ),
        migrations.AddConstraint(
            model_name="projectlayer",
            constraint=models.UniqueConstraint(
                fields=("project", "layer", "use", "base_role"), name="one_use_of_a_layer"
            ),
        ),
    ]
