"""Static files with a hash in their name, ES modules included."""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

MODULE_PATTERNS = ManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./x.js";` too, so that a browser never mixes two versions.

    Django finds only imports that end with a semicolon; tests/test_project.py checks ours.
    """

    support_js_module_import_aggregation = True
    # Types in comments are written {import("./x.js").X}: read as imports they would make circles,
    # in which no file's hash ever settles. Code says `await import(…)`.
    _js_module_import_aggregation_patterns = (
        "*.js",
        (
            *MODULE_PATTERNS[:-1],
            (
                r"""(?P<matched>await import\(["'](?P<url>.*?)["']\))""",
                """await import("%(url)s")""",
            ),
        ),
    )
    # A module's hash settles one pass after those of the modules it imports.
    max_post_process_passes = 30

    def stored_name(self, name: str) -> str:
        """The hashed name; the plain one in a checkout where nothing was collected yet."""
        return super().stored_name(name) if self.hashed_files else name
