"""`manage.py create_project SLUG --title T --organisation CODE --area FILE|CODE`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mapping.accounts.models import Organisation
from mapping.projects.models import GRID_CHOICES, Project
from mapping.projects.opening import AreaError, Opening, area_of, create_project


class Command(BaseCommand):
    """Makes a project that people can speak in at once."""

    help = "Create a project with an ideas phase of 90 days and three categories"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """SLUG, title, organisation, area; language, grid, question and visibility."""
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("--title", required=True)
        parser.add_argument("--organisation", required=True, metavar="CODE")
        parser.add_argument(
            "--area", required=True, metavar="FILE|CODE", help="polygons, or a local government"
        )
        parser.add_argument("--language", default="ja", choices=("ja", "en"))
        parser.add_argument(
            "--grid", type=int, default=10, choices=[metres for metres, _name in GRID_CHOICES]
        )
        parser.add_argument("--question", default="")
        parser.add_argument(
            "--visibility",
            default=Project.Visibility.PUBLIC,
            choices=Project.Visibility.values,
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create, then say where it is and how it measures."""
        organisation = Organisation.objects.filter(code=options["organisation"]).first()
        if organisation is None:
            raise CommandError(
                _("団体 %(code)s がありません。create_organisation でつくってください。")
                % {"code": options["organisation"]}
            )
        wanted = Opening(
            slug=options["slug"],
            title=options["title"],
            question=options["question"],
            language=options["language"],
            grid_m=options["grid"],
            visibility=options["visibility"],
        )
        try:
            project = create_project(organisation, area_of(options["area"], organisation), wanted)
        except AreaError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            _(
                "プロジェクトを1件つくりました：%(path)s"
                "（フェーズ%(phases)d、カテゴリ%(categories)d、格子 %(grid)d m、EPSG:%(srid)d）"
            )
            % {
                "path": f"/projects/{project.slug}/",
                "phases": project.phases.count(),
                "categories": project.categories.count(),
                "grid": project.grid_m,
                "srid": project.metric_srid,
            }
        )
