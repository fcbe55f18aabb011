"""Django application of the dialogue room."""

from django.apps import AppConfig


class DialogueConfig(AppConfig):
    """See the house plan in docs/architecture.md for who may import this room."""

    name = "mapping.dialogue"
    label = "dialogue"

    def ready(self) -> None:
        """Register verbs and permissions."""
        from mapping.dialogue import rules

        rules.register()
