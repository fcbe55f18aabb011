"""Every page is safe by its headers: nothing inline, nothing from elsewhere, not to be framed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings as site
from django.http import HttpResponse

from mapping.accounts.models import User
from mapping.projects.models import Project
from tests.factories import OpinionFactory
from tests.people import Person

pytestmark = pytest.mark.django_db

DATA_ISLANDS = ("application/json", "importmap")


class Inline(HTMLParser):
    """Collects what a content security policy forbids, and what is loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.nonces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        named = dict(attrs)
        if tag == "script" and "src" not in named and named.get("type") not in DATA_ISLANDS:
            self.found.append(f"inline script: {named}")
        if named.get("type") == "importmap":
            self.nonces.append(named.get("nonce") or "")
        if tag == "style":
            self.found.append("style element")
        self.found += [f"{tag} {name}" for name in named if name.startswith("on")]
        for name in ("src", "srcset", "action"):
            if re.match(r"(https?:)?//|javascript:", named.get(name) or ""):
                self.found.append(f"{tag} {name}={named[name]}")
        if tag == "link" and re.match(r"(https?:)?//", named.get("href") or ""):
            self.found.append(f"link {named['href']}")


@pytest.fixture
def addresses(project: Project) -> list[str]:
    """One of every page."""
    voice = OpinionFactory(project=project)
    return [
        "/",
        f"/projects/{project.slug}/",
        f"/projects/{project.slug}/opinions/{voice.pk}/",
        f"/projects/{project.slug}/analysis/",
        "/voice/",
        "/accounts/login/",
        "/api/docs/",
        "/nothing/",
    ]


def policy_of(reply: HttpResponse) -> dict[str, list[str]]:
    """The content security policy by directive."""
    parts = (part.split() for part in reply["Content-Security-Policy"].split(";") if part.strip())
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("who", ["stranger", "planner"])
def test_no_page_has_anything_inline_or_from_elsewhere(
    who: str, addresses: list[str], request: pytest.FixtureRequest
) -> None:
    reader: Person = request.getfixturevalue(who)
    for address in addresses:
        reply = reader.get(address)
        known = {"/nothing/": 404, "/accounts/login/": 302 if reader.user else 200}
        assert reply.status_code == known.get(address, 200), address
        page = Inline()
        page.feed(reply.content.decode())
        assert page.found == [], address
        policy = policy_of(reply)
        assert policy["default-src"] == ["'none'"], address
        assert "'unsafe-inline'" not in policy["script-src"], address
        assert "'unsafe-eval'" not in policy["script-src"], address
        assert policy["style-src"] == ["'self'"], address
        assert policy["connect-src"] == ["'self'"], address
        for nonce in page.nonces:
            assert f"'nonce-{nonce}'" in policy["script-src"], address


def test_no_page_may_be_framed_sniffed_or_leak_its_address(
    stranger: Person, addresses: list[str]
) -> None:
    for address in addresses:
        reply = stranger.get(address)
        assert reply["X-Frame-Options"] == "DENY"
        assert policy_of(reply)["frame-ancestors"] == ["'none'"]
        assert policy_of(reply)["base-uri"] == ["'none'"]
        assert reply["X-Content-Type-Options"] == "nosniff"
        assert reply["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert reply["Cross-Origin-Opener-Policy"] == "same-origin"


def test_reading_pages_leaves_no_cookie_but_the_form_token(
    stranger: Person, addresses: list[str]
) -> None:
    for address in addresses:
        assert set(stranger.get(address).cookies) <= {"csrftoken"}, address


def test_signing_in_gives_a_session_that_scripts_cannot_read(planner: Person) -> None:
    User.objects.filter(pk=planner.user.pk).update(email="keikaku@example.com")
    visitor = Person()
    reply = visitor.web.post(
        "/accounts/login/", {"login": "keikaku@example.com", "password": "miho-no-matsubara"}
    )
    assert reply.status_code == 302
    session = reply.cookies["sessionid"]
    assert (session["httponly"], session["samesite"]) == (True, "Lax")
    page = visitor.get("/accounts/logout/")
    assert "ログアウトしますか" in page.content.decode()
    assert visitor.web.post("/accounts/logout/").status_code == 302
    assert visitor.get("/accounts/logout/").status_code == 302


def test_a_wrong_password_is_said_without_telling_who_has_an_account(planner: Person) -> None:
    visitor = Person()
    said = []
    for email in (planner.user.email, "nobody@example.com"):
        page = visitor.web.post("/accounts/login/", {"login": email, "password": "wrong"})
        assert page.status_code == 200
        said.append(
            re.sub(
                r'name="csrfmiddlewaretoken" value="\w+"|value="[^"]*@[^"]*"',
                "",
                page.content.decode(),
            )
        )
    assert 'role="alert"' in said[0]
    assert said[0] == said[1]


def test_there_is_no_second_door_that_takes_passwords(stranger: Person, db: None) -> None:
    assert stranger.get("/admin/").status_code == 404
    assert stranger.get("/admin/login/").status_code == 404


def test_the_words_for_scripts_are_kept_for_ever_under_their_version(stranger: Person) -> None:
    from config.views import catalogue_version

    reply = stranger.get(f"/jsi18n/{catalogue_version()}/ja.js")
    assert reply.status_code == 200
    assert "gettext" in reply.content.decode()
    assert "immutable" in reply["Cache-Control"]
    assert reply["Content-Type"].startswith("text/javascript")
    for wrong in ("old/ja.js", f"{catalogue_version()}/tlh.js"):
        assert stranger.get(f"/jsi18n/{wrong}").status_code == 404


def test_the_language_can_be_chosen_and_stays(stranger: Person, settings: Any) -> None:
    reply = stranger.web.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})
    assert reply.status_code == 302
    assert reply["Location"] == "/accounts/login/"
    assert '<html lang="en"' in stranger.get("/accounts/login/").content.decode()
    away = stranger.web.post("/i18n/setlang/", {"language": "en", "next": "//evil.example/"})
    assert "evil" not in away["Location"]


def test_the_openapi_document_is_whole_and_without_warnings(stranger: Person) -> None:
    from django.core.management import call_command

    call_command("spectacular", "--validate", "--fail-on-warn", file="/dev/null")
    assert stranger.get("/api/schema/").status_code == 200


def test_behind_tls_every_cookie_and_page_is_for_https_only() -> None:
    text = (site.BASE_DIR / "config" / "settings.py").read_text()
    assert "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS" in text
