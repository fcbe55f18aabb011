"""A project in Japan whose city writes everything in English too."""

from __future__ import annotations

import re

from layers.models import Layer
from mapping.projects.models import Project
from tests import places
from tests.factories import (
    CategoryFactory,
    FeatureFactory,
    LayerFactory,
    OrganisationFactory,
    PhaseFactory,
    ProjectFactory,
    ProjectLayerFactory,
)

JAPANESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff01-\uff9f]")


def make_english_project() -> Project:
    """A city that writes in both languages, and its neighbourhoods with English names."""
    organisation = OrganisationFactory(name={"ja": "焼津市", "en": "Yaizu City"})
    project = ProjectFactory(
        slug="walk", organisation=organisation,
        question={"ja": "どこですか？", "en": "Where is it hard to walk?"},
        department={"ja": "都市計画課", "en": "City Planning Division"},
        voices_note={"ja": "サンプルの声", "en": "Sample voice"},
    )  # fmt: skip
    PhaseFactory(project=project)
    CategoryFactory(project=project)
    make_english_layer(project)
    return project


def make_english_layer(project: Project) -> Layer:
    """Districts to count by, with names in Latin letters."""
    layer = LayerFactory(
        organisation=project.organisation, name={"ja": "自治会", "en": "Neighbourhoods"},
        sentence={"ja": "{name}地区", "en": "{name} neighbourhood"},
        is_grouping=True, is_partition=True,
    )  # fmt: skip
    for number, shape in enumerate(places.TOWNS.values(), start=1):
        FeatureFactory(layer=layer, name=f"District {number}", geometry=shape)
    ProjectLayerFactory(project=project, layer=layer, in_here=True)
    return layer
