"""JSON is read to the letter, and what isn't JSON is refused before anything looks at it."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.parsers import DEEPEST, StrictGeoJSONParser, StrictJSONParser, strict_json
from mapping.accounts.problems import Problem

REFUSED = [
    (b"", "bad-json"),
    (b"{", "bad-json"),
    (b'{"a": 1,}', "bad-json"),
    (b'{"a": NaN}', "bad-number"),
    (b'{"a": Infinity}', "bad-number"),
    (b'{"a": -Infinity}', "bad-number"),
    (b'{"a": 1e999}', "bad-number"),
    (b'{"a": -1e999}', "bad-number"),
    (b'{"a": ' + b"9" * 5000 + b"}", "bad-number"),
    (b'{"a": "\xff"}', "bad-encoding"),
    (b'{"a": "\xed\xa0\x80"}', "bad-encoding"),
    ('{"a": "こえ"}'.encode("cp932"), "bad-encoding"),
    (b'{"a": "\\u0000"}', "bad-text"),
    (b'{"a": "\x00"}', "bad-json"),
    (b'{"a": ["\\ud800"]}', "bad-text"),
    (b'{"\\udfff": 1}', "bad-text"),
    (b'{"a": 1, "a": 2}', "name-twice"),
    (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "too-deep"),
    (b'{"a":' * 30_000 + b"1" + b"}" * 30_000, "too-deep"),
    (b"[1]", "not-an-object"),
    (b'"word"', "not-an-object"),
    (b"null", "not-an-object"),
]


def parse(body: bytes) -> Any:
    """What a view would get."""
    return StrictJSONParser().parse(io.BytesIO(body))


@pytest.mark.parametrize(("body", "code"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_what_is_not_a_json_object_is_refused_with_400(body: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        parse(body)
    assert (refused.value.status, refused.value.code) == (400, code)


def test_arrays_nested_a_hundred_thousand_deep_are_refused_quickly() -> None:
    body = b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    began = time.perf_counter()
    with pytest.raises(Problem):
        parse(body)
    assert time.perf_counter() - began < 0.2


def test_brackets_inside_a_text_are_not_nesting() -> None:
    text = "[{" * 1000 + '\\"[['
    assert parse(f'{{"text": "{text}"}}'.encode()) == {"text": text.replace('\\"', '"')}


def test_an_emoji_written_as_two_escapes_is_one_letter() -> None:
    assert parse(b'{"a": "\\ud83d\\ude0a"}') == {"a": "😊"}


def test_a_long_body_is_refused_with_413(settings: Any) -> None:
    settings.RESIDENT_BODY_BYTES = 100
    with pytest.raises(Problem) as refused:
        parse(b'{"a": "' + b"a" * 100 + b'"}')
    assert refused.value.status == 413
    assert refused.value.members == {"limit": 100}


def test_geojson_is_read_the_same_way() -> None:
    assert StrictGeoJSONParser.media_type == "application/geo+json"
    assert StrictGeoJSONParser().parse(io.BytesIO(b'{"type": "Feature"}')) == {"type": "Feature"}


@given(st.binary(max_size=300))
def test_any_bytes_are_either_json_or_refused_as_400(body: bytes) -> None:
    try:
        strict_json(body)
    except Problem as problem:
        assert problem.status == 400


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=15,
)


@given(JSON_VALUES)
def test_honest_json_arrives_as_it_was_sent(value: Any) -> None:
    import json

    assert strict_json(json.dumps(value).encode()) == value
