"""Makers of people, organisations, projects, layers and voices for tests."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import factory
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from factory.django import DjangoModelFactory

from layers.models import Feature, Layer
from mapping.accounts.models import Membership, Organisation, Participant, User, hash_key, new_key
from mapping.opinions.models import Opinion
from mapping.projects.models import Category, Phase, Project, ProjectLayer
from mapping.projects.phases import PhaseKind
from tests import places


class OrganisationFactory(DjangoModelFactory):
    """焼津市, unless another code is given."""

    class Meta:
        """One row a code."""

        model = Organisation
        django_get_or_create = ("code",)

    code = places.YAIZU_CODE
    name = factory.LazyFunction(lambda: {"ja": "焼津市", "en": "Yaizu City"})
    language = "ja"
    boundary = places.AREA


class UserFactory(DjangoModelFactory):
    """A person with an account; the password is "miho-no-matsubara"."""

    class Meta:
        """The password is saved at once."""

        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    username = factory.SelfAttribute("email")
    display_name = "松永 みほ"
    password = factory.django.Password("miho-no-matsubara")


class MembershipFactory(DjangoModelFactory):
    """A person's role in an organisation."""

    class Meta:
        """A membership."""

        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = "planner"


class ParticipantFactory(DjangoModelFactory):
    """Somebody who speaks with a device key."""

    class Meta:
        """A participant."""

        model = Participant

    key_hash = factory.LazyFunction(lambda: hash_key(new_key()))


class ProjectFactory(DjangoModelFactory):
    """A public project in Yaizu at grid 10 m, without phases."""

    class Meta:
        """A project."""

        model = Project

    organisation = factory.SubFactory(OrganisationFactory)
    slug = factory.Sequence(lambda n: f"ekimae-{n}")
    language = "ja"
    title = factory.LazyFunction(
        lambda: {"ja": "駅前のみちを歩きやすく", "en": "Walking by the station"}
    )
    question = factory.LazyFunction(lambda: {"ja": "歩いていて困るところはどこですか？"})
    area = places.AREA
    metric_srid = places.YAIZU_SRID
    grid_m = 10
    visibility = "public"


class PhaseFactory(DjangoModelFactory):
    """A phase that began yesterday and ends in a month."""

    class Meta:
        """A phase."""

        model = Phase

    project = factory.SubFactory(ProjectFactory)
    kind = PhaseKind.IDEAS
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class CategoryFactory(DjangoModelFactory):
    """「歩きにくい」."""

    class Meta:
        """A category."""

        model = Category

    project = factory.SubFactory(ProjectFactory)
    slug = "walk"
    name = factory.LazyFunction(lambda: {"ja": "歩きにくい", "en": "Hard to walk"})
    icon = "walk"
    colour = "#C5321A"


class LayerFactory(DjangoModelFactory):
    """A published layer without features."""

    class Meta:
        """A layer."""

        model = Layer

    organisation = factory.SubFactory(OrganisationFactory)
    slug = factory.Sequence(lambda n: f"layer-{n}")
    name = factory.LazyFunction(lambda: {"ja": "自治会"})
    kind = "district"


class FeatureFactory(DjangoModelFactory):
    """A feature of a layer."""

    class Meta:
        """A feature."""

        model = Feature

    layer = factory.SubFactory(LayerFactory)
    name = "焼津第1自治会"
    geometry = places.TOWNS["焼津第1自治会"]
    area_m2 = factory.LazyAttribute(
        lambda made: made.geometry.transform(places.YAIZU_SRID, clone=True).area
    )


class ProjectLayerFactory(DjangoModelFactory):
    """A layer lying over a project's map."""

    class Meta:
        """A layer in a project."""

        model = ProjectLayer

    project = factory.SubFactory(ProjectFactory)
    layer = factory.SubFactory(LayerFactory)


class OpinionFactory(DjangoModelFactory):
    """A published voice by the station; public geometry and placements as the product makes them.

    `place` is GeoJSON or a GEOS geometry (4326).
    """

    class Meta:
        """A voice."""

        model = Opinion

    project = factory.SubFactory(ProjectFactory)
    client_id = factory.LazyFunction(uuid.uuid4)
    text = "歩道がせまくて、ベビーカーが通れません。"
    place: Any = factory.LazyFunction(lambda: places.pin(*places.STATION))

    @classmethod
    def _create(cls, model_class: type[Opinion], *args: Any, **kwargs: Any) -> Opinion:
        from mapping.opinions.writing import save_new

        place = kwargs.pop("place")
        if not isinstance(place, GEOSGeometry):
            import json

            place = GEOSGeometry(json.dumps(place), srid=4326)
        kwargs.setdefault("geometry", place)
        return save_new(model_class(*args, **kwargs))


def make_layer(
    project: Project,
    name: str,
    shapes: dict[str, GEOSGeometry],
    *,
    kind: str = "district",
    is_grouping: bool = True,
    is_partition: bool = True,
    **more: Any,
) -> Layer:
    """A layer of the project's organisation with one feature for each named shape."""
    layer = LayerFactory(
        organisation=project.organisation,
        name={"ja": name},
        kind=kind,
        is_grouping=is_grouping,
        is_partition=is_partition,
        **more,
    )
    for feature_name, shape in shapes.items():
        FeatureFactory(
            layer=layer, name=feature_name, geometry=shape, attributes={"name": feature_name}
        )
    ProjectLayerFactory(project=project, layer=layer)
    return layer


def make_project(kind: str | None = PhaseKind.IDEAS, **more: Any) -> Project:
    """A project in Yaizu with three categories, towns, school areas and zoning.

    Args:
        kind: the phase that runs now; None: all phases are over.
    """
    project = ProjectFactory(**more)
    if kind:
        PhaseFactory(project=project, kind=kind)
    else:
        month_ago = timezone.now() - timedelta(days=30)
        PhaseFactory(project=project, starts_at=month_ago, ends_at=month_ago + timedelta(days=7))
    CategoryFactory(project=project)
    CategoryFactory(project=project, slug="green", name={"ja": "みどり"}, icon="green", order=1)
    CategoryFactory(
        project=project,
        slug="home",
        name={"ja": "自宅のちかく"},
        icon="other",
        order=2,
        is_jittered=True,
    )
    make_layer(project, "自治会", places.TOWNS)
    make_layer(project, "小学校区", places.SCHOOLS)
    make_layer(project, "用途地域", places.ZONING, kind="zoning")
    return project
