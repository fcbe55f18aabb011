"""Refusals speak one language to programs (RFC 9457) and the reader's to people."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.test import Client, RequestFactory
from rest_framework import exceptions

from config.problems import as_problem, failure_response, problem_response
from mapping.accounts.problems import Problem, too_often, unprocessable
from mapping.accounts.ratelimit import TooOftenError

MEANINGS = [
    (TooOftenError(7), 429, "too-often"),
    (exceptions.ValidationError({"text": ["?"]}), 422, "invalid"),
    (exceptions.ParseError(), 400, "bad-json"),
    (exceptions.NotFound(), 404, "not-found"),
    (Http404(), 404, "not-found"),
    (PermissionDenied(), 403, "forbidden"),
    (exceptions.PermissionDenied(), 403, "forbidden"),
    (exceptions.NotAuthenticated(), 403, "forbidden"),
    (exceptions.UnsupportedMediaType("text/xml"), 415, "unsupported-media-type"),
    (exceptions.MethodNotAllowed("PUT"), 405, "method-not-allowed"),
    (exceptions.NotAcceptable(), 406, "not-acceptable"),
    (exceptions.Throttled(3), 429, "too-often"),
    (OperationalError("gone"), 503, "unavailable"),
]


@pytest.mark.parametrize(("raised", "status", "code"), MEANINGS, ids=lambda value: str(value)[:25])
def test_every_refusal_becomes_a_problem(raised: Exception, status: int, code: str) -> None:
    problem = as_problem(raised)
    assert problem is not None
    assert (problem.status, problem.code) == (status, code)


def test_a_mistake_of_ours_is_no_refusal() -> None:
    assert as_problem(KeyError("oops")) is None


def test_members_and_headers_reach_the_reader() -> None:
    request = RequestFactory().get("/api/v1/x/")
    reply = problem_response(too_often(9), request)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Retry-After"] == "9"
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_member_cannot_cover_a_standard_one() -> None:
    problem = unprocessable("outside-area", "外", distance_m=12)
    problem.members["status"] = 200
    assert problem.as_dict("/x")["status"] == 422
    assert problem.as_dict("/x")["distance_m"] == 12
    assert problem.as_dict("/x")["type"] == "/problems/outside-area"


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "title"), [("ja", "見つかりません")])
def test_an_unknown_address_of_the_api_is_a_problem(language: str, title: str) -> None:
    reply = Client(headers={"Accept-Language": language}).get("/api/v1/nothing/")
    assert reply.status_code == 404
    assert reply["Content-Type"] == "application/problem+json"
    assert reply.json() == {
        "type": "/problems/not-found",
        "title": title,
        "status": 404,
        "instance": "/api/v1/nothing/",
    }


@pytest.mark.django_db
def test_an_unknown_page_is_a_page() -> None:
    reply = Client().get("/nothing/")
    assert reply.status_code == 404
    assert reply["Content-Type"].startswith("text/html")
    assert "ページが見つかりません" in reply.content.decode()


@pytest.mark.django_db
def test_a_host_that_is_not_ours_gets_a_plain_400() -> None:
    reply = Client().get("/", headers={"Host": "evil.example"})
    assert reply.status_code == 400
    assert reply["Content-Type"].startswith("text/html")
    assert "evil.example" not in reply.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/projects/", "/accounts/login/"])
def test_a_mistake_of_ours_is_500_without_its_stack(path: str) -> None:
    client = Client(raise_request_exception=False)
    with mock.patch("mapping.accounts.actors.Actor.__init__", side_effect=KeyError("secret")):
        reply = client.get(path)
    assert reply.status_code == 500
    assert "secret" not in reply.content.decode()
    assert reply["Content-Type"].startswith(
        "application/problem+json" if path.startswith("/api/") else "text/html"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/projects/", "/accounts/login/"])
@pytest.mark.parametrize("where", ["mapping.accounts.actors.Actor.__init__", None])
def test_while_the_database_is_away_everybody_hears_503(path: str, where: str | None) -> None:
    view = "django.template.base.Template.render" if "accounts" in path else VIEW
    client = Client(raise_request_exception=False)
    away = OperationalError("server closed the connection")
    with mock.patch(where or view, side_effect=[away] + [mock.DEFAULT] * 9):
        reply = client.get(path)
    assert reply.status_code == 503
    assert int(reply["Retry-After"]) > 0


VIEW = "mapping.projects.api.voices_of"


def test_a_page_of_a_problem_escapes_its_words() -> None:
    problem = Problem(400, "bad", "<script>", "<b>")
    reply = failure_response(problem, RequestFactory().get("/x/"))
    assert "<script>" not in reply.content.decode()


def test_a_view_that_raises_a_problem_answers_with_it(rf: Any) -> None:
    from rest_framework.views import APIView

    class Refusing(APIView):
        def get(self, request: Any) -> None:
            raise unprocessable("too-far", "遠い", metres=3)

    reply = Refusing.as_view()(rf.get("/api/v1/far/"))
    assert reply.status_code == 422
