"""Rate limits counted in PostgreSQL, atomically, without another service."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from mapping.accounts.models import RateWindow, hash_key

if TYPE_CHECKING:
    from rest_framework.request import Request

    from mapping.accounts.actors import Actor

COUNT_SQL = """
INSERT INTO accounts_ratewindow (key, started_at, count) VALUES (%s, %s, 1)
ON CONFLICT (key, started_at) DO UPDATE SET count = accounts_ratewindow.count + 1
RETURNING count
"""


class TooOftenError(Exception):
    """Somebody did something more often than allowed.

    Attributes:
        retry_after: seconds until the window ends.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


def client_address(request: HttpRequest | Request) -> str:
    """The caller's network address; X-Forwarded-For counts only behind `TRUSTED_PROXIES` hops."""
    hops = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if hops and len(forwarded) >= hops and forwarded[-hops]:
        return forwarded[-hops]
    return request.META.get("REMOTE_ADDR", "")


def count_or_refuse(request: HttpRequest | Request, action: str) -> None:
    """Count one `action` of the asker's device, where it spoke before, and of its address.

    Raises:
        TooOftenError: one of both did it more often than settings.RATE_LIMITS[action] allows.
    """
    limit, seconds = settings.RATE_LIMITS[action]
    _count(_address_key(request, action), limit * settings.RATE_LIMIT_ADDRESS_FACTOR, seconds)
    actor: Actor = request.actor  # type: ignore[union-attr]
    if actor.participant_id is not None:
        _count(f"{action}:d:{hash_key(str(actor.participant_id))[:40]}", limit, seconds)


def count_new_device(request: HttpRequest | Request) -> None:
    """Count one more device that speaks for the first time from this address.

    Whoever throws the cookie away with each request would else be somebody new each time.

    Raises:
        TooOftenError: more of them than settings.RATE_LIMITS["device"] allows.
    """
    limit, seconds = settings.RATE_LIMITS["device"]
    _count(_address_key(request, "device"), limit, seconds)


def _address_key(request: HttpRequest | Request, action: str) -> str:
    return f"{action}:a:{hash_key(client_address(request))[:40]}"


def _count(key: str, limit: int, seconds: int) -> None:
    now = time.time()
    start = math.floor(now / seconds) * seconds
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, [key, datetime.fromtimestamp(start, UTC)])
        (count,) = cursor.fetchone()
    if count > limit:
        raise TooOftenError(retry_after=max(1, math.ceil(start + seconds - now)))


def forget_old_windows(before: datetime) -> int:
    """Delete counts of windows that started before `before`; how many went."""
    return RateWindow.objects.filter(started_at__lt=before).delete()[0]
