"""A query that takes too long for a reader ends, and the reader hears 503."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from config.problems import as_problem
from config.wsgi import limit_statements


@pytest.mark.django_db(transaction=True)
def test_a_query_that_outlives_its_reader_is_ended_as_503() -> None:
    limit_statements(connection)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("15s",)
        cursor.execute("SET statement_timeout = '20ms'")
        with pytest.raises(OperationalError) as ended:
            cursor.execute("SELECT pg_sleep(1)")
    connection.close()
    problem = as_problem(ended.value)
    assert problem is not None
    assert problem.status == 503
