"""PostgreSQL's programs, settings and processes, as found on a machine."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from pathlib import Path

INITDB_OPTIONS = ("-E", "UTF8", "--locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject")
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
    # Two cores are shared with the web server: one query uses one core, and plans stay the same.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "jit": "off",
    "lc_messages": "C",
}


def installed_bin(version: str | None = None) -> Path | None:
    """Return the folder of PostgreSQL's server programs, or None.

    The highest major that has PostGIS, or exactly `version` (a cluster's PG_VERSION).
    """
    folders = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not folders and shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)
        folders = [p for p in [Path(told.stdout.strip())] if (p / "initdb").exists()]
    if version is not None:
        folders = [p for p in folders if server_major(p) == version]
    return max(folders, key=lambda p: (has_postgis(p), int(server_major(p))), default=None)


def has_postgis(folder: Path) -> bool:
    """Whether the server programs in a folder come with the extension postgis."""
    debian = Path("/usr/share/postgresql") / server_major(folder) / "extension"
    if debian.exists():
        return (debian / "postgis.control").exists()
    told = subprocess.run([folder / "pg_config", "--sharedir"], capture_output=True, text=True)
    return (Path(told.stdout.strip()) / "extension" / "postgis.control").exists()


def server_major(folder: Path) -> str:
    """Return the major version of the server programs in a folder, e.g. "15"."""
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    found = re.search(r"(\d+)", told.stdout)
    return found.group(1) if found else "0"


def works_in(folder: Path) -> bool:
    """Whether any process has its working directory in a folder, as every PostgreSQL has."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").readlink() == folder.resolve():
                return True
    return False
