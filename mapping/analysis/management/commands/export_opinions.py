"""`manage.py export_opinions --project SLUG --format F --out FILE …`: voices to a file."""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils.translation import gettext as _

from layers.crs import parse_crs
from mapping.accounts.actors import Actor
from mapping.accounts.problems import Problem
from mapping.analysis.exports import (
    ENCODINGS,
    FORMATS,
    WGS84,
    Export,
    csv_lines,
    encoded,
    geojson,
    unencodable,
)
from mapping.opinions.filters import OpinionFilter
from mapping.opinions.models import Opinion
from mapping.projects.models import Project


class Command(BaseCommand):
    """Writes the published voices of a project, on the public basis; prints how many."""

    help = "Export the published voices of a project as GeoJSON or CSV"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Project, format, file; filter, encoding and CRS if wanted."""
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--format", required=True, choices=FORMATS)
        parser.add_argument("--out", required=True, metavar="FILE")
        parser.add_argument("--filter", default="", metavar="QUERYSTRING", help="as in the address")
        parser.add_argument("--encoding", default="utf-8", choices=ENCODINGS, help="of CSV")
        parser.add_argument("--crs", default="EPSG:4326", metavar="EPSG:N", help="of CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file whole or not at all."""
        export = _export(options)
        path = Path(options["out"])
        if not path.parent.is_dir():
            raise CommandError(_("フォルダ「%s」がありません。") % path.parent)
        pieces = _pieces(export, options["format"], options["encoding"])
        _write(path, pieces)
        count = export.opinions.count()
        self.stdout.write(
            _("%(count)d 件の声を %(path)s に書き出しました。") % {"count": count, "path": path}
        )
        if options["format"] == "csv" and options["encoding"] == "cp932":
            lost = unencodable(csv_lines(export), "cp932")
            if lost:
                self.stdout.write(_("Shift_JIS にない %d 文字を「?」にしました。") % lost)


def _export(options: dict[str, Any]) -> Export:
    project = Project.objects.filter(slug=options["project"]).first()
    if project is None:
        raise CommandError(_("プロジェクト「%s」がありません。") % options["project"])
    srid = _srid(options["crs"], options["format"])
    try:
        chosen = OpinionFilter.from_query(QueryDict(options["filter"]), project, Actor())
    except Problem as problem:
        names = problem.members.get("parameter", "")
        raise CommandError(
            _("--filter を読み取れません：%s") % (problem.detail or names)
        ) from problem
    opinions = chosen.apply(Opinion.objects.in_project(project).published())
    return Export(project, opinions, chosen.basis, chosen.query, project.language, srid)


def _srid(text: str, form: str) -> int:
    crs = parse_crs(text)
    found = crs.to_epsg() if crs else None
    if found is None:
        raise CommandError(_("--crs は EPSG:6676 のように入れてください。"))
    if form == "geojson" and found != WGS84:
        raise CommandError(
            _("GeoJSON（RFC 7946）の座標はいつも WGS 84 です。--crs は csv で使えます。")
        )
    return found


def _pieces(export: Export, form: str, encoding: str) -> Iterator[bytes]:
    if form == "geojson":
        return (piece.encode() for piece in geojson(export))
    return encoded(csv_lines(export), encoding)


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    """Through a neighbour that takes the file's place at the end."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
