"""The demo's cities for tests: loaded once a module, taken away after it.

`demo` keeps everything in one transaction: quick, for tests without a browser. `demo_site` commits
a city and serves it on a free port, for tests in a browser; its data are cleared at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
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
    """`demo("yaizu")` gives the city, loaded by now; rolled back when the module is done."""
    state = tmp_path_factory.mktemp("koemap")
    with (
        django_db_blocker.unblock(),
        override_settings(STATE_DIR=state, PASSWORD_HASHERS=HASHERS),
        transaction.atomic(),
    ):
        yield _loaded
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def demo_site(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """`demo_site("yaizu")` loads the city for good and gives the address of a running site.

    Tests of the module share its data; what they add stays until the module is done.
    """
    state = tmp_path_factory.mktemp("koemap")
    quick = override_settings(STATE_DIR=state, PASSWORD_HASHERS=HASHERS, STORAGES=STORAGES)
    with django_db_blocker.unblock(), quick:
        server = LiveServer("localhost")

        def serve(name: str) -> str:
            _loaded(name)
            return str(server.url)

        try:
            yield serve
        finally:
            server.stop()
            call_command("flush", interactive=False, verbosity=0)


def _loaded(name: str) -> City:
    city = read_city(name)
    if not is_loaded(city):
        load_city(city)
    return city


def signins_of(state: Path) -> dict[str, str]:
    """Addresses and passwords in a sign-in file."""
    lines = (state / "demo-signins.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines)
