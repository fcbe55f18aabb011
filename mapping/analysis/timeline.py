"""When the voices came: counts by week and phase."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncWeek

from mapping.opinions.querysets import OpinionQuerySet


def by_week(opinions: OpinionQuerySet) -> list[dict[str, Any]]:
    """Voices by week (the Monday's date, in the server's time zone) and phase kind; one query."""
    rows = (
        opinions.order_by()
        .annotate(week=TruncWeek("created_at"))
        .values("week", "phase__kind")
        .annotate(count=Count("id"))
        .order_by("week")
    )
    return [
        {"week": _monday(row["week"]), "phase": row["phase__kind"] or "", "count": row["count"]}
        for row in rows
    ]


def _monday(moment: Any) -> str:
    return (moment if isinstance(moment, date) else moment.date()).isoformat()[:10]
