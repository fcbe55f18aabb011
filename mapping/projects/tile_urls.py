"""Addresses of vector tiles."""

from django.urls import path

from mapping.projects import tiles

urlpatterns = [
    path(
        "tiles/base/<slug:slug>/<slug:version>/<int:z>/<int:x>/<int:y>.mvt",
        tiles.base,
        name="base-tile",
    ),
    path("tiles/layers/<int:pk>/<int:z>/<int:x>/<int:y>.mvt", tiles.layer, name="layer-tile"),
]
