"""Django application of the opinions room."""

from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    """See the house plan in docs/architecture.md for who may import this room."""

    name = "mapping.opinions"
    label = "opinions"
