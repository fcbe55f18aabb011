"""axe-core finds nothing serious on the resident's screens, light or dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from mapping.projects.models import Project
from tests.browser.conftest import PHONE
from tests.browser.test_resident_layout import SCREENS
from tests.factories import OpinionFactory


@pytest.fixture
def project(project_in_phase: Callable[..., Project]) -> Project:
    """Collects ideas in Yaizu, with a voice to read."""
    made = project_in_phase("ideas")
    OpinionFactory(project=made, category=made.categories.first())
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browse: Callable[..., Page], project: Project, scheme: str) -> None:
    page = browse(**PHONE, color_scheme=scheme)
    axe = Axe()
    found = []
    for name in ("map", "filters", "opinion", "layers", "area", "permalink", "voice", "write"):
        SCREENS[name](page, project)
        page.wait_for_timeout(400)
        page.evaluate("localStorage.clear()")
        for rule in axe.run(page).response["violations"]:
            where = [node["target"] for node in rule["nodes"]]
            found.append((name, rule["id"], where))
    assert found == []
