"""Django application of the projects room."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """See the house plan in docs/architecture.md for who may import this room."""

    name = "mapping.projects"
    label = "projects"

    def ready(self) -> None:
        """Register the permissions that hang on the project alone."""
        from mapping.projects.permissions import register_permission
        from mapping.projects.rules import can_moderate, can_see_exact

        register_permission("moderate", can_moderate)
        register_permission("see_exact", can_see_exact)
