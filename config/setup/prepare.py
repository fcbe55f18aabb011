"""Bring the database and the collected static files in step, in one Django process.

Called as `python -m config.setup.prepare static | database | demo ...`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from config.state import ROOT, say


def main(steps: list[str]) -> None:
    """Run the named steps in their order."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command, get_commands

    django.setup()
    if "database" in steps:
        call_command("migrate", interactive=False, verbosity=0)
    if "static" in steps:
        collect_static()
    if "demo" in steps and "demo" in get_commands():
        call_command("demo")


def collect_static() -> None:
    """Collect static files unless nothing that goes into them changed."""
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    stamp, wanted = root / ".koemap-signature", static_signature()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Collecting static files.")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)


def static_signature() -> str:
    """Return a digest of names, sizes and times of all static files, the lock and the settings."""
    digest = hashlib.sha256(os.environ.get("DEBUG", "").encode())
    for path in _static_sources():
        found = path.stat()
        digest.update(f"{path}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_sources() -> Iterator[Path]:
    yield ROOT / "requirements" / "base.txt"
    yield from sorted((ROOT / "config").glob("s*.py"))
    for room in ("static", "mapping", "layers"):
        for path in sorted((ROOT / room).rglob("*")):
            if path.is_file() and "static" in path.relative_to(ROOT).parts:
                yield path


if __name__ == "__main__":
    main(sys.argv[1:])
