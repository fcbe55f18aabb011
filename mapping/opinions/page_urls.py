"""Pages of the opinions room."""

from contextlib import suppress

from django.urls import path

from mapping.opinions import pages

urlpatterns = [
    path("projects/<slug:slug>/", pages.project, name="project"),
    path("voice/", pages.voice, name="voice"),
]

with suppress(ImportError):
    from mapping.opinions import home

    urlpatterns.insert(0, path("", home.home, name="home"))
