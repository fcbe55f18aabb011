"""`manage.py import_opinions FILE --project SLUG …`: voices from a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from pyproj import CRS

from layers.crs import parse_crs
from mapping.opinions.importing.columns import choose_columns, read_map
from mapping.opinions.importing.files import ImportFileError, Table, read_file
from mapping.opinions.importing.taking import Import, Report
from mapping.projects.models import Project


class Command(BaseCommand):
    """Reads voices into a project; prints what was taken and what not, line by line."""

    help = "Import voices from CSV (UTF-8, CP932) or GeoJSON into a project"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options that docs/voices.md describes."""
        parser.add_argument("file")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN",
            help="text category date id answer.<name>, lon lat or x y; repeat for each",
        )  # fmt: skip
        parser.add_argument("--encoding", default="", help="UTF-8, CP932, …")
        parser.add_argument("--crs", default="", metavar="EPSG:N", help="of the coordinates")
        parser.add_argument(
            "--create-categories", action="store_true", help="make categories that are missing"
        )

        parser.add_argument(
            "--id-prefix", default="", metavar="TEXT",
            help="put before each id, for a second file whose ids begin at 1 again",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then print the report."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(_("プロジェクト「%s」がありません。") % options["project"])
        try:
            wanted = read_map(options["map"])
            table = read_file(Path(options["file"]), options["encoding"])
            crs = _crs(options["crs"], table)
            columns = choose_columns(table, wanted, project, options["crs"])
        except ImportFileError as error:
            raise CommandError(str(error)) from error
        report = Import(
            project,
            columns,
            crs=crs,
            create_categories=options["create_categories"],
            id_prefix=options["id_prefix"],
            told=self._progress if options["verbosity"] > 1 else lambda line: None,
        ).take(table)
        self._print(report)

    def _progress(self, line: str) -> None:
        self.stderr.write(line)

    def _print(self, report: Report) -> None:
        self.stdout.write(
            _(
                "%(rows)d 行：%(taken)d 件を取り込み、%(known)d 件は取り込みずみ、"
                "%(refused)d 件は取り込めません。"
            )
            % {
                "rows": report.rows,
                "taken": report.taken,
                "known": report.known,
                "refused": len(report.refused),
            }
        )
        if report.new_categories:
            self.stdout.write(_("新しい分類：%s") % "、".join(report.new_categories))
        for line, reason in report.refused:
            self.stdout.write(_("  %(line)d 行目：%(reason)s") % {"line": line, "reason": reason})
        if not report.taken and not report.known:
            raise CommandError(_("取り込めた行がありません。"))


def _crs(text: str, table: Table) -> CRS | None:
    if not text:
        if table.names_other_crs:
            raise ImportFileError(
                _("ファイルに座標系の指定があります。--crs EPSG:N で指定してください。")
            )
        return None
    crs = parse_crs(text)
    if crs is None:
        raise ImportFileError(
            _("座標系 %s はありません。EPSG:6676 のように書いてください。") % text
        )
    return crs
