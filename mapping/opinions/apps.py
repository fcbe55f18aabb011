"""Django application of the opinions room."""

from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    """See the house plan in docs/architecture.md for who may import this room."""

    name = "mapping.opinions"
    label = "opinions"

    def ready(self) -> None:
        """Open our verb in its phases and listen to imported layers."""
        from layers.signals import layer_imported
        from mapping.opinions.placements import on_layer_imported
        from mapping.opinions.rules import ADD_OPINION
        from mapping.projects.phases import PhaseKind, register_verb

        register_verb(ADD_OPINION, PhaseKind.IDEAS, PhaseKind.CO_CREATION)
        layer_imported.connect(on_layer_imported, dispatch_uid="opinions.placements")
