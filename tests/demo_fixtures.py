"""The demo's cities for tests: loaded once a module, taken away after it.

`demo` gives a loaded city to a fixture of module scope; each test still runs in a transaction of
its own. `demo_site` gives the address of a running site with it, for tests in a browser, whose
deeds stay until the module is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

from mapping.demo.definitions import City, read_city
from mapping.demo.loading import is_loaded, load_city

# Tests neither read nor write the passwords of this checkout, and needn't be safe from guessing.
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], City]]:
    """`demo("yaizu")` gives the city, loaded by now; the database is emptied after the module.

    It commits: Django's test cases close their connection, so no transaction outlives a test.
    """
    state = tmp_path_factory.mktemp("koemap")
    quick = override_settings(STATE_DIR=state, PASSWORD_HASHERS=HASHERS, STORAGES=STORAGES)

    def load(name: str) -> City:
        with django_db_blocker.unblock():
            assert not connection.in_atomic_block, "load the demo in a fixture of module scope"
            return _loaded(name)

    with quick:
        try:
            yield load
        finally:
            with django_db_blocker.unblock():
                call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def demo_site(
    demo: Callable[[str], City], django_db_blocker: Any
) -> Iterator[Callable[[str], str]]:
    """`demo_site("yaizu")` gives the address of a running site where the city is loaded."""
    with django_db_blocker.unblock():
        server = LiveServer("localhost")

        def serve(name: str) -> str:
            demo(name)
            return str(server.url)

        try:
            yield serve
        finally:
            server.stop()


def _loaded(name: str) -> City:
    city = read_city(name)
    if not is_loaded(city):
        load_city(city)
    return city


def signins_of(state: Path) -> dict[str, str]:
    """Addresses and passwords in a sign-in file."""
    lines = (state / "demo-signins.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines)
