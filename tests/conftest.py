"""Fixtures that name people and places; no test reaches the network."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation

from config.setup.environment import compile_messages
from mapping.projects.models import Project
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory, make_project
from tests.people import Person
from tests.places import AREA

pytest_plugins = ["tests.demo_fixtures"]

LOCAL = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def only_local(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOCAL:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    socket.socket.connect = only_local  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def translations() -> None:
    """English as `locale/` has it now, also for whoever starts pytest without `make`."""
    compile_messages()


@pytest.fixture(autouse=True)
def japanese_first(settings: Any) -> None:
    """Begin in Japanese, whichever language a request of the test before left active."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def quick_settings(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A quick password hasher, plain static files, files of its own, generous rate limits."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.RATE_LIMITS = {name: (10_000, 3600) for name in settings.RATE_LIMITS}


def _staff(role: str, **organisation: Any) -> Person:
    member = MembershipFactory(
        role=role, organisation=OrganisationFactory(**organisation), user=UserFactory()
    )
    return Person(user=member.user)


@pytest.fixture
def resident(db: None) -> Person:
    """Lives in Yaizu, has no account; the phone spoke before."""
    return Person.with_device()


@pytest.fixture
def neighbour(db: None) -> Person:
    """Another resident with another phone."""
    return Person.with_device()


@pytest.fixture
def stranger(db: None) -> Person:
    """Signed out, never spoke."""
    return Person()


@pytest.fixture
def viewer(db: None) -> Person:
    """Works for Yaizu, may only read."""
    return _staff("viewer")


@pytest.fixture
def moderator(db: None) -> Person:
    """Looks after the voices of Yaizu."""
    return _staff("moderator")


@pytest.fixture
def planner(db: None) -> Person:
    """Plans for Yaizu, sees exact places."""
    return _staff("planner")


@pytest.fixture
def gis_person(db: None) -> Person:
    """Looks after the layers of Yaizu."""
    return _staff("gis")


@pytest.fixture
def admin(db: None) -> Person:
    """Runs Koemap at Yaizu."""
    return _staff("admin")


@pytest.fixture
def other_city_planner(db: None) -> Person:
    """Plans for Hino, not for Yaizu."""
    return _staff("planner", code="132128", name={"ja": "日野市"}, boundary=AREA)


@pytest.fixture
def project_in_phase(db: None) -> Callable[..., Project]:
    """Make a project whose running phase has the kind, e.g. `project_in_phase("ideas")`."""
    return make_project


@pytest.fixture
def project(project_in_phase: Callable[..., Project]) -> Project:
    """Collects ideas in Yaizu at grid 10 m; towns, school areas, zoning; three categories."""
    return project_in_phase("ideas")
