"""Lists of voices in pages: keyset cursors, newest or most supported first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from mapping.accounts.problems import Problem, bad_request

if TYPE_CHECKING:
    from mapping.opinions.querysets import OpinionQuerySet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DEFAULT_LIMIT = 100
MOST = 1000
ORDERS = {"new": "created_at", "support": "support_count"}


@dataclass(frozen=True)
class Page:
    """One page: ids in order and the cursor of the next page, None at the end."""

    ids: list[int]
    next: str | None


def read_limit(value: str | None) -> int:
    """How many a page holds, 1 … 1000; 100 unless told.

    Raises:
        Problem: 400 naming `limit`.
    """
    if value is None:
        return DEFAULT_LIMIT
    if not (value.isascii() and value.isdigit() and len(value) < 7 and 1 <= int(value) <= MOST):
        raise bad_request("bad-parameter", parameter="limit", most=MOST)
    return int(value)


def page_of(opinions: OpinionQuerySet, order: str, cursor: str | None, limit: int) -> Page:
    """The page after the cursor.

    Args:
        order: "new" or "support".

    Raises:
        Problem: 400 naming `order` or `cursor`.
    """
    if order not in ORDERS:
        raise bad_request("bad-parameter", parameter="order", choices=list(ORDERS))
    column = ORDERS[order]
    if cursor:
        value, pk = _read(cursor, order)
        # The first bound is for the index, the second makes it exact.
        opinions = opinions.filter(**{f"{column}__lte": value}).filter(
            Q(**{f"{column}__lt": value}) | Q(pk__lt=pk)
        )
    rows = list(opinions.order_by(f"-{column}", "-pk").values_list("pk", column)[: limit + 1])
    shown = rows[:limit]
    return Page([pk for pk, _ in shown], _write(*shown[-1]) if len(rows) > limit else None)


def _write(pk: int, value: datetime | int) -> str:
    number = (value - EPOCH) // MICROSECOND if isinstance(value, datetime) else value
    return f"{number}.{pk}"


def _read(cursor: str, order: str) -> tuple[datetime | int, int]:
    number, __, pk = cursor.partition(".")
    if not (number.lstrip("-").isdigit() and pk.isdigit() and cursor.isascii()):
        raise _bad_cursor()
    if len(number) > 17 or len(pk) > 18:
        raise _bad_cursor()
    try:
        value = int(number)
        return (EPOCH + value * MICROSECOND if order == "new" else value), int(pk)
    except (ValueError, OverflowError) as error:
        raise _bad_cursor() from error


def _bad_cursor() -> Problem:
    return bad_request("bad-cursor", parameter="cursor")
