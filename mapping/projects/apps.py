"""Django application of the projects room."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """See the house plan in docs/architecture.md for who may import this room."""

    name = "mapping.projects"
    label = "projects"
