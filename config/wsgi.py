"""WSGI entry: `granian --interface wsgi config.wsgi:application`."""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# A reader waits no longer than this; imports and migrations, which don't come in here, may.
LIMITS = "SET statement_timeout = '15s'; SET lock_timeout = '5s'"


def limit_statements(connection: Any, **kwargs: Any) -> None:
    """A query that outlives its reader must not go on burning: it ends as 503."""
    with connection.cursor() as cursor:
        cursor.execute(LIMITS)


connection_created.connect(limit_statements, dispatch_uid="koemap.limits")
application = get_wsgi_application()
