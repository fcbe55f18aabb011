"""Modules import each other by hashed names, so that a browser never mixes two versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from config.storage import ModuleManifestStorage


@pytest.fixture
def static_site(tmp_path: Path, settings: Any) -> Path:
    """Two modules, one importing the other."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "words.js").write_text("export const word = 'こえ';\n")
    (source / "page.js").write_text("import { word } from './words.js';\nexport default word;\n")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "config.storage.ModuleManifestStorage"}
    }
    return tmp_path / "collected"


def test_imports_name_the_hashed_file(static_site: Path) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    page = next(static_site.glob("page.*.js")).read_text()
    words = next(static_site.glob("words.*.js")).name
    assert f"./{words}" in page


def test_before_anything_was_collected_pages_still_open(static_site: Path) -> None:
    assert ModuleManifestStorage(location=static_site).stored_name("page.js") == "page.js"
