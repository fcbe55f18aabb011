"""Static files with a hash in their name, ES modules included."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./x.js";` too, so that a browser never mixes two versions.

    Django finds only imports that end with a semicolon; tests/test_project.py checks ours.
    """

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """The hashed name; the plain one in a checkout where nothing was collected yet."""
        return super().stored_name(name) if self.hashed_files else name
