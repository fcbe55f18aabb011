"""Django application of the analysis room."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """See the house plan in docs/architecture.md for who may import this room."""

    name = "mapping.analysis"
    label = "analysis"
