"""The strict parser of a voice: a GeoJSON Feature in, a checked `ParsedOpinion` out.

Whatever comes in, the answer is a ParsedOpinion or a Problem. Members that a phone may not set
(state, outcome, source, …) are not read at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from mapping.accounts.problems import bad_request, unprocessable
from mapping.opinions.ground import refuse_outside
from mapping.opinions.shapes import parse_geometry, refuse_crs
from mapping.opinions.words import clean_text
from mapping.projects.models import Category, Project
from mapping.projects.questions import check_answers

__all__ = ["ParsedOpinion", "parse_client_id", "parse_feature", "parse_geometry", "parse_text"]

UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
KEY_FORM = re.compile(r"[A-Za-z0-9_-]{22,64}")
LANGUAGE_FORM = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,6})?")
INPUT_FORM = re.compile(r"[a-z][a-z_-]{0,19}")
MAX_LAYERS = 50
KIND_OF_SHAPE = {"Point": "pin", "LineString": "line", "Polygon": "area"}


@dataclass(frozen=True)
class ParsedOpinion:
    """A voice that may be stored.

    Attributes:
        geometry: shapely, EPSG:4326, 2D, 6 decimals, valid, on the project's ground.
        kind: "pin", "line" or "area".
        client_id: None only where it wasn't asked for (preview).
        manage_key: the phone's own key, or "".
    """

    geometry: BaseGeometry
    kind: str
    text: str = ""
    category: Category | None = None
    client_id: UUID | None = None
    manage_key: str = ""
    language: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)


def parse_feature(payload: object, project: Project, *, preview: bool = False) -> ParsedOpinion:
    """Check a voice that was posted to the project.

    Args:
        payload: the decoded JSON body.
        project: where it shall go.
        preview: only geometry and category are looked at; nothing is required besides a place.

    Raises:
        Problem: 400 not a GeoJSON Feature; 413 too many vertices; 422 readable but not acceptable.
    """
    feature = _feature(payload)
    properties = _properties(feature)
    if not preview:
        _require(properties, project)
    category = _category(properties.get("category"), project)
    given = {} if preview else _given(properties, project)
    geometry = parse_geometry(feature.get("geometry"), project.geometry_kinds)
    refuse_outside(geometry, project)
    return ParsedOpinion(
        geometry=geometry,
        kind=KIND_OF_SHAPE[geometry.geom_type],
        category=category,
        **given,
    )


def _feature(payload: object) -> dict[str, Any]:
    if not isinstance(payload, dict):
        raise bad_request("not-geojson", _("GeoJSON の Feature を送ってください。"))
    if payload.get("type") != "Feature":
        raise bad_request("not-geojson", _("type は Feature にしてください。"), path="type")
    refuse_crs(payload)
    return payload


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    if properties is None:
        return {}
    if not isinstance(properties, dict):
        raise bad_request(
            "not-geojson", _("properties はオブジェクトで送ってください。"), path="properties"
        )
    return properties


def _require(properties: dict[str, Any], project: Project) -> None:
    missing = [] if properties.get("client_id") else ["client_id"]
    if not properties.get("category") and not parse_text(properties.get("text"), project):
        missing.append("text or category")
    if missing:
        raise unprocessable(
            "missing",
            _("足りない項目があります"),
            _("ひとこと書くか、分類を選んでください。")
            if "client_id" not in missing
            else _("次の項目が要ります：%s") % "、".join(missing),
            missing=missing,
        )


def _given(properties: dict[str, Any], project: Project) -> dict[str, Any]:
    return {
        "text": parse_text(properties.get("text"), project),
        "client_id": parse_client_id(properties.get("client_id")),
        "manage_key": _manage_key(properties.get("manage_key")),
        "language": _language(properties.get("language"), project),
        "answers": _answers(properties.get("answers"), project),
        "context": parse_context(properties.get("context")),
    }


def parse_text(value: object, project: Project) -> str:
    """The cleaned text; '' for none.

    Raises:
        Problem: 400 not a string or forbidden characters; 422 `text-too-long`.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise bad_request("bad-text", _("text は文字列で送ってください。"), path="properties/text")
    text = clean_text(value)
    if len(text) > project.text_limit:
        raise unprocessable(
            "text-too-long",
            _("文章が長すぎます"),
            _("%d 文字までにしてください。") % project.text_limit,
            limit=project.text_limit,
            length=len(text),
        )
    return text


def parse_client_id(value: object) -> UUID:
    """The UUID that names a voice for ever.

    Raises:
        Problem: 422 when it isn't one.
    """
    if not isinstance(value, str) or not UUID_FORM.fullmatch(value):
        raise unprocessable(
            "bad-client-id", _("client_id が正しくありません"), _("UUID を送ってください。")
        )
    return UUID(value)


def _manage_key(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not KEY_FORM.fullmatch(value):
        raise unprocessable(
            "bad-manage-key",
            _("manage_key が正しくありません"),
            _("base64url で22文字以上にしてください。"),
        )
    return value


def _language(value: object, project: Project) -> str:
    if value is None:
        return project.language
    if not isinstance(value, str) or not LANGUAGE_FORM.fullmatch(value):
        raise unprocessable(
            "bad-language", _("言語が正しくありません"), _("ja や en のように送ってください。")
        )
    return value


def _category(value: object, project: Project) -> Category | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise bad_request(
            "bad-category", _("category は文字列で送ってください。"), path="properties/category"
        )
    categories = {category.slug: category for category in project.categories.all()}
    if value not in categories:
        raise unprocessable(
            "unknown-category",
            _("この分類はありません"),
            _("分類を選びなおしてください。"),
            choices=list(categories),
        )
    return categories[value]


def _answers(value: object, project: Project) -> dict[str, Any]:
    answers = check_answers(project.questions, value)
    return {
        name: clean_text(answer) if isinstance(answer, str) else answer
        for name, answer in answers.items()
    }


def parse_context(value: object) -> dict[str, Any]:
    """How the voice was made: zoom, input, accuracy (metres), layers (ids); the rest is dropped.

    Raises:
        Problem: 400 not an object; 422 `bad-context` for a known name with a wrong value.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request("bad-context", _("context はオブジェクトで送ってください。"))
    known = {name: value[name] for name in _CONTEXT if value.get(name) is not None}
    wrong = [name for name, item in known.items() if not _CONTEXT[name](item)]
    if wrong:
        raise unprocessable(
            "bad-context", _("context が正しくありません"), "、".join(wrong), names=wrong
        )
    return known


def _is_between(value: object, low: float, high: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # NaN compares false with everything.
    return low <= value <= high


def _is_layer_list(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MAX_LAYERS
        and all(type(item) is int and 0 < item < 2**63 for item in value)
    )


_CONTEXT = {
    "zoom": lambda value: _is_between(value, 0, 24),
    "input": lambda value: isinstance(value, str) and bool(INPUT_FORM.fullmatch(value)),
    "accuracy": lambda value: _is_between(value, 0, 1_000_000),
    "layers": _is_layer_list,
}
