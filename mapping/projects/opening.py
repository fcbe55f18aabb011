"""How a project comes into being: its area from a file or a code, its phases and categories."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.crs import metric_srid
from layers.importers.errors import LayerImportError
from layers.importers.reading import Wishes, read_file
from layers.importers.reference import reference_of
from layers.importers.rows import SourceLayer
from layers.importers.shapes import mend, to_degrees, usual_bounds
from mapping.accounts.models import Organisation
from mapping.accounts.municipalities import local_government
from mapping.projects.models import Category, Phase, Project
from mapping.projects.phases import PhaseKind

QUESTION = {"ja": "どこが、どうなるとよいですか？", "en": "What should change, and where?"}
FIRST_PHASE_DAYS = 90
# What a project starts with; colours of Okabe and Ito, told apart by the colour-blind too.
FIRST_CATEGORIES = (
    ("good", {"ja": "よいところ", "en": "What is good"}, "star", "#009E73"),
    ("change", {"ja": "変えたいところ", "en": "What to change"}, "idea", "#0072B2"),
    ("other", {"ja": "そのほか", "en": "Something else"}, "other", "#6F7078"),
)


class AreaError(Exception):
    """The area can't be taken; the message says why and what to give."""


@dataclass(frozen=True)
class Opening:
    """What a new project is called and how precisely it publishes.

    Attributes:
        slug, title, question: the title and question are in `language`.
        language: ja, en, …
        grid_m: metres, one of GRID_CHOICES.
        visibility: Project.Visibility.
    """

    slug: str
    title: str
    question: str = ""
    language: str = "ja"
    grid_m: int = 10
    visibility: str = Project.Visibility.PUBLIC


def create_project(organisation: Organisation, area: MultiPolygon, wanted: Opening) -> Project:
    """A project with an ideas phase of 90 days from now and three categories.

    Raises:
        ValidationError: slug taken, grid not offered, or a text missing.
    """
    project = Project(
        organisation=organisation,
        slug=wanted.slug,
        language=wanted.language,
        title={wanted.language: wanted.title},
        question={wanted.language: wanted.question} if wanted.question else QUESTION,
        area=area,
        metric_srid=metric_srid_of(area, organisation),
        grid_m=wanted.grid_m,
        visibility=wanted.visibility,
    )
    project.full_clean()
    now = timezone.now()
    with transaction.atomic():
        project.save()
        Phase.objects.create(
            project=project,
            kind=PhaseKind.IDEAS,
            starts_at=now,
            ends_at=now + timedelta(days=FIRST_PHASE_DAYS),
        )
        Category.objects.bulk_create(
            Category(project=project, slug=slug, name=name, icon=icon, colour=colour, order=place)
            for place, (slug, name, icon, colour) in enumerate(FIRST_CATEGORIES)
        )
    return project


def metric_srid_of(area: GEOSGeometry, organisation: Organisation) -> int:
    """EPSG code of the system in metres for an area (4326)."""
    middle = area.centroid
    return metric_srid(middle.x, middle.y, organisation.code)


def area_of(given: str, organisation: Organisation) -> MultiPolygon:
    """The area that `--area` names: a file of polygons, or the code of a local government.

    Args:
        given: a path, the organisation's own code, or a six-digit code.
        organisation: who asks; its boundary stands for its code.

    Raises:
        AreaError: no such file or code, or no polygons in it.
    """
    if Path(given).suffix:
        return area_from_file(Path(given))
    if given == organisation.code and organisation.boundary:
        return organisation.boundary
    other = Organisation.objects.filter(code=given).first()
    if other is not None and other.boundary:
        return other.boundary
    known = local_government(given)
    if known is None:
        raise AreaError(
            _("--area %(given)s：境界のある団体コードでも、ファイルでもありません。")
            % {"given": given}
        )
    return known.boundary


def area_from_file(path: Path) -> MultiPolygon:
    """All polygons of a file as one valid MultiPolygon (4326).

    Raises:
        AreaError: the file can't be read or holds no polygons.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="koemap-area-") as folder:
            sources = read_file(path.resolve(), Wishes(layer="all"), Path(folder))
        polygons = [part for source in sources for part in _polygons(source)]
    except LayerImportError as error:
        raise AreaError(error.message) from error
    if not polygons:
        raise AreaError(_("%(name)s に面（ポリゴン）がありません。") % {"name": path.name})
    whole = shapely.union_all(polygons)
    parts = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
    return MultiPolygon([GEOSGeometry(memoryview(part.wkb)) for part in parts], srid=4326)


def _polygons(source: SourceLayer) -> list[shapely.Geometry]:
    raw = np.array([row.shape for row in source.rows], dtype=object)
    stated = source.crs or source.assumed_crs
    crs = reference_of(stated, "", usual_bounds(raw), None).crs
    mended = [mend(shape).shape for shape in to_degrees(raw, crs) if shape is not None]
    return [shape for shape in mended if shape is not None and shapely.get_dimensions(shape) == 2]
