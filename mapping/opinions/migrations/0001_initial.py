import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("layers", "0001_initial"),
        ("projects", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="ExactRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=200)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exact_reads",
                        to="projects.project",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("client_id", models.UUIDField(unique=True)),
                ("body_hash", models.CharField(blank=True, max_length=64)),
                ("manage_key_hash", models.CharField(blank=True, max_length=64)),
                ("text", models.TextField(blank=True)),
                ("search_text", models.TextField(blank=True, editable=False)),
                ("language", models.CharField(default="ja", max_length=10)),
                ("answers", models.JSONField(blank=True, default=dict)),
                (
                    "kind",
                    models.CharField(
                        choices=[("pin", "点"), ("line", "線"), ("area", "面")], max_length=4
                    ),
                ),
                (
                    "geometry",
                    django.contrib.gis.db.models.fields.GeometryField(
                        blank=True, null=True, srid=4326
                    ),
                ),
                (
                    "public_geometry",
                    django.contrib.gis.db.models.fields.GeometryField(
                        blank=True, null=True, srid=4326
                    ),
                ),
                (
                    "anchor",
                    django.contrib.gis.db.models.fields.PointField(
                        blank=True, null=True, srid=4326
                    ),
                ),
                ("grid_m", models.PositiveSmallIntegerField(help_text="約束した格子の大きさ")),
                ("is_collapsed", models.BooleanField(default=False)),
                ("here", models.JSONField(blank=True, default=list)),
                ("context", models.JSONField(blank=True, default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "確認待ち"),
                            ("published", "公開中"),
                            ("hidden", "非公開"),
                            ("withdrawn", "本人が取り下げ"),
                            ("erased", "消去"),
                        ],
                        default="published",
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("web", "ウェブ"),
                            ("import", "取り込み"),
                            ("survey", "意向調査"),
                            ("paper", "紙・窓口"),
                            ("sample", "サンプル"),
                        ],
                        default="web",
                        max_length=8,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("received", "受けとりました"),
                            ("considering", "検討中"),
                            ("adopted", "採用"),
                            ("partly_adopted", "一部採用"),
                            ("done", "対応ずみ"),
                            ("not_adopted", "見送り"),
                            ("out_of_scope", "対象外"),
                        ],
                        default="received",
                        max_length=16,
                    ),
                ),
                ("support_count", models.PositiveIntegerField(default=0)),
                ("comment_count", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="projects.category",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="opinions",
                        to="accounts.participant",
                    ),
                ),
                (
                    "phase",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="opinions",
                        to="projects.phase",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opinions",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("public", "公開の位置"),
                            ("exact", "描かれた位置"),
                            ("both", "どちらも同じ"),
                        ],
                        max_length=6,
                    ),
                ),
                ("share", models.FloatField()),
                (
                    "feature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="placements",
                        to="layers.feature",
                    ),
                ),
                (
                    "layer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="placements",
                        to="layers.layer",
                    ),
                ),
                (
                    "opinion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="placements",
                        to="opinions.opinion",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StateChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("waiting", "確認待ち"),
                            ("published", "公開中"),
                            ("hidden", "非公開"),
                            ("withdrawn", "本人が取り下げ"),
                            ("erased", "消去"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("waiting", "確認待ち"),
                            ("published", "公開中"),
                            ("hidden", "非公開"),
                            ("withdrawn", "本人が取り下げ"),
                            ("erased", "消去"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by_author", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opinion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="state_changes",
                        to="opinions.opinion",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.AddIndex(
            model_name="opinion",
            index=models.Index(
                models.F("project"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="opinion_list",
            ),
        ),
        migrations.AddIndex(
            model_name="opinion",
            index=models.Index(fields=["project", "state", "category"], name="opinion_counts"),
        ),
        migrations.AddIndex(
            model_name="opinion",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("search_text"), "gin_trgm_ops"),
                name="opinion_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("manage_key_hash", ""), _negated=True),
                fields=("manage_key_hash",),
                name="one_voice_a_manage_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("geometry__isnull", True), ("geometry__isvalid", True), _connector="OR"
                ),
                name="opinion_geometry_is_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("public_geometry__isnull", True),
                    ("public_geometry__isvalid", True),
                    _connector="OR",
                ),
                name="opinion_public_geometry_is_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("geometry__isnull", True),
                        ("public_geometry__isnull", True),
                        ("state__in", frozenset(["erased", "withdrawn"])),
                        ("anchor__isnull", True),
                        ("text", ""),
                    ),
                    models.Q(
                        models.Q(("state__in", frozenset(["erased", "withdrawn"])), _negated=True),
                        ("geometry__isnull", False),
                        ("public_geometry__isnull", False),
                        ("anchor__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="opinion_has_a_place_or_is_gone",
            ),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                fields=["project", "layer", "basis", "feature"],
                include=("opinion", "share"),
                name="placement_counts",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.UniqueConstraint(
                fields=("opinion", "feature", "basis"), name="one_placement_a_feature"
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gt", 0), ("share__lte", 1)),
                name="placement_share_in_range",
            ),
        ),
    ]
