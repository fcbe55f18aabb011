"""Logs are lines of JSON and hold no words of residents."""

from __future__ import annotations

import json
import logging
import sys

from django.test import RequestFactory

from config.logs import JsonFormatter


def logged(message: str, **extra: object) -> dict:
    """The line that a record becomes."""
    record = logging.makeLogRecord({"msg": message, "levelname": "ERROR", "name": "x"} | extra)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_line_says_when_where_and_what() -> None:
    line = logged("読み込みました", layer=3)
    assert line["message"] == "読み込みました"
    assert line["level"] == "ERROR"
    assert line["layer"] == 3
    assert line["time"].endswith("+00:00")


def test_the_query_and_the_body_of_a_request_stay_out() -> None:
    request = RequestFactory().post("/api/v1/voice/session/?key=secret", {"text": "ひみつ"})
    line = logged("Internal Server Error", request=request)
    assert line["path"] == "/api/v1/voice/session/"
    assert "secret" not in json.dumps(line)
    assert "ひみつ" not in json.dumps(line, ensure_ascii=False)


def test_a_stack_is_one_member_of_the_line() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        line = logged("failed", exc_info=sys.exc_info())
    assert "ValueError: broken" in line["stack"]
