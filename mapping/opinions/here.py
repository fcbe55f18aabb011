"""The "here" line: what the layers know at a place, and how many voices are near."""

from __future__ import annotations

from django.db.models import QuerySet


def refresh_here(opinions: QuerySet) -> int:
    """Store the facts at each voice's anchor anew; how many changed."""
    raise NotImplementedError
