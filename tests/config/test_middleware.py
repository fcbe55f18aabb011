"""A request that changes something must come from our own pages, signed in or not."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from config.middleware import is_ours

OURS = "http://testserver"


def request_with(cookies: bool = False, **headers: str) -> HttpRequest:
    """A POST as a browser or a program sends it."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = RequestFactory().post("/api/v1/x/", headers=names)
    if cookies:
        request.COOKIES["koemap_device"] = "k"
    return request


@pytest.mark.parametrize("cookies", [True, False])
@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Origin": OURS}, True),
        ({"Origin": "https://testserver"}, False),
        ({"Origin": "http://testserver:8000"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "http://testserver.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://[bad"}, False),
        ({"Origin": "http://evil.example", "Sec_Fetch_Site": "same-origin"}, False),
        ({"Sec_Fetch_Site": "same-origin"}, True),
        ({"Sec_Fetch_Site": "same-site"}, False),
        ({"Sec_Fetch_Site": "cross-site"}, False),
        ({"Sec_Fetch_Site": "none"}, False),
        ({"Referer": f"{OURS}/projects/x/"}, True),
        ({"Referer": "http://evil.example/testserver/"}, False),
    ],
)
def test_only_our_own_pages_may_send(headers: dict, taken: bool, cookies: bool) -> None:
    assert is_ours(request_with(cookies, **headers)) is taken


def test_a_program_without_cookies_may_send_and_one_with_cookies_may_not() -> None:
    assert is_ours(request_with())
    assert not is_ours(request_with(cookies=True))


def test_origins_that_the_operator_trusts_may_send(settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://city.example", "https://*.pref.example"]
    assert is_ours(request_with(Origin="https://city.example"))
    assert is_ours(request_with(Origin="https://map.pref.example"))
    assert not is_ours(request_with(Origin="http://city.example"))
    assert not is_ours(request_with(Origin="https://notpref.example"))


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_another_site_cannot_make_a_browser_send_anything(method: str) -> None:
    visitor = Client(headers={"Origin": "http://evil.example"})
    reply = getattr(visitor, method)("/api/v1/projects/")
    assert reply.status_code == 403
    assert reply.json()["type"] == "/problems/other-origin"


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_on_pages() -> None:
    visitor = Client(enforce_csrf_checks=True, headers={"Origin": OURS})
    reply = visitor.post("/accounts/login/", {"login": "a@example.com", "password": "x"})
    assert reply.status_code == 403


@pytest.mark.django_db
def test_a_signed_in_person_needs_the_token_on_the_api_too(planner: Any) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"Origin": OURS})
    browser.force_login(planner.user, backend="django.contrib.auth.backends.ModelBackend")
    reply = browser.post("/api/v1/projects/", "{}", content_type="application/json")
    assert reply.status_code == 403
    assert "CSRF" in reply.json()["detail"]
