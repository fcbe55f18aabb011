"""Styles: presets that fit the data's own values, and nothing but colours from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from layers import styles
from layers.importers.errors import LayerImportError


def rows(key: str, *values: object) -> list[dict[str, object]]:
    """Attributes with one key."""
    return [{"SAUID": number, key: value} for number, value in enumerate(values)]


def test_all_thirteen_zones_have_a_colour_of_their_own() -> None:
    assert len(styles.YOUTO) == 13
    assert len({fill for _name, _english, fill in styles.YOUTO}) == 13


def test_zoning_takes_its_preset_by_the_values_in_any_spelling_and_the_usual_order() -> None:
    style = styles.fitted(
        "", "zoning", rows("用途", "商業地域", "第1種住居地域", "第１種住居地域", None)
    )
    assert style["property"] == "用途"
    assert [one["value"] for one in style["classes"]] == [
        "第1種住居地域",
        "第１種住居地域",
        "商業地域",
    ]
    assert [one["label"]["ja"] for one in styles.legend(style)] == ["第一種住居地域", "商業地域"]


def test_flood_depths_are_ordered_from_shallow_to_deep() -> None:
    texts = ["5.0~10.0m未満の区域", "0.3m未満の区域", "0.5m以上3.0m未満", "20m以上"]
    style = styles.fitted("", "hazard", rows("最大浸水深", *texts))
    assert [one["value"] for one in style["classes"]] == [texts[1], texts[2], texts[0], texts[3]]


@pytest.mark.parametrize(
    ("text", "depth"),
    [("0.3m未満の区域", 0.0), ("0.3~0.5m未満", 0.3), ("０．５ｍ～１ｍ", 0.5), ("20m以上", 20.0),
     ("台風第１５号", None), ("", None), ("平成11年", None)],
)  # fmt: skip
def test_depths_are_read_from_what_maps_say(text: str, depth: float | None) -> None:
    assert styles.depth_from(text) == depth


def test_mixed_land_use_is_one_line_of_the_legend() -> None:
    style = styles.fitted("landuse", "zoning", rows("ALLCODES", "RMOD", "CLD, RMOD", "CHD, RHD"))
    assert [one["label"]["en"] for one in styles.legend(style)] == [
        "Moderate density residential",
        "Mixed use",
    ]


def test_values_that_no_preset_knows_get_no_made_up_colours() -> None:
    assert styles.fitted("", "zoning", rows("x", "A", "B", "商業地域")) == {}
    assert styles.fitted("", "other", rows("x", "商業地域")) == {}


def test_a_style_file_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "style.json"
    style = {"fill": "#abc", "stroke": "#00ff00", "dash": "4 2"}
    path.write_text(json.dumps(style), encoding="utf-8")
    assert styles.fitted(styles.read_style(str(path)), "other", []) == style


@pytest.mark.parametrize(
    "style",
    [{"fill": "red;background:url(//x)"}, {"classes": [{"value": 1, "fill": "javascript:1"}]},
     {"classes": "x"}, {"default": {"dash": "url(x)"}}],
)  # fmt: skip
def test_a_style_that_is_more_than_colours_is_refused(style: dict) -> None:
    with pytest.raises(LayerImportError, match="--style"):
        styles.read_style(style)


@pytest.mark.parametrize("style", ["preset:rainbow", "/nowhere/style.json"])
def test_a_style_that_is_not_there_is_refused(style: str) -> None:
    with pytest.raises(LayerImportError, match="--style"):
        styles.read_style(style)
