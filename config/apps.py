"""The application that wires the others, and what it checks before anything starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import OperationalError, connections

LOCALE_HINT = (
    "Make the database with ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0; "
    "otherwise search in Japanese silently finds nothing."
)


class KoemapConfig(AppConfig):
    """See docs/architecture.md for the house."""

    name = "config"
    label = "koemap"

    def ready(self) -> None:
        """Register the system checks."""
        register(check_database_text, Tags.database)


def check_database_text(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E001: the encoding isn't UTF-8; E002: trigrams of Japanese words are empty."""
    problems: list[CheckMessage] = []
    for alias in databases or ():
        try:
            problems += _check_text(alias)
        except OperationalError as error:
            problems.append(Error(f"The database can't be reached: {error}", id="koemap.E003"))
    return problems


def _check_text(alias: str) -> list[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        (encoding,) = cursor.fetchone()
        if encoding != "UTF8":
            message = f"The database's encoding is {encoding}, not UTF8."
            return [Error(message, hint=LOCALE_HINT, id="koemap.E001")]
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone() == (0,):
            return []
        cursor.execute("SELECT cardinality(show_trgm('公園'))")
        if cursor.fetchone() == (0,):
            message = "The database's locale doesn't know Japanese letters."
            return [Error(message, hint=LOCALE_HINT, id="koemap.E002")]
    return []
