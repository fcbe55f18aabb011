"""Every address of Koemap. Pages first, then the API, then what machines ask for."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from config import health, views

handler400 = "config.problems.handler400"
handler403 = "config.problems.handler403"
handler404 = "config.problems.handler404"
handler500 = "config.problems.handler500"

PAGES = (
    "mapping.opinions.page_urls",
    "mapping.dialogue.page_urls",
    "mapping.analysis.page_urls",
    "layers.tile_urls",
    "mapping.projects.tile_urls",
)


def pages() -> list[URLPattern | URLResolver]:
    """Addresses of the rooms' pages and tiles."""
    found: list[URLPattern | URLResolver] = []
    for name in PAGES:
        with suppress(ImportError):
            found += import_module(name).urlpatterns
    return found


urlpatterns = [
    *pages(),
    path("accounts/", include("mapping.accounts.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("jsi18n/<slug:version>/<str:language>.js", views.catalogue, name="javascript-catalog"),
    path("api/v1/", include("config.api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", views.ApiDocsView.as_view(), name="api-docs"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
