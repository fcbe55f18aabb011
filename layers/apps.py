"""Django application of official geography and the map protocols."""

from django.apps import AppConfig


class LayersConfig(AppConfig):
    """What the city publishes: layers, features and how they are read in and given out."""

    name = "layers"
    label = "layers"
