"""The one place where the rooms' API addresses come together, under /api/v1/.

Each room's `urlpatterns` are relative to /api/v1/.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from layers.urls import urlpatterns as layers
from mapping.analysis.urls import urlpatterns as analysis
from mapping.dialogue.urls import urlpatterns as dialogue
from mapping.opinions.urls import urlpatterns as opinions
from mapping.projects.urls import urlpatterns as projects

urlpatterns: list[URLPattern | URLResolver] = [
    *layers,
    *projects,
    *opinions,
    *dialogue,
    *analysis,
]
