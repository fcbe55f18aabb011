"""What an import did, in counts, with every row it changed or left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from layers.models import Layer


@dataclass(frozen=True)
class Note:
    """One row that was repaired or skipped.

    Attributes:
        row: record number from 1 (in a CSV: the line as a spreadsheet counts it).
        name: what the row is called, "" if unknown.
        what: what was done or why not.
        layer: layer of the source, for files with several.
    """

    row: int
    name: str
    what: str
    layer: str = ""

    def __str__(self) -> str:
        where = f"{self.layer} " if self.layer else ""
        called = _("（%(name)s）") % {"name": self.name} if self.name else ""
        return _("%(where)s%(row)d行目%(name)s：%(what)s") % {
            "where": where,
            "row": self.row,
            "name": called,
            "what": self.what,
        }


@dataclass
class ImportReport:
    """The result of an import.

    Attributes:
        layer: the layer as stored.
        created: whether it is new (else it was replaced).
        count: how many features it has now.
        rows: how many records the file had.
        repaired, skipped: rows changed and rows left out.
        warnings: what to know about the whole.
        crs, encoding: how the file was read.
        name_field, population_field: fields taken for them, "" for none.
    """

    layer: Layer
    created: bool
    count: int
    rows: int
    repaired: list[Note] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    crs: str = ""
    encoding: str = ""
    name_field: str = ""
    population_field: str = ""

    def lines(self) -> list[str]:
        """The report as lines of text."""
        verb = _("読み込みました") if self.created else _("置き換えました")
        lines = [
            _("%(name)s（%(slug)s、版%(version)d）を%(verb)s：%(rows)d行から%(count)d件")
            % {
                "name": self.layer.title,
                "slug": self.layer.slug,
                "version": self.layer.version,
                "verb": verb,
                "rows": self.rows,
                "count": self.count,
            },
            _("座標系 %(crs)s、文字コード %(encoding)s、名前の項目 %(field)s")
            % {
                "crs": self.crs,
                "encoding": self.encoding,
                "field": self.name_field or _("なし"),
            },
        ]
        lines += [_("注意：%(text)s") % {"text": text} for text in self.warnings]
        lines += self._listed(_("修復 %(count)d件"), self.repaired)
        lines += self._listed(_("読み飛ばし %(count)d件"), self.skipped)
        return lines

    @staticmethod
    def _listed(title: str, notes: list[Note]) -> list[str]:
        if not notes:
            return [title % {"count": 0}]
        return [title % {"count": len(notes)}, *(f"  {note}" for note in notes)]
