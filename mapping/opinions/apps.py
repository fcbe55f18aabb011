"""Django application of the opinions room."""

from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    """See the house plan in docs/architecture.md for who may import this room."""

    name = "mapping.opinions"
    label = "opinions"

    def ready(self) -> None:
        """Open our verb in its phases, offer our filter fields, listen to layers and projects."""
        from django.db.models.signals import post_save

        from layers.signals import layer_imported
        from mapping.opinions import fields, rules
        from mapping.opinions.geometry import on_project_saved
        from mapping.opinions.placements import on_layer_imported, on_layer_shown

        rules.register()
        fields.register()
        layer_imported.connect(on_layer_imported, dispatch_uid="opinions.placements")
        post_save.connect(
            on_layer_shown, sender="projects.ProjectLayer", dispatch_uid="opinions.shown"
        )
        post_save.connect(
            on_project_saved, sender="projects.Project", dispatch_uid="opinions.recoarsen"
        )
