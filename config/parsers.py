"""Reads JSON strictly, before anything else looks at it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from mapping.accounts.problems import Problem, bad_request

# GeoJSON needs 7 levels (Feature > geometry > coordinates of an area); recursion starts beyond.
DEEPEST = 24
LONGEST_INTEGER = 18
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
BRACKETS = re.compile(r"[\[\]{}]")


def strict_json(body: bytes) -> Any:
    """The value in `body` (UTF-8 JSON).

    Raises:
        Problem: 400 for what isn't JSON to the letter: NaN, Infinity, numbers no float can hold,
            names given twice, nesting beyond DEEPEST, bad UTF-8, NUL and lone surrogates in text.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad_request("bad-encoding", _("文字コードは UTF-8 にしてください。")) from error
    _refuse_deep(text)
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_short_integer,
            object_pairs_hook=_unique_names,
        )
    except (ValueError, RecursionError) as error:
        where = getattr(error, "pos", None)
        members = {} if where is None else {"position": where}
        raise bad_request("bad-json", _("JSON として読み取れません。"), **members) from error
    if "\\u" in text:
        _refuse_bad_text(value)
    return value


def _refuse_deep(text: str) -> None:
    depth = 0
    for bracket in BRACKETS.finditer(STRINGS.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEEPEST:
            raise bad_request("too-deep", _("JSON の入れ子が深すぎます。"), deepest=DEEPEST)


def _refuse_constant(name: str) -> NoReturn:
    raise bad_request("bad-number", _("%(name)s は数として使えません。") % {"name": name})


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        _refuse_constant(digits[:20])
    return number


def _short_integer(digits: str) -> int:
    if len(digits.lstrip("-")) > LONGEST_INTEGER:
        _refuse_constant(f"{digits[:20]}…")
    return int(digits)


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise bad_request("name-twice", _("同じ名前の項目が二つあります。"))
    return members


def _refuse_bad_text(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise bad_request("bad-text", _("使えない文字が入っています。"))
    elif isinstance(value, list):
        for item in value:
            _refuse_bad_text(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _refuse_bad_text(name)
            _refuse_bad_text(item)


class StrictJSONParser(BaseParser):
    """One JSON object of at most settings.RESIDENT_BODY_BYTES."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The object in the body.

        Raises:
            Problem: 413 for a longer body, 400 for what `strict_json` refuses or isn't an object.
        """
        body = stream.read(settings.RESIDENT_BODY_BYTES + 1)
        if len(body) > settings.RESIDENT_BODY_BYTES:
            raise Problem(
                413,
                "too-large",
                _("データが大きすぎます"),
                _("%(limit)s KB までにしてください。")
                % {"limit": settings.RESIDENT_BODY_BYTES // 1024},
                limit=settings.RESIDENT_BODY_BYTES,
            )
        value = strict_json(body)
        if not isinstance(value, dict):
            raise bad_request("not-an-object", _("JSON のオブジェクトを送ってください。"))
        return value


class StrictGeoJSONParser(StrictJSONParser):
    """The same for GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"
