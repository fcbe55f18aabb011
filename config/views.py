"""Pages of no room: the words for scripts, the documentation of the API, icons at the root."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import django
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView
from django.views.i18n import JavaScriptCatalog

A_YEAR = 365 * 24 * 3600


@cache
def catalogue_version() -> str:
    """Changes whenever a translation for scripts does; part of the catalogue's address."""
    digest = hashlib.sha256(django.__version__.encode())
    for folder in settings.LOCALE_PATHS:
        for path in sorted(Path(folder).glob("*/LC_MESSAGES/djangojs.mo")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache_control(max_age=A_YEAR, public=True, immutable=True)
def catalogue(request: HttpRequest, version: str, language: str) -> HttpResponseBase:
    """Translations for scripts in one language: defines gettext, ngettext and interpolate.

    Raises:
        Http404: a language we don't speak, or a version that is not the present one.
    """
    if language not in dict(settings.LANGUAGES) or version != catalogue_version():
        raise Http404
    with translation.override(language):
        return JavaScriptCatalog.as_view()(request)


class ApiDocsView(TemplateView):
    """The OpenAPI document as a page, drawn by Swagger UI from our own files."""

    template_name = "config/api_docs.html"
