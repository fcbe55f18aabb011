"""Every address of Koemap. Pages first, then the API, then what machines ask for."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config import health, views

handler400 = "config.problems.handler400"
handler403 = "config.problems.handler403"
handler404 = "config.problems.handler404"
handler500 = "config.problems.handler500"

urlpatterns = [
    path("", include("mapping.opinions.page_urls")),
    path("", include("mapping.dialogue.page_urls")),
    path("", include("mapping.analysis.page_urls")),
    path("", include("mapping.projects.tile_urls")),
    path("accounts/", include("mapping.accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("jsi18n/<slug:version>/<str:language>.js", views.catalogue, name="javascript-catalog"),
    path("api/v1/", include("config.api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", views.ApiDocsView.as_view(), name="api-docs"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
