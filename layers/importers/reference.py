"""Which coordinate system a file is in: what was said, what it says, never a guess."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from pyproj import CRS

from layers.crs import (
    is_tokyo_datum,
    looks_planar,
    name_crs,
    parse_crs,
    plane_proposals,
)
from layers.importers.errors import LayerImportError

Bounds = tuple[float, float, float, float]
EXAMPLE = "--crs EPSG:6676"


@dataclass
class Reference:
    """The coordinate system of a source.

    Attributes:
        crs: what coordinates are in.
        name: "EPSG:2450" or its own name.
        warnings: lines for the report.
    """

    crs: CRS
    name: str
    warnings: list[str] = field(default_factory=list)


def reference_of(stated: str, wanted: str, bounds: Bounds, near: Bounds | None) -> Reference:
    """The coordinate system to read a layer by.

    Args:
        stated: what the file says, "" for nothing.
        wanted: what the person said (--crs), "" for nothing.
        bounds: w, s, e, n of the raw coordinates.
        near: w, s, e, n in degrees of where the organisation is, to propose a plane zone.

    Raises:
        LayerImportError: nobody says it, or what is said can't be; names --crs.
    """
    if wanted:
        return _described(_parsed(wanted, bounds, near), _differs(stated, wanted))
    crs = parse_crs(stated) if stated else None
    if crs is None:
        raise LayerImportError(
            _("座標系が書かれていません（.prjなし）。%(hint)s") % {"hint": hint(bounds, near)}
        )
    _check_degrees(crs, bounds, near)
    return _described(crs, [])


def _parsed(wanted: str, bounds: Bounds, near: Bounds | None) -> CRS:
    crs = parse_crs(wanted)
    if crs is None:
        raise LayerImportError(
            _("座標系「%(crs)s」はありません。%(example)s のように指定してください。")
            % {"crs": wanted, "example": EXAMPLE}
        )
    _check_degrees(crs, bounds, near)
    return crs


def _check_degrees(crs: CRS, bounds: Bounds, near: Bounds | None) -> None:
    west, south, east, north = bounds
    inside = -180.001 <= west and east <= 180.001 and -90.001 <= south and north <= 90.001
    if crs.is_geographic and looks_swapped(bounds):
        raise LayerImportError(
            _(
                "緯度と経度が逆のようです（緯度が90度を超えています）。"
                "CSVなら --x に経度、--y に緯度の列を指定してください。"
            )
        )
    if crs.is_geographic and not inside and looks_planar(bounds):
        raise LayerImportError(
            _("座標が経度・緯度ではありません。%(hint)s") % {"hint": hint(bounds, near)}
        )


def looks_swapped(bounds: Bounds) -> bool:
    """Whether all coordinates make sense only with latitude and longitude changed over."""
    west, south, east, north = bounds
    return -90 <= west and east <= 90 and 90 < south and north <= 180


def _described(crs: CRS, warnings: list[str]) -> Reference:
    if is_tokyo_datum(crs):
        warnings.append(
            _(
                "旧日本測地系のデータです。地域ごとの補正値がないため、"
                "位置に数mから数十mのずれが残ります。"
            )
        )
    return Reference(crs, name_crs(crs), warnings)


def _differs(stated: str, wanted: str) -> list[str]:
    said, meant = parse_crs(stated) if stated else None, parse_crs(wanted)
    if said is None or meant is None or name_crs(said) == name_crs(meant):
        return []
    return [
        _("ファイルは座標系を %(said)s としていますが、指定の %(meant)s で読みました。")
        % {"said": name_crs(said), "meant": name_crs(meant)}
    ]


def hint(bounds: Bounds, near: Bounds | None) -> str:
    """How to name the coordinate system, with what the coordinates look like."""
    if not looks_planar(bounds):
        return _("経度・緯度のようです。--crs EPSG:6668（JGD2011）などを指定してください。")
    zones = plane_proposals(bounds, near) if near else []
    if not zones:
        return _(
            "平面直角座標系のようです。系に合わせて %(example)s（第VIII系）などを指定してください。"
        ) % {"example": EXAMPLE}
    # 6669-6687 are the zones on JGD2011, 2443-2461 the same zones on JGD2000.
    either = _("--crs EPSG:%(new)d か --crs EPSG:%(old)d")
    listed = " / ".join(either % {"new": code, "old": code - 6669 + 2443} for code in zones)
    return _(
        "平面直角座標系のようです。確かめて %(zones)s（JGD2011／JGD2000）を指定してください。"
    ) % {"zones": listed}
