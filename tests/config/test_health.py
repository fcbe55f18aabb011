"""Machines ask whether this process lives and whether it can serve."""

from __future__ import annotations

from unittest import mock

import pytest
from django.core.checks import run_checks
from django.db import OperationalError, connection
from django.test import Client

from config.apps import check_database_text


def test_a_living_process_says_so_without_a_database() -> None:
    reply = Client().get("/healthz")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_a_process_that_can_serve_is_ready() -> None:
    reply = Client().get("/readyz")
    assert reply.status_code == 200
    checks = reply.json()["checks"]
    assert checks == {"database": True, "migrations": True, "japanese_search": True}


@pytest.mark.django_db
def test_without_a_database_it_is_not_ready() -> None:
    away = mock.patch.object(connection, "ensure_connection", side_effect=OperationalError("away"))
    with away, mock.patch.object(connection, "close"):
        reply = Client().get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["checks"]["database"] is False


@pytest.mark.django_db
def test_a_migration_that_was_not_applied_is_named() -> None:
    plan = "django.db.migrations.executor.MigrationExecutor.migration_plan"
    with mock.patch(plan, return_value=["something"]):
        reply = Client().get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["checks"]["migrations"] is False


@pytest.mark.django_db
def test_the_database_knows_japanese_letters() -> None:
    assert run_checks(tags=["database"], databases=["default"]) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "finding"),
    [
        ([("SQL_ASCII",)], "koemap.E001"),
        ([("UTF8",), (1,), (0,)], "koemap.E002"),
    ],
)
def test_a_database_that_would_find_nothing_in_japanese_is_an_error(
    answers: list, finding: str
) -> None:
    cursor = mock.MagicMock()
    cursor.__enter__.return_value.fetchone.side_effect = answers
    with mock.patch.object(connection, "cursor", return_value=cursor):
        found = check_database_text(databases=["default"])
    assert [problem.id for problem in found] == [finding]
