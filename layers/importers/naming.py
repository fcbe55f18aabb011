"""What a feature is called and how many people live in it: fields named or known by name."""

from __future__ import annotations

import re
import unicodedata
import zlib

from django.utils.text import slugify
from django.utils.translation import gettext as _

from layers.importers.errors import LayerImportError
from layers.importers.rows import SourceLayer

# In order: plain names, then those of the national data sets (N03 borders, e-Stat small areas).
NAME_FIELDS = (
    "name", "名称", "名前", "自治会名", "学校名", "公園名", "施設名", "路線名", "町丁名", "町名",
    "施設・場所名", "地区名", "district", "地区", "town", "town_base", "area", "nam", "s_name",
    "moji", "n03_004", "title", "overlay_name", "最大浸水深", "用途地域", "youto", "allcodes",
    "stop", "バス停留所", "地域", "event", "line",
)  # fmt: skip
POPULATION_FIELDS = ("population", "人口", "人口総数", "jinko", "pop2020", "pop2015")
NAME_LIMIT, ID_LIMIT, SLUG_LIMIT = 300, 120, 80


def pick_field(wanted: str, layer: SourceLayer, option: str) -> str:
    """The field a person named, by the source's name or by its label; "" if none was named.

    Raises:
        LayerImportError: the named field isn't there; lists what is.
    """
    if not wanted:
        return ""
    for name in layer.fields:
        if wanted in (name, layer.labels.get(name)):
            return name
    raise LayerImportError(
        _("項目「%(name)s」がありません。%(option)s には次のどれかを指定してください：%(fields)s")
        % {"name": wanted, "option": option, "fields": ", ".join(layer.fields)}
    )


def known_field(layer: SourceLayer, known: tuple[str, ...], fields: list[str]) -> str:
    """The field called as one of `known`, the earlier the better; "" if none is."""
    folded: dict[str, str] = {}
    for name in fields:
        for word in (layer.labels.get(name, name), name):
            folded.setdefault(_fold(word), name)
    return next((folded[word] for word in known if word in folded), "")


def name_field(wanted: str, layer: SourceLayer) -> str:
    """The field that names the features: given, flagged by the source, or known by name.

    Only a field that holds text can be known: AREA may be a place or a number of square metres.
    """
    flagged = [name for name in layer.naming if name in layer.fields]
    texts = [name for name in layer.fields if _holds_text(layer, name)]
    given = pick_field(wanted, layer, "--name-field")
    return given or next(iter(flagged), "") or known_field(layer, NAME_FIELDS, texts)


def _holds_text(layer: SourceLayer, name: str) -> bool:
    values = (row.attributes.get(name) for row in layer.rows)
    return isinstance(next((value for value in values if value not in (None, "")), None), str)


def population_field(wanted: str, layer: SourceLayer) -> str:
    """The field with residents: given or known by name."""
    given = pick_field(wanted, layer, "--population-field")
    return given or known_field(layer, POPULATION_FIELDS, layer.fields)


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


def text_of(value: object, limit: int = NAME_LIMIT) -> str:
    """An attribute value as a name."""
    return "" if value is None else str(value)[:limit]


def people_in(value: object) -> int | None:
    """An attribute value as a number of residents; None if it is none."""
    if isinstance(value, bool) or value is None:
        return None
    folded = unicodedata.normalize("NFKC", str(value)).replace(",", "").strip()
    if not re.fullmatch(r"\d{1,9}(\.0+)?", folded):
        return None
    return int(float(folded))


def slug_of(name: str, stem: str, layer: str) -> str:
    """A layer's slug, the same for the same command: from a Latin name, else from the file's name.

    Args:
        name: what the layer is called.
        stem: file name without its ending.
        layer: the layer chosen out of several, "" for none.
    """
    latin = slugify(name) if name.isascii() else ""
    if latin:
        return latin[:SLUG_LIMIT].strip("-")
    parts = [_slug_part(part) for part in (stem, layer) if part]
    return "-".join(parts)[:SLUG_LIMIT].strip("-")


def _slug_part(text: str) -> str:
    return slugify(text) if text.isascii() and slugify(text) else f"{zlib.crc32(text.encode()):08x}"
