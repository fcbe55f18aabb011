"""`manage.py import_layer FILE …`: an official layer from a file."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.importers.errors import LayerImportError
from layers.importers.reading import Wishes
from layers.importers.run import About, import_layer
from layers.models import Layer
from mapping.accounts.models import Organisation

ABOUT = (
    "name", "kind", "slug", "grouping", "outside_label", "sentence", "source", "credit", "licence",
    "as_of", "name_field", "population_field", "id_field", "style",
)  # fmt: skip


class Command(BaseCommand):
    """Reads a file into a layer; prints what was taken, repaired and left out."""

    help = "Import an official layer from GeoJSON, GeoPackage, KML, CSV or zipped Shapefiles"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options that docs/importing.md describes."""
        parser.add_argument("file")
        parser.add_argument("--organisation", required=True, metavar="CODE")
        parser.add_argument("--name", required=True)
        parser.add_argument("--kind", required=True, choices=Layer.Kind.values)
        parser.add_argument(
            "--slug", default="", help="short name; replaces the layer of that slug"
        )
        parser.add_argument("--layer", default="", metavar="NAME|all", help="layer in the file")
        parser.add_argument("--x", default="", metavar="COLUMN", help="CSV: longitude or east")
        parser.add_argument("--y", default="", metavar="COLUMN", help="CSV: latitude or north")
        parser.add_argument("--encoding", default="", help="UTF-8, CP932, …")
        parser.add_argument("--crs", default="", metavar="EPSG:N", help="coordinate system")
        parser.add_argument("--grouping", action="store_true", help="voices are counted by it")
        for option in ABOUT:
            if option not in ("name", "kind", "slug", "grouping"):
                parser.add_argument(f"--{option.replace('_', '-')}", default="")

    def _progress(self, verbosity: int) -> Callable[[str], None]:
        """Where steps are told: to whoever watches, or who asked for it with -v 2."""
        watched = verbosity > 1 or (verbosity and self.stderr.isatty())
        return self.stderr.write if watched else lambda line: None

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then print the report."""
        organisation = Organisation.objects.filter(code=options["organisation"]).first()
        if organisation is None:
            raise CommandError(
                _("団体 %(code)s がありません。create_organisation でつくってください。")
                % {"code": options["organisation"]}
            )
        try:
            report = import_layer(
                options["file"],
                organisation,
                About(**{name: options[name] for name in ABOUT}),
                wishes=Wishes(*(options[name] for name in ("layer", "x", "y", "encoding"))),
                crs=options["crs"],
                progress=self._progress(options["verbosity"]),
            )
        except LayerImportError as error:
            raise CommandError(error.message) from error
        for line in report.lines():
            self.stdout.write(line)
