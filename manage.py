#!/usr/bin/env python
"""Koemap's command line."""

import os
import sys


def main() -> None:
    """Run a management command with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    from config import cluster

    try:
        execute_from_command_line(sys.argv)
    except OperationalError:
        if os.environ.get("DATABASE_URL") or cluster.Cluster().running:
            raise
        sys.exit(cluster.NOT_RUNNING)


if __name__ == "__main__":
    main()
