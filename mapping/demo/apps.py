"""Django application of the demo: real cities, loaded by one command."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Has no tables; owns the `demo` command and its data."""

    name = "mapping.demo"
    label = "demo"
