"""Where a project's area ends on land."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from layers.models import Layer
from mapping.opinions.borders import land_border
from mapping.projects.models import Project, ProjectLayer
from tests.factories import make_layer
from tests.places import EAST, NORTH, SOUTH, WEST, box

pytestmark = pytest.mark.django_db


@pytest.fixture
def neighbours(project: Project) -> Layer:
    """The next town's land, west of Yaizu; what is left is sea."""
    cache.clear()
    layer = make_layer(project, "となりの市", {"藤枝市": box(WEST - 0.1, SOUTH, WEST, NORTH)})
    project.project_layers.filter(layer=layer).update(
        use=ProjectLayer.Use.BASE, base_role="neighbour"
    )
    return layer


def test_the_border_is_drawn_along_the_neighbours_land_only(
    project: Project, neighbours: Layer
) -> None:
    border = land_border(project)
    assert border is not None
    lines = border["coordinates"]
    places = (
        lines if border["type"] == "LineString" else [place for line in lines for place in line]
    )
    assert {round(lon, 2) for lon, _lat in places} == {round(WEST, 2)}
    assert max(lon for lon, _lat in places) < EAST


def test_land_that_is_not_published_draws_no_border(project: Project, neighbours: Layer) -> None:
    neighbours.is_published = False
    neighbours.save()
    assert land_border(project) is None
