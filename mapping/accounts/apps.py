"""Django application of the accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the house plan in docs/architecture.md for who may import this room."""

    name = "mapping.accounts"
    label = "accounts"
