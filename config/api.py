"""The one place where the rooms' API addresses come together, under /api/v1/.

Each room has `urls.py` with `urlpatterns` relative to /api/v1/.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

from django.urls import URLPattern, URLResolver

ROOMS = (
    "layers.urls",
    "mapping.projects.urls",
    "mapping.opinions.urls",
    "mapping.dialogue.urls",
    "mapping.analysis.urls",
)


def collected() -> list[URLPattern | URLResolver]:
    """Every room's API addresses."""
    found: list[URLPattern | URLResolver] = []
    for name in ROOMS:
        with suppress(ImportError):
            found += import_module(name).urlpatterns
    return found


urlpatterns = collected()
