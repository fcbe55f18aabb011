"""Housekeeping runs by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate.contrib.django import app

from config import jobs
from mapping.accounts.models import RateWindow


@pytest.mark.django_db
def test_counts_of_ended_windows_are_forgotten() -> None:
    now = timezone.now()
    RateWindow.objects.create(key="old", started_at=now - timedelta(days=3))
    RateWindow.objects.create(key="new", started_at=now)
    assert jobs.forget_rates(timestamp=0) == 1
    assert RateWindow.objects.get().key == "new"


@pytest.mark.django_db
def test_ended_sessions_are_deleted() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", expire_date=now + timedelta(days=1))
    jobs.clear_sessions(timestamp=0)
    assert Session.objects.get().session_key == "new"


def test_the_worker_knows_every_housekeeping_job() -> None:
    periodic = {name for name, _ in app.periodic_registry.periodic_tasks}
    assert periodic >= {
        "config.jobs.forget_rates",
        "config.jobs.clear_sessions",
        "config.jobs.forget_jobs",
    }
