"""What stands before every view: a database that may be away, and requests from other sites."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.http import is_same_domain
from django.utils.translation import gettext as _

from config.problems import as_problem, failure_response
from mapping.accounts.problems import forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

GetResponse = Callable[[HttpRequest], HttpResponse]


class DatabaseUnavailableMiddleware:
    """503 with Retry-After instead of 500 while the database is away or too slow.

    Failures in other middleware reach `config.problems.handler500`, which says the same.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view that lost its database; other mistakes go their usual way."""
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        problem = as_problem(exception)
        return failure_response(problem, request) if problem else None


class SameOriginMiddleware:
    """Refuses unsafe requests that another site made a browser send, signed in or not.

    See docs/decisions/0003-unsafe-requests.md.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS or is_ours(request):
            return self.get_response(request)
        detail = _("このサイトのページから、もう一度お試しください。")
        return failure_response(forbidden(detail, code="other-origin"), request)


def is_ours(request: HttpRequest) -> bool:
    """Whether our own page sent it, or a program that carries no cookies.

    Browsers name the origin of every unsafe request (`Origin`, or at least `Sec-Fetch-Site` or
    `Referer`). A request without any of the three comes from a program: harmless without cookies,
    refused with them.
    """
    origin = request.headers.get("Origin")
    if origin is not None:
        return is_our_origin(request, origin)
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    referrer = request.headers.get("Referer")
    if referrer is not None:
        return is_our_origin(request, referrer)
    return not request.COOKIES


def is_our_origin(request: HttpRequest, address: str) -> bool:
    """Whether the address (an origin or a URL) is of this site or of CSRF_TRUSTED_ORIGINS."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if (parts.scheme, parts.netloc) == (request.scheme, request.get_host()):
        return True
    trusted = (urlsplit(origin) for origin in settings.CSRF_TRUSTED_ORIGINS)
    return any(
        parts.scheme == ours.scheme and is_same_domain(parts.netloc, ours.netloc.lstrip("*"))
        for ours in trusted
    )
