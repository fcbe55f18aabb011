import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import mapping.accounts.texts


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Layer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(help_text="団体のなかで一つだけの名前", max_length=80)),
                ("name", models.JSONField(validators=[mapping.accounts.texts.validate_texts])),
                ("language", models.CharField(default="ja", max_length=10)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("district", "地区"),
                            ("zoning", "用途地域"),
                            ("hazard", "災害"),
                            ("facility", "施設"),
                            ("transport", "交通"),
                            ("nature", "自然・公園"),
                            ("boundary", "境界"),
                            ("other", "そのほか"),
                        ],
                        default="other",
                        max_length=20,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="出典")),
                (
                    "credit",
                    models.CharField(blank=True, max_length=300, verbose_name="表示する出典"),
                ),
                (
                    "licence",
                    models.CharField(blank=True, max_length=200, verbose_name="ライセンス"),
                ),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="時点")),
                ("source_crs", models.CharField(blank=True, max_length=40)),
                (
                    "note",
                    models.JSONField(
                        blank=True, default=dict, validators=[mapping.accounts.texts.validate_texts]
                    ),
                ),
                ("is_published", models.BooleanField(default=True)),
                ("is_grouping", models.BooleanField(default=False, verbose_name="集計区域")),
                (
                    "is_partition",
                    models.BooleanField(
                        default=False, help_text="区域どうしが重ならないか（読み込みのときに計算）"
                    ),
                ),
                (
                    "outside_label",
                    models.JSONField(
                        blank=True, default=dict, validators=[mapping.accounts.texts.validate_texts]
                    ),
                ),
                ("style", models.JSONField(blank=True, default=dict)),
                ("fields", models.JSONField(blank=True, default=list)),
                (
                    "sentence",
                    models.JSONField(
                        blank=True, default=dict, validators=[mapping.accounts.texts.validate_texts]
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="layers",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("organisation_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="Feature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source_id",
                    models.CharField(blank=True, help_text="元データの番号", max_length=120),
                ),
                ("name", models.CharField(blank=True, max_length=300)),
                ("attributes", models.JSONField(default=dict)),
                ("geometry", django.contrib.gis.db.models.fields.GeometryField(srid=4326)),
                (
                    "simple",
                    django.contrib.gis.db.models.fields.GeometryField(
                        blank=True, null=True, spatial_index=False, srid=4326
                    ),
                ),
                (
                    "area_m2",
                    models.FloatField(blank=True, help_text="面積（m²、楕円体上）", null=True),
                ),
                ("population", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "layer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="features",
                        to="layers.layer",
                    ),
                ),
            ],
            options={
                "ordering": ("layer_id", "id"),
            },
        ),
        migrations.AddConstraint(
            model_name="layer",
            constraint=models.UniqueConstraint(
                fields=("organisation", "slug"), name="one_layer_a_slug"
            ),
        ),
        migrations.AddIndex(
            model_name="feature",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["attributes"], name="feature_attributes"
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.CheckConstraint(
                condition=models.Q(("geometry__isvalid", True)), name="feature_is_valid"
            ),
        ),
    ]
