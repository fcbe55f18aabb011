"""Many voices over the test piece of Yaizu, and a count of them by hand with shapely."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import shapely
from pyproj import Transformer

from mapping.opinions.models import Opinion
from mapping.projects.models import Project
from tests import places
from tests.factories import OpinionFactory

TO_METRES = Transformer.from_crs(4326, places.YAIZU_SRID, always_xy=True).transform


def _somewhere(chance: random.Random, margin: float = 0.004) -> tuple[float, float]:
    lon = chance.uniform(places.WEST + margin, places.EAST - margin)
    lat = chance.uniform(places.SOUTH + margin, places.NORTH - margin)
    return round(lon, 6), round(lat, 6)


def _shape(chance: random.Random, number: int) -> dict:
    lon, lat = _somewhere(chance)
    if number % 4 == 1:
        return places.line((lon, lat), _somewhere(chance), _somewhere(chance))
    if number % 4 == 2:
        d = chance.uniform(0.001, 0.0035)
        return places.area((lon - d, lat - d), (lon + d, lat - d), (lon, lat + d))
    return places.pin(lon, lat)


def speak(project: Project, how_many: int, seed: int = 7) -> list[Opinion]:
    """Voices of all kinds and categories (and none) all over the project's area."""
    chance = random.Random(seed)
    categories = [*project.categories.all(), None]
    return [
        OpinionFactory(
            project=project,
            place=_shape(chance, number),
            category=chance.choice(categories),
            text=f"{number}番目の声です。",
        )
        for number in range(how_many)
    ]


def count_by_hand(
    opinions: list[Opinion], shapes: dict[str, object], field: str = "public_geometry"
) -> tuple[dict[str, int], dict[str, float]]:
    """Voices and weight by shape name with shapely alone; a pin goes to the first it is in."""
    drawn = {name: shapely.from_wkb(bytes(shape.wkb)) for name, shape in shapes.items()}
    voices: dict[str, int] = defaultdict(int)
    weight: dict[str, float] = defaultdict(float)
    for opinion in opinions:
        for name, share in _shares(shapely.from_wkb(bytes(getattr(opinion, field).wkb)), drawn):
            voices[name] += 1
            weight[name] += share
    return voices, weight


def _metric(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: np.column_stack(TO_METRES(*points.T)))


def _shares(voice: shapely.Geometry, drawn: dict[str, shapely.Geometry]):
    if voice.geom_type == "Point":
        inside = [name for name, shape in drawn.items() if shape.covers(voice)]
        return [(name, 1.0) for name in inside[:1]]
    measure = "length" if "Line" in voice.geom_type else "area"
    whole = getattr(_metric(voice), measure)
    parts = (
        (name, getattr(_metric(voice.intersection(shape)), measure) / whole)
        for name, shape in drawn.items()
    )
    return [(name, share) for name, share in parts if share > 1e-7]
