"""Questions: definitions that a form can show, and answers that fit them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from mapping.accounts.problems import Problem
from mapping.projects.questions import check_answers, validate_questions
from tests.factories import make_project

AGE = {
    "name": "age",
    "type": "choice",
    "label": {"ja": "年代"},
    "choices": [{"value": "20s", "label": {"ja": "20代"}}, {"value": "30s", "label": {}}],
}
HOW = {"name": "how", "type": "multiple", "label": {}, "choices": ["bus", "foot"]}
WHY = {"name": "why", "type": "text", "label": {}, "maximum": 10}
YEARS = {"name": "years", "type": "number", "label": {}}
SCORE = {"name": "score", "type": "scale", "label": {}, "required": True}


def test_good_definitions_pass() -> None:
    validate_questions([AGE, HOW, WHY, YEARS, SCORE])


@pytest.mark.parametrize(
    "definitions",
    [
        {},
        ["age"],
        [{"type": "text", "label": {}}],
        [WHY | {"name": "Why!"}],
        [WHY, WHY],
        [WHY | {"type": "essay"}],
        [AGE | {"choices": []}],
        [WHY | {"label": "なぜ"}],
        [WHY | {"public": "yes"}],
        [AGE | {"choices": "20s"}],
        [AGE | {"choices": [{"label": {"ja": "20代"}}]}],
        [SCORE | {"minimum": "one"}],
        [SCORE | {"minimum": 5, "maximum": 5}],
        [WHY | {"maximum": 12.5}],
    ],
)
def test_bad_definitions_are_refused(definitions: Any) -> None:
    with pytest.raises(ValidationError):
        validate_questions(definitions)


@pytest.mark.parametrize(
    ("question", "answer", "taken"),
    [
        (AGE, "20s", "20s"),
        (HOW, ["foot", "foot"], ["foot"]),
        (WHY, "坂がきつい", "坂がきつい"),
        (YEARS, 12.5, 12.5),
        (SCORE, 5, 5),
        (SCORE | {"maximum": 10}, 10, 10),
    ],
)
def test_answers_that_fit(question: dict, answer: Any, taken: Any) -> None:
    assert check_answers([question], {question["name"]: answer}) == {question["name"]: taken}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (AGE, "90s"),
        (AGE, ["20s"]),
        (AGE, 20),
        (HOW, "bus"),
        (HOW, ["car"]),
        (HOW, ["bus", "foot", "bus"]),
        (WHY, "とても長い答えになりました"),
        (WHY, 3),
        (YEARS, "12"),
        (YEARS, True),
        (YEARS, float("nan")),
        (YEARS, float("inf")),
        (YEARS, 10**400),
        (SCORE, 6),
        (SCORE, 0),
        (SCORE, 2.5),
        (SCORE, True),
        (SCORE, None),
        (SCORE, ""),
    ],
)
def test_answers_that_do_not_fit_name_the_question(question: dict, answer: Any) -> None:
    with pytest.raises(Problem) as refused:
        check_answers([question], {question["name"]: answer})
    assert refused.value.status == 422
    assert list(refused.value.members["errors"]) == [question["name"]]


def test_optional_questions_may_stay_unanswered() -> None:
    assert check_answers([AGE, HOW, WHY], {"age": "", "how": [], "why": None}) == {}
    assert check_answers([AGE], None) == {}


def test_answers_to_no_question_are_refused() -> None:
    with pytest.raises(Problem) as refused:
        check_answers([AGE], {"name": "太郎"})
    assert list(refused.value.members["errors"]) == ["name"]


@pytest.mark.parametrize("answers", [[], "age", 3, True])
def test_answers_are_an_object(answers: Any) -> None:
    with pytest.raises(Problem) as refused:
        check_answers([AGE], answers)
    assert refused.value.status == 400


@pytest.mark.django_db
def test_no_project_is_made_with_questions_that_its_form_cannot_show() -> None:
    project = make_project(questions=[AGE])
    project.full_clean()
    project.questions = [AGE | {"type": "essay"}]
    with pytest.raises(ValidationError) as refused:
        project.full_clean()
    assert list(refused.value.message_dict) == ["questions"]
