"""Pages of the dialogue room: one voice with its replies."""

from django.urls import path

from mapping.dialogue import pages

urlpatterns = [
    path("projects/<slug:slug>/opinions/<int:pk>/", pages.opinion, name="opinion"),
]
