"""How layers are drawn: styles checked, and presets that fit themselves to the data's own values.

Sources of the presets: zoning (用途地域) in the hues that Japanese city planning maps share, made
quiet enough to lie under voices; flood depth after the scale of 水害ハザードマップ作成の手引き
(Ministry of Land, Infrastructure, Transport and Tourism), toned down; land use after the legend of
Washington DC's Comprehensive Plan.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from layers.importers.errors import LayerImportError

Style = dict[str, Any]
PRESET = "preset:"
QUIET_STROKE = "#8A8F98"
COLOUR = re.compile(r"#[0-9A-Fa-f]{3}([0-9A-Fa-f]{3})?")
DASH = re.compile(r"\d{1,3}([ ,]\d{1,3})*")

# Class, English name, fill.
YOUTO = (
    ("第一種低層住居専用地域", "Category 1 low-rise residential", "#8FCBA3"),
    ("第二種低層住居専用地域", "Category 2 low-rise residential", "#B2DCB6"),
    ("第一種中高層住居専用地域", "Category 1 mid/high-rise residential", "#C9E4A5"),
    ("第二種中高層住居専用地域", "Category 2 mid/high-rise residential", "#E0EDB6"),
    ("第一種住居地域", "Category 1 residential", "#F8F0AE"),
    ("第二種住居地域", "Category 2 residential", "#F8E2BA"),
    ("準住居地域", "Quasi-residential", "#F5CD9D"),
    ("田園住居地域", "Rural residential", "#BCD78F"),
    ("近隣商業地域", "Neighbourhood commercial", "#F5C5D0"),
    ("商業地域", "Commercial", "#ECA0A0"),
    ("準工業地域", "Quasi-industrial", "#CFC1E0"),
    ("工業地域", "Industrial", "#C4E2EE"),
    ("工業専用地域", "Exclusively industrial", "#A2C6E4"),
)
# Depth from (metres), fill.
FLOOD = (
    (0.0, "#FCFAC4"), (0.3, "#F6F0B2"), (0.5, "#F4E0B0"), (1.0, "#F6D3BF"),
    (3.0, "#F1B8B4"), (5.0, "#E89A98"), (10.0, "#DC95BE"), (20.0, "#C48CC8"),
)  # fmt: skip
# Code, Japanese name, English name, fill.
LAND_USE = (
    ("RLD", "低密度住宅", "Low density residential", "#FBF5C4"),
    ("RMOD", "中低密度住宅", "Moderate density residential", "#F7E6A4"),
    ("RMED", "中密度住宅", "Medium density residential", "#EFCB8C"),
    ("RHD", "高密度住宅", "High density residential", "#DDB083"),
    ("CLD", "低密度商業", "Low density commercial", "#F7D3D0"),
    ("CMOD", "中低密度商業", "Moderate density commercial", "#EFB6B3"),
    ("CMED", "中密度商業", "Medium density commercial", "#E39A98"),
    ("CHD", "高密度商業", "High density commercial", "#D27F80"),
    ("PROTECH", "生産・流通・修理", "Production and technical employment", "#D3C4E2"),
    ("FED", "連邦施設", "Federal", "#C3CEDA"),
    ("LPUB", "地域の公共施設", "Local public facilities", "#B7CFE6"),
    ("INST", "学校・病院など", "Institutional", "#C9DDEE"),
    ("PROS", "公園・緑地", "Parks, recreation and open space", "#C4E0B4"),
    ("WATER", "水面", "Water", "#D6EAF4"),
)
MIXED = ("複合用途", "Mixed use", "#E6CDB4")


def read_style(style: str | Style) -> Style | str:
    """A style as it was given: checked, or the name of a preset still to be fitted.

    Args:
        style: a style, the path of a JSON file with one, "preset:NAME", or "" for the default.

    Raises:
        LayerImportError: no such preset or file, or it isn't a style; names --style.
    """
    if not style:
        return ""
    if isinstance(style, dict):
        return checked(style)
    if style.startswith(PRESET):
        name = style.removeprefix(PRESET)
        if name not in PRESETS:
            raise LayerImportError(
                _(
                    "「%(name)s」という表示設定はありません。"
                    "--style には次のどれかを指定してください：%(names)s"
                )
                % {"name": style, "names": ", ".join(PRESET + one for one in PRESETS)}
            )
        return name
    try:
        return checked(json.loads(Path(style).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise LayerImportError(
            _("--style の %(path)s がJSONとして読めません。") % {"path": style}
        ) from error


def checked(style: object) -> Style:
    """The same style, known to hold nothing but colours, labels and numbers.

    Raises:
        LayerImportError: it holds something else.
    """
    fine = isinstance(style, dict) and _is_drawing(style)
    if fine and isinstance(style, dict):
        classes = style.get("classes", [])
        inner = [style.get("default", {}), *(classes if isinstance(classes, list) else [None])]
        fine = all(isinstance(one, dict) and _is_drawing(one) for one in inner)
    if not fine or not isinstance(style, dict):
        raise LayerImportError(
            _(
                "--style の内容が表示設定ではありません"
                '（色は #RRGGBB、線種は "4 2" のように書きます）。'
            )
        )
    return style


def _is_drawing(part: dict[str, Any]) -> bool:
    patterns = {"fill": COLOUR, "stroke": COLOUR, "dash": DASH}
    return all(
        isinstance(part[key], str) and bool(pattern.fullmatch(part[key]))
        for key, pattern in patterns.items()
        if part.get(key)
    )


def fitted(style: str | Style, kind: str, rows: list[dict[str, object]]) -> Style:
    """The style for a layer's own values.

    Args:
        style: what `read_style` gave; "" takes the kind's preset where at least half the values
            are known to it.
        kind: Layer.kind.
        rows: attributes of the features.
    """
    if isinstance(style, dict):
        return style
    if style:
        return PRESETS[style](rows)[0]
    for name in DEFAULTS.get(kind, ()):
        found, share = PRESETS[name](rows)
        if share >= 0.5:
            return found
    return {}


def legend(style: Style) -> list[dict[str, Any]]:
    """Entries to show, each label once: `{label, fill, stroke, dash}` without empty members."""
    entries: dict[str, dict[str, Any]] = {}
    for one in style.get("classes", []):
        label = one.get("label") or {"": str(one.get("value", ""))}
        entry = {key: one[key] for key in ("fill", "stroke", "dash") if one.get(key)}
        entries.setdefault(json.dumps(label, sort_keys=True), {"label": label, **entry})
    return list(entries.values())


Matcher = Callable[[str], tuple[int, dict[str, str], str] | None]


def _fit(rows: list[dict[str, object]], match: Matcher) -> tuple[Style, float]:
    """Style by the attribute whose values the matcher knows best, and the share it knows."""
    keys = dict.fromkeys(key for row in rows for key in row)
    best, best_known = "", 0
    for key in keys:
        known = sum(1 for row in rows if match(_text(row.get(key))) is not None)
        if known > best_known:
            best, best_known = key, known
    classes = []
    for value in dict.fromkeys(_text(row.get(best)) for row in rows):
        found = match(value)
        if found is not None:
            rank, label, fill = found
            drawing = {"label": label, "fill": fill, "stroke": QUIET_STROKE}
            classes.append((rank, {"value": value, **drawing}))
    ordered = [one for _rank, one in sorted(classes, key=lambda pair: pair[0])]
    style = {"property": best, "classes": ordered, "default": {"stroke": QUIET_STROKE}}
    return style, best_known / max(1, len(rows))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _youto(rows: list[dict[str, object]]) -> tuple[Style, float]:
    table = {_plain(name): place for place, (name, _english, _fill) in enumerate(YOUTO)}

    def match(value: str) -> tuple[int, dict[str, str], str] | None:
        place = table.get(_plain(value))
        if place is None:
            return None
        name, english, fill = YOUTO[place]
        return place, {"ja": name, "en": english}, fill

    return _fit(rows, match)


def _plain(name: str) -> str:
    """A zone's name in one spelling: 第１種 and 第1種 as 第一種."""
    return unicodedata.normalize("NFKC", name).replace("第1種", "第一種").replace("第2種", "第二種")


def depth_from(text: str) -> float | None:
    """Lower bound in metres of a depth class such as 「0.3~0.5m未満の区域」; None if it is none."""
    folded = unicodedata.normalize("NFKC", text).replace("〜", "~")
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", folded)]
    if not numbers or "m" not in folded.lower():
        return None
    if len(numbers) == 1 and re.search("未満|以下|<", folded):
        return 0.0
    return numbers[0]


def _flood(rows: list[dict[str, object]]) -> tuple[Style, float]:
    def match(value: str) -> tuple[int, dict[str, str], str] | None:
        depth = depth_from(value)
        if depth is None:
            return None
        rank = max(place for place, (start, _fill) in enumerate(FLOOD) if start <= depth)
        return rank, {"ja": value}, FLOOD[rank][1]

    return _fit(rows, match)


def _land_use(rows: list[dict[str, object]]) -> tuple[Style, float]:
    ranks = {code: place for place, (code, *_rest) in enumerate(LAND_USE)}

    def match(value: str) -> tuple[int, dict[str, str], str] | None:
        codes = [code.strip() for code in value.split(",")]
        if not all(code in ranks for code in codes):
            return None
        if len(codes) > 1:
            return len(LAND_USE), {"ja": MIXED[0], "en": MIXED[1]}, MIXED[2]
        rank = ranks[codes[0]]
        _code, japanese, english, fill = LAND_USE[rank]
        return rank, {"ja": japanese, "en": english}, fill

    return _fit(rows, match)


def _plainly(fill: str, stroke: str, dash: str = "") -> Callable[[Iterable], tuple[Style, float]]:
    style = {"fill": fill, "stroke": stroke} | ({"dash": dash} if dash else {})
    return lambda rows: (style, 1.0)


PRESETS: dict[str, Callable[[list[dict[str, object]]], tuple[Style, float]]] = {
    "youto": _youto,
    "flood": _flood,
    "landuse": _land_use,
    "district": _plainly("#E8EBF2", "#4D5C85", "6 3"),
    "school": _plainly("#F3EEDD", "#8A6D1F", "2 4"),
    "park": _plainly("#CFE6C3", "#6E9E5B"),
    "water": _plainly("#D3E8F3", "#7DB3CF"),
}
DEFAULTS = {
    "zoning": ("youto", "landuse"),
    "hazard": ("flood",),
    "district": ("district",),
    "boundary": ("district",),
}
