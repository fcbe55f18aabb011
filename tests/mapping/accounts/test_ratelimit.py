"""How often one may speak is counted in the database, exactly, whoever counts at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory

from mapping.accounts.actors import Actor
from mapping.accounts.models import Participant, RateWindow
from mapping.accounts.ratelimit import TooOftenError, client_address, count_or_refuse


@pytest.fixture(autouse=True)
def five_an_hour(settings: Any) -> None:
    """Five replies an hour from a device, fifteen from an address."""
    settings.RATE_LIMITS = {"reply": (5, 3600), "flag": (1, 3600)}
    settings.RATE_LIMIT_ADDRESS_FACTOR = 3


PHONE, TABLET = 4211, 4212


def asked(address: str = "192.0.2.1", forwarded: str = "", device: int = PHONE) -> HttpRequest:
    """A request from an address, by the device that is the participant of this number."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().post("/", headers=headers, REMOTE_ADDR=address)
    request.actor = Actor(participant=Participant(pk=device))
    return request


def is_refused(device: int = PHONE, action: str = "reply", **where: str) -> bool:
    """Whether one more is refused."""
    try:
        count_or_refuse(asked(device=device, **where), action)
    except TooOftenError as refusal:
        assert 1 <= refusal.retry_after <= 3600
        return True
    return False


@pytest.mark.django_db
def test_the_sixth_within_an_hour_is_refused() -> None:
    assert [is_refused() for _ in range(6)] == [False] * 5 + [True]


@pytest.mark.django_db
def test_each_device_and_each_deed_has_its_own_count() -> None:
    assert [is_refused(PHONE) for _ in range(6)][-1]
    assert not is_refused(TABLET)
    assert not is_refused(PHONE, "flag")


@pytest.mark.django_db
def test_many_devices_behind_one_address_share_a_larger_count() -> None:
    answers = [is_refused(n) for n in range(16)]
    assert answers == [False] * 15 + [True]


@pytest.mark.django_db
def test_the_next_hour_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [3600.0 * 500_000]
    monkeypatch.setattr("mapping.accounts.ratelimit.time.time", lambda: clock[0])
    assert [is_refused() for _ in range(6)][-1]
    clock[0] += 3600
    assert not is_refused()


@pytest.mark.django_db
def test_neither_address_nor_device_is_stored_readably() -> None:
    count_or_refuse(asked(), "reply")
    stored = " ".join(RateWindow.objects.values_list("key", flat=True))
    assert "192.0.2.1" not in stored
    assert str(PHONE) not in stored


def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(settings: Any) -> None:
    request = asked("10.0.0.1", forwarded="203.0.113.9, 198.51.100.7")
    assert client_address(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert client_address(request) == "198.51.100.7"
    settings.TRUSTED_PROXIES = 2
    assert client_address(request) == "203.0.113.9"
    settings.TRUSTED_PROXIES = 3
    assert client_address(request) == "10.0.0.1"


@pytest.mark.django_db(transaction=True)
def test_forty_at_the_same_time_are_counted_one_by_one() -> None:
    def once(_: int) -> bool:
        try:
            return is_refused()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(once, range(40)))
    assert answers.count(False) == 5
    by_device, by_address = sorted(RateWindow.objects.values_list("count", flat=True))
    assert (by_device, by_address) == (15, 40)
