"""Makes a demo city's organisation and project, and takes them away again."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import MultiPolygon

from mapping.accounts.models import Organisation, Participant
from mapping.demo.definitions import City
from mapping.opinions.models import Opinion
from mapping.projects.models import Category, Phase, Project, ProjectLayer
from mapping.projects.opening import metric_srid_of

GREY = "#6F7078"


def make_organisation(city: City, boundary: MultiPolygon) -> Organisation:
    """The organisation of the city, made or brought up to date."""
    told = city.organisation
    organisation, _made = Organisation.objects.update_or_create(
        code=told["code"],
        defaults={
            "kind": told["kind"],
            "name": told["name"],
            "language": told["language"],
            "boundary": boundary,
        },
    )
    organisation.full_clean()
    return organisation


def make_project(city: City, organisation: Organisation, area: MultiPolygon) -> Project:
    """The public project of the city with its phases and categories."""
    project = Project(
        organisation=organisation,
        area=area,
        metric_srid=metric_srid_of(area, organisation),
        visibility=Project.Visibility.PUBLIC,
        **city.project,
    )
    project.full_clean()
    project.save()
    Phase.objects.bulk_create(
        Phase(
            project=project,
            kind=phase["kind"],
            title=phase["title"],
            starts_at=city.at_midnight(phase["starts"]),
            ends_at=city.at_midnight(phase["ends"]),
        )
        for phase in city.phases
    )
    Category.objects.bulk_create(
        Category(project=project, order=place, **({"colour": GREY} | category))
        for place, category in enumerate(city.categories)
    )
    return project


def show_layers(city: City, project: Project, layers: dict[str, Any]) -> None:
    """Lay the city's layers over and under the project's map."""
    ProjectLayer.objects.bulk_create(
        ProjectLayer(
            project=project,
            layer=layers[layer["slug"]],
            use=show["use"],
            base_role=show.get("role", ""),
            order=show.get("order", 0),
            is_shown=show.get("shown", False),
            opacity=show.get("opacity", 0.7),
            in_here=show["use"] == ProjectLayer.Use.OVERLAY and show.get("in_here", True),
        )
        for layer in city.layers
        for show in layer["show"]
    )


def forget_project(city: City) -> int:
    """Delete the city's project with every voice in it; how many voices that were.

    Made-up speakers go too; devices of real people stay.
    """
    voices = Opinion.objects.filter(project__slug=city.slug)
    count = voices.count()
    voices.delete()
    Project.objects.filter(slug=city.slug).delete()
    Participant.objects.filter(
        key_hash=None, user=None, opinions=None, comments=None, supports=None
    ).delete()
    return count
