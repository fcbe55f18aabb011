"""Turns every refusal and failure into RFC 9457 problem details, or a page for people."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.views import set_rollback

from mapping.accounts.problems import (
    Problem,
    bad_request,
    forbidden,
    not_found,
    too_often,
    unavailable,
)
from mapping.accounts.ratelimit import TooOftenError

logger = logging.getLogger(__name__)
PROBLEM_JSON = "application/problem+json"
Reply = TypeVar("Reply", bound=HttpResponse)
API_PREFIXES = ("/api/", "/tiles/", "/healthz", "/readyz")


def problem_response(problem: Problem, request: HttpRequest) -> JsonResponse:
    """The problem as application/problem+json, never to be cached."""
    response = JsonResponse(
        problem.as_dict(request.path),
        status=problem.status,
        content_type=PROBLEM_JSON,
        json_dumps_params={"ensure_ascii": False, "default": str},
    )
    return _with_headers(response, problem)


def _with_headers(response: Reply, problem: Problem) -> Reply:
    for name, value in ({"Cache-Control": "no-store"} | problem.headers).items():
        response.headers[name] = value
    return response


def problem_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler; None lets an unknown exception become a logged 500."""
    problem = as_problem(exc)
    if problem is None:
        return None
    set_rollback()
    return problem_response(problem, context["request"])


def as_problem(exc: BaseException | None) -> Problem | None:
    """The refusal that an exception stands for; None for a mistake of ours."""
    if isinstance(exc, Problem):
        return exc
    for kind, make in _MEANINGS:
        if isinstance(exc, kind):
            return make(exc)
    return None


def _invalid(exc: Any) -> Problem:
    return Problem(
        422,
        "invalid",
        _("入力を確かめてください"),
        _("受け取れない項目があります。"),
        errors=exc.detail,
    )


def _method_not_allowed(exc: Any) -> Problem:
    return Problem(405, "method-not-allowed", _("この操作はできません"), str(exc.detail))


def _unsupported(exc: Any) -> Problem:
    return Problem(
        415,
        "unsupported-media-type",
        _("データの形式が違います"),
        _("application/json か application/geo+json で送ってください。"),
    )


def _throttled(exc: Any) -> Problem:
    return too_often(int(exc.wait or 60))


def _unavailable(exc: Any) -> Problem:
    # The reader hears only that it is away; why is for whoever reads the log.
    logger.error("The database could not answer", exc_info=exc)
    return unavailable()


def _other_api(exc: Any) -> Problem:
    return Problem(exc.status_code, exc.default_code.replace("_", "-"), str(exc.detail))


_MEANINGS: tuple[tuple[type[BaseException], Callable[[Any], Problem]], ...] = (
    (TooOftenError, lambda exc: too_often(exc.retry_after)),
    (exceptions.ValidationError, _invalid),
    (exceptions.ParseError, lambda exc: bad_request("bad-json", str(exc.detail))),
    (exceptions.NotFound, lambda exc: not_found()),
    (Http404, lambda exc: not_found()),
    (exceptions.NotAuthenticated, lambda exc: forbidden(str(exc.detail))),
    (exceptions.AuthenticationFailed, lambda exc: forbidden(str(exc.detail))),
    (exceptions.PermissionDenied, lambda exc: forbidden(str(exc.detail))),
    (PermissionDenied, lambda exc: forbidden()),
    (exceptions.UnsupportedMediaType, _unsupported),
    (exceptions.MethodNotAllowed, _method_not_allowed),
    (exceptions.Throttled, _throttled),
    (exceptions.APIException, _other_api),
    (OperationalError, _unavailable),
    (InterfaceError, _unavailable),
)


def wants_problem(request: HttpRequest) -> bool:
    """Whether the asker is a program: API, tiles and health checks."""
    return request.path.startswith(API_PREFIXES)


def failure_response(problem: Problem, request: HttpRequest) -> HttpResponse:
    """The problem for whoever asks: problem details for programs, a page for people."""
    if wants_problem(request):
        return problem_response(problem, request)
    page = problem.status if problem.status in (400, 403, 404, 500, 503) else 400
    # What a page usually shows (who is signed in, menus) may be the very thing that failed.
    bare = page in (400, 500, 503)
    html = render_to_string(f"{page}.html", {"problem": problem}, None if bare else request)
    response = HttpResponse(html, status=problem.status)
    return _with_headers(response, problem)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that can't be read."""
    return failure_response(as_problem(exception) or bad_request("bad-request"), request)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something this person may not do."""
    return failure_response(forbidden(), request)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something that isn't there, or not for this person."""
    return failure_response(not_found(), request)


def handler500(request: HttpRequest) -> HttpResponse:
    """A mistake of ours, or a refusal raised outside a view (by middleware)."""
    problem = as_problem(sys.exc_info()[1])
    broken = Problem(
        500,
        "broken",
        _("サーバーで問題が起きました"),
        _("記録しました。しばらく待ってから、もう一度お試しください。"),
    )
    return failure_response(problem or broken, request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid CSRF token."""
    detail = _("ページを開き直してから、もう一度お試しください。")
    return failure_response(forbidden(detail, code="csrf"), request)
