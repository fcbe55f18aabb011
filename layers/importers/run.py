"""The import of one layer, from a file to features that can be counted by."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models import Extent
from django.utils.translation import gettext as _

from layers.importers import naming, shapes, store, text
from layers.importers.errors import LayerImportError
from layers.importers.reading import Wishes, read_file
from layers.importers.reference import Bounds, Reference, hint, reference_of
from layers.importers.report import ImportReport, Note
from layers.importers.rows import Row, SourceLayer
from layers.models import Feature, Layer
from layers.styles import fitted, read_style
from mapping.accounts.models import Organisation

LAYER_FIELD = "layer"
Texts = str | dict[str, str]


@dataclass
class About:
    """What is known of a layer beside its features.

    Attributes:
        name, outside_label, sentence, note: a text in the organisation's language, or by language.
        style: a style as Layer.style, "preset:NAME", or the path of a JSON file.
        grouping: whether voices are counted by it.
        name_field, population_field, id_field: source fields (or labels), found by name if empty.
        slug: replaces the layer of that slug; made from the name or the file if empty.
    """

    name: Texts
    kind: str = Layer.Kind.OTHER
    slug: str = ""
    grouping: bool = False
    outside_label: Texts = ""
    sentence: Texts = ""
    note: Texts = ""
    source: str = ""
    credit: str = ""
    licence: str = ""
    as_of: str | date | None = None
    name_field: str = ""
    population_field: str = ""
    id_field: str = ""
    style: str | dict[str, Any] = ""
    is_published: bool = True


@dataclass
class _Gathered:
    """Features and notes while source layers are worked through."""

    staged: list[store.Staged] = field(default_factory=list)
    repaired: list[Note] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    name_fields: dict[str, None] = field(default_factory=dict)
    population_fields: dict[str, None] = field(default_factory=dict)


def import_layer(
    path: str | Path,
    organisation: Organisation,
    about: About,
    *,
    wishes: Wishes | None = None,
    crs: str = "",
    progress: Callable[[str], None] = lambda line: None,
) -> ImportReport:
    """Read a file into one layer of the organisation, replacing what has the same slug.

    Args:
        path: GeoJSON, GeoPackage, KML, CSV with coordinates, or a zip of Shapefiles.
        organisation: who publishes it.
        about: name, kind and the rest of what the file doesn't say.
        wishes: layer, columns and encoding to read.
        crs: coordinate system, "" to take what the file says.
        progress: told in a line what is being done.

    Raises:
        LayerImportError: the file can't be taken as it is; nothing was changed.
    """
    path, wishes = Path(path), wishes or Wishes()
    values, style = layer_values(about, organisation), read_style(about.style)
    slug = about.slug or _free_slug(organisation, values["name"], path, wishes)
    with tempfile.TemporaryDirectory(prefix="koemap-import-") as folder:
        progress(_("読んでいます：%(name)s") % {"name": path.name})
        sources = read_file(path, wishes, Path(folder))
    rows = sum(len(one.rows) for one in sources)
    progress(_("形を確かめています：%(count)d行") % {"count": rows})
    near = surroundings(organisation)
    gathered = _Gathered()
    references = [_take(source, len(sources) > 1, about, crs, near, gathered) for source in sources]
    _refuse_nothing(gathered, sources, near)
    values |= {
        "source_crs": references[0].name[:40],
        "is_partition": _simplify(gathered.staged),
        "fields": described_fields(gathered.fields, organisation.language),
        "style": fitted(style, about.kind, [one.attributes for one in gathered.staged]),
    }
    progress(_("書き込んでいます：%(count)d件") % {"count": len(gathered.staged)})
    layer, created = store.store(organisation, slug, values, gathered.staged)
    return _report(layer, created, gathered, sources, references)


def _free_slug(organisation: Organisation, name: dict[str, str], path: Path, wishes: Wishes) -> str:
    """A slug made of the name, unless it stands for another layer already."""
    words = name.get("en", "") or next(iter(name.values()))
    slug = naming.slug_of(words, path.stem, wishes.layer)
    store.check_slug(organisation, slug, name)
    return slug


def _simplify(staged: list[store.Staged]) -> bool:
    """Give each feature its shape for drawing; whether the features share out their ground."""
    drawn = shapes.drawn(np.array([one.geometry for one in staged], dtype=object))
    for one, light in zip(staged, drawn.simple, strict=True):
        one.simple = light
    return drawn.is_partition


def layer_values(about: About, organisation: Organisation) -> dict[str, Any]:
    """Fields of Layer that don't come from the file.

    Raises:
        LayerImportError: the kind or date isn't one.
    """
    if about.kind not in Layer.Kind.values:
        raise LayerImportError(
            _("種類「%(kind)s」はありません。--kind には次のどれかを指定してください：%(kinds)s")
            % {"kind": about.kind, "kinds": ", ".join(Layer.Kind.values)}
        )

    def texts(value: Texts) -> dict[str, str]:
        return value if isinstance(value, dict) else {organisation.language: value} if value else {}

    return {
        "name": texts(about.name),
        "language": organisation.language,
        "kind": about.kind,
        "is_grouping": about.grouping,
        "outside_label": texts(about.outside_label),
        "sentence": texts(about.sentence),
        "note": texts(about.note),
        "source": about.source,
        "credit": about.credit,
        "licence": about.licence,
        "as_of": store.as_date(about.as_of),
        "is_published": about.is_published,
    }


def surroundings(organisation: Organisation) -> Bounds | None:
    """Where the organisation is (w, s, e, n in degrees): its boundary, else its layers."""
    if organisation.boundary:
        return organisation.boundary.extent
    features = Feature.objects.filter(layer__organisation=organisation)
    return features.aggregate(extent=Extent("geometry"))["extent"]


def _take(
    source: SourceLayer,
    several: bool,
    about: About,
    crs: str,
    near: Bounds | None,
    gathered: _Gathered,
) -> Reference:
    """Add the rows of one source layer to what is gathered; how its coordinates were read."""
    raw = np.array([row.shape for row in source.rows], dtype=object)
    stated = source.crs or ("" if crs else source.assumed_crs)
    reference = reference_of(stated, crs, shapes.usual_bounds(raw), near)
    source.warnings.extend(reference.warnings)
    keys = text.unique_keys(source.fields, source.labels)
    columns = _Columns(source, about, keys, several)
    gathered.fields |= {LAYER_FIELD: LAYER_FIELD} if several else {}
    gathered.fields |= {key: name for name, key in keys.items()}
    gathered.name_fields[columns.name] = None
    gathered.population_fields[columns.population] = None
    for row, shape in zip(source.rows, shapes.to_degrees(raw, reference.crs), strict=True):
        _take_row(row, shape, columns, gathered)
    return reference


class _Columns:
    """Which fields of a source layer say what."""

    def __init__(
        self, source: SourceLayer, about: About, keys: dict[str, str], several: bool
    ) -> None:
        self.name = naming.name_field(about.name_field, source)
        self.population = naming.population_field(about.population_field, source)
        self.source_id = naming.pick_field(about.id_field, source, "--id-field")
        self.keys = keys
        self.layer = source.name if several else ""

    def name_of(self, row: Row) -> str:
        """The row's name; a row without one is called as its source layer, if there are several."""
        return naming.text_of(row.attributes.get(self.name)) or self.layer

    def attributes_of(self, row: Row) -> dict[str, object]:
        """The row's attributes under the keys that people read."""
        values = {key: row.attributes.get(name) for name, key in self.keys.items()}
        return {LAYER_FIELD: self.layer, **values} if self.layer else values

    def id_of(self, row: Row) -> str:
        """The source's id: the given field, else the file's own id, else the row number."""
        given = naming.text_of(row.attributes.get(self.source_id)) if self.source_id else ""
        return (given or row.source_id or str(row.number))[: naming.ID_LIMIT]


def _take_row(
    row: Row, shape: shapely.Geometry | None, columns: _Columns, gathered: _Gathered
) -> None:
    name = columns.name_of(row)
    if row.shape is None or shape is None:
        reason = fault_text(row.fault)
        gathered.skipped.append(Note(row.number, name, reason, columns.layer))
        return
    repair = shapes.mend(shape)
    if repair.shape is None:
        gathered.skipped.append(Note(row.number, name, repair.what, columns.layer))
        return
    if repair.what:
        gathered.repaired.append(Note(row.number, name, repair.what, columns.layer))
    gathered.staged.append(
        store.Staged(
            source_id=columns.id_of(row),
            name=name,
            attributes=columns.attributes_of(row),
            geometry=repair.shape,
            simple=None,
            population=naming.people_in(row.attributes.get(columns.population)),
        )
    )


def fault_text(fault: str) -> str:
    """Why a row has no geometry, for people."""
    return {
        "broken-geometry": _("形状が壊れている"),
        "not-a-feature": _("Featureではない"),
        "not-a-number": _("座標が数ではない"),
    }.get(fault, _("形状がない"))


def _refuse_nothing(gathered: _Gathered, sources: list[SourceLayer], near: Bounds | None) -> None:
    if gathered.staged:
        return
    raw = np.array([row.shape for source in sources for row in source.rows], dtype=object)
    first = gathered.skipped[0]
    message = _("読み込める行がありません。例：%(note)s。") % {"note": first}
    if any(shape is not None for shape in raw):
        message += hint(shapes.usual_bounds(raw), near)
    raise LayerImportError(message)


def described_fields(fields: dict[str, str], language: str) -> list[dict[str, Any]]:
    """Layer.fields: attribute key, label for people, name in the source."""
    return [
        {"name": key, "label": {language: key}, "source": source} for key, source in fields.items()
    ]


def _report(
    layer: Layer,
    created: bool,
    gathered: _Gathered,
    sources: list[SourceLayer],
    references: list[Reference],
) -> ImportReport:
    warnings = list(dict.fromkeys(line for source in sources for line in source.warnings))
    if layer.is_grouping and not layer.is_partition:
        warnings.append(
            _("区域に重なりがあります。区域ごとの数の合計は全体より多くなることがあります。")
        )
    return ImportReport(
        layer=layer,
        created=created,
        count=len(gathered.staged),
        rows=sum(len(source.rows) for source in sources),
        repaired=gathered.repaired,
        skipped=gathered.skipped,
        warnings=warnings,
        crs=", ".join(dict.fromkeys(one.name for one in references)),
        encoding=", ".join(dict.fromkeys(one.encoding for one in sources)),
        name_field=", ".join(filter(None, gathered.name_fields)),
        population_field=", ".join(filter(None, gathered.population_fields)),
    )
