"""Loads one demo city whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from mapping.demo.definitions import City
from mapping.demo.projects import forget_project, make_organisation, make_project, show_layers
from mapping.demo.publish import publish_layers
from mapping.demo.readers import read_voices
from mapping.demo.signins import make_staff
from mapping.demo.voices import Written, write_voices
from mapping.opinions.models import Opinion
from mapping.projects.models import Project
from mapping.projects.opening import area_from_file


@dataclass(frozen=True)
class Loaded:
    """What one city brought: counts, and how long it took in seconds."""

    city: City
    layers: int
    features: int
    written: Written
    seconds: float


def is_loaded(city: City) -> bool:
    """Whether the city's project stands."""
    return Project.objects.filter(slug=city.slug).exists()


def load_city(city: City, told: Callable[[str], None] = lambda line: None) -> Loaded:
    """Load a city anew; what was said in it before is deleted.

    Raises:
        LayerImportError, AreaError: a bundled file can't be read; nothing was changed.
    """
    started = time.monotonic()
    with transaction.atomic():
        forget_project(city)
        area = area_from_file(city.boundary)
        organisation = make_organisation(city, area)
        make_staff(city, organisation)
        layers = publish_layers(city, organisation, told)
        project = make_project(city, organisation, area)
        show_layers(city, project, layers)
        _read_statistics("layers_feature")
        source = Opinion.Source.SAMPLE if project.voices_note else Opinion.Source.IMPORT
        written = write_voices(project, list(read_voices(city)), source, told)
    _read_statistics("opinions_opinion", "opinions_placement")
    features = sum(layer.features.count() for layer in layers.values())
    return Loaded(city, len(layers), features, written, time.monotonic() - started)


def _read_statistics(*tables: str) -> None:
    """Let the planner know of what was just loaded, so that the first readers aren't slow."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {table}")
