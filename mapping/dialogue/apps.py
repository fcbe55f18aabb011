"""Django application of the dialogue room."""

from django.apps import AppConfig


class DialogueConfig(AppConfig):
    """See the house plan in docs/architecture.md for who may import this room."""

    name = "mapping.dialogue"
    label = "dialogue"

    def ready(self) -> None:
        """Register verbs and permissions, listen to decisions on voices."""
        from django.db.models.signals import post_save

        from mapping.dialogue import rules, talking

        rules.register()
        post_save.connect(
            talking.settle_flags, sender="opinions.StateChange", dispatch_uid="dialogue.flags"
        )
