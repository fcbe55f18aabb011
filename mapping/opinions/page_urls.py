"""Pages of the opinions room."""

from django.urls import path

from mapping.opinions import home, pages

urlpatterns = [
    path("", home.home, name="home"),
    path("projects/<slug:slug>/", pages.project, name="project"),
    path("voice/", pages.voice, name="voice"),
]
