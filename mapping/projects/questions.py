"""Questions that a project asks with each voice: their definitions and the check of answers.

A definition is `{"name": "age", "type": "choice", "label": {"ja": "年代"}, "required": false,
"choices": [{"value": "20s", "label": {"ja": "20代"}}]}`; `type` is one of TYPES. A scale has
`minimum` and `maximum` (1 and 5 unless given), a text may have `maximum` (characters). Answers
are read by the staff alone unless the definition says `"public": true`: who lives where at which
age is nobody else's matter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mapping.accounts.problems import Problem, bad_request, unprocessable
from mapping.accounts.texts import validate_texts

TYPES = ("choice", "multiple", "text", "number", "scale")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TEXT_LIMIT = 1000


def validate_questions(definitions: object) -> None:
    """Refuse a list of definitions that the form couldn't show.

    Raises:
        ValidationError: naming the question.
    """
    if not isinstance(definitions, list):
        raise ValidationError(_("設問はリストで入れてください。"))
    seen: set[str] = set()
    for question in definitions:
        name = question.get("name") if isinstance(question, dict) else None
        if not isinstance(name, str) or not NAME.fullmatch(name) or name in seen:
            raise ValidationError(_("設問の名前が正しくないか、重なっています：%s") % name)
        seen.add(name)
        _validate_question(question)


def _validate_question(question: dict[str, Any]) -> None:
    if question.get("type") not in TYPES:
        raise ValidationError(_("設問「%s」の種類が正しくありません。") % question["name"])
    validate_texts(question.get("label"))
    if not isinstance(question.get("public", False), bool):
        raise ValidationError(_("設問「%s」の public は true か false です。") % question["name"])
    if question["type"] in ("choice", "multiple") and not _has_choices(question):
        raise ValidationError(_("設問「%s」に選択肢がありません。") % question["name"])
    if not _has_limits(question):
        raise ValidationError(
            _("設問「%s」の minimum と maximum は整数で、maximum のほうが大きくしてください。")
            % question["name"]
        )


def _has_choices(question: Mapping[str, Any]) -> bool:
    """Whether there are choices and each of them has a value."""
    if not isinstance(question.get("choices"), list):
        return False
    values = choice_values(question)
    return bool(values) and all(values)


def _has_limits(question: Mapping[str, Any]) -> bool:
    """Whether minimum and maximum are whole numbers in their order, where they are given."""
    low, high = question.get("minimum", 1), question.get("maximum", 5)
    return type(low) is int and type(high) is int and (question["type"] != "scale" or low < high)


def public_questions(definitions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of the questions whose answers everybody may read with each voice."""
    return [question["name"] for question in definitions if question.get("public") is True]


def choice_values(question: Mapping[str, Any]) -> list[str]:
    """Values that a choice question offers; plain strings stand for themselves."""
    return [
        str(choice.get("value", "") if isinstance(choice, dict) else choice)
        for choice in question.get("choices") or []
    ]


def check_answers(questions: Sequence[Mapping[str, Any]], answers: object) -> dict[str, Any]:
    """The answers, checked against the definitions; unanswered optional questions are left out.

    Raises:
        Problem: 400 when `answers` isn't an object; 422 `bad-answers` with `errors` {name: why}.
    """
    if answers is None:
        answers = {}
    if not isinstance(answers, dict):
        raise bad_request("bad-answers", _("answers はオブジェクトで送ってください。"))
    known = {question["name"]: question for question in questions}
    errors = {str(name)[:40]: _("この設問はありません。") for name in answers if name not in known}
    taken: dict[str, Any] = {}
    for name, question in known.items():
        try:
            value = _check(question, answers.get(name))
        except _WrongAnswerError as wrong:
            errors[name] = str(wrong)
        else:
            if value is not None:
                taken[name] = value
    if errors:
        raise _bad_answers(errors)
    return taken


def _bad_answers(errors: dict[str, str]) -> Problem:
    detail = "　".join(errors.values())
    return unprocessable("bad-answers", _("設問の答えを確かめてください"), detail, errors=errors)


class _WrongAnswerError(Exception):
    """What is wrong with one answer, in the reader's language."""


def _check(question: Mapping[str, Any], value: Any) -> Any:
    if value is None or value == "" or value == []:
        if question.get("required"):
            raise _WrongAnswerError(_("答えてください。"))
        return None
    return _CHECKS[question["type"]](question, value)


def _check_choice(question: Mapping[str, Any], value: Any) -> str:
    if not isinstance(value, str) or value not in choice_values(question):
        raise _WrongAnswerError(_("選択肢から選んでください。"))
    return value


def _check_multiple(question: Mapping[str, Any], value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > len(choice_values(question)):
        raise _WrongAnswerError(_("選択肢から選んでください。"))
    chosen = [_check_choice(question, item) for item in value]
    return list(dict.fromkeys(chosen))


def _check_text(question: Mapping[str, Any], value: Any) -> str:
    limit = int(question.get("maximum") or TEXT_LIMIT)
    if not isinstance(value, str) or len(value) > limit:
        raise _WrongAnswerError(_("%d 文字までの文章で答えてください。") % limit)
    return value


def _check_number(question: Mapping[str, Any], value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
        raise _WrongAnswerError(_("数で答えてください。"))
    if not math.isfinite(value):
        raise _WrongAnswerError(_("数で答えてください。"))
    return value


def _check_scale(question: Mapping[str, Any], value: Any) -> int:
    low, high = int(question.get("minimum", 1)), int(question.get("maximum", 5))
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _WrongAnswerError(
            _("%(low)d から %(high)d で答えてください。") % {"low": low, "high": high}
        )
    return value


_CHECKS: dict[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "choice": _check_choice,
    "multiple": _check_multiple,
    "text": _check_text,
    "number": _check_number,
    "scale": _check_scale,
}
