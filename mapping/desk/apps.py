"""Django application of the desk room."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """See the house plan in docs/architecture.md for who may import this room."""

    name = "mapping.desk"
    label = "desk"
