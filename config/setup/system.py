"""What must be installed on the machine, and installing it where apt-get can."""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from config.setup import postgres
from config.state import say

NO_MAIN_CLUSTER = "/etc/postgresql-common/createcluster.d/koemap.conf"


class SetupError(Exception):
    """Why the set-up cannot go on, in words for whoever typed the command."""


@dataclass(frozen=True)
class Need:
    """Something Koemap needs from the system.

    `package` is its Debian and Ubuntu name, `elsewhere` what to look for on another system.
    """

    package: str
    elsewhere: str
    is_present: Callable[[], bool]


def _has_postgis() -> bool:
    folder = postgres.installed_bin()
    return folder is not None and postgres.has_postgis(folder)


def _has_japanese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    told = subprocess.run(["fc-list", ":lang=ja"], capture_output=True, text=True)
    return bool(told.stdout.strip())


def is_ubuntu() -> bool:
    """Whether this is Ubuntu, whose package `chromium` only fetches a snap."""
    release = Path("/etc/os-release")
    return release.exists() and "ubuntu" in release.read_text().lower()


def chromium() -> str | None:
    """Return the path of the system's Chromium (or Chrome), or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


DATABASE = Need("postgresql-postgis", "PostgreSQL 14+ server with PostGIS 3.2+", _has_postgis)
RUNTIME = (
    Need(
        "gdal-bin", "GDAL 3.4+ with GEOS and PROJ", lambda: bool(ctypes.util.find_library("gdal"))
    ),
    Need("gettext", "GNU gettext (msgfmt)", lambda: bool(shutil.which("msgfmt"))),
    Need(
        f"python3.{sys.version_info.minor}-venv",
        "Python 3.11+ with venv and ensurepip",
        lambda: bool(importlib.util.find_spec("ensurepip")),
    ),
)
TESTS = (
    Need("chromium", "Chromium or Chrome", lambda: bool(chromium()) or is_ubuntu()),
    Need("fontconfig", "fontconfig (fc-list)", lambda: bool(shutil.which("fc-list"))),
    Need("gdal-bin", "GDAL's programs (ogrinfo)", lambda: bool(shutil.which("ogrinfo"))),
    Need("fonts-noto-cjk", "a Japanese font (Noto Sans CJK)", _has_japanese_font),
)
LINT = (
    Need("nodejs", "Node.js 18+", lambda: bool(shutil.which("node"))),
    Need("npm", "npm", lambda: bool(shutil.which("npm"))),
)


def missing(needs: Iterable[Need]) -> list[Need]:
    """Return the needs that are not met."""
    return [need for need in needs if not need.is_present()]


def ensure(needs: Iterable[Need]) -> None:
    """Install what is missing; raise SetupError with the list where that is not possible."""
    lacking = missing(needs)
    if not lacking:
        return
    if not shutil.which("apt-get"):
        raise SetupError(elsewhere_message(lacking))
    packages = sorted({need.package for need in lacking})
    prefix = _elevation(packages)
    say(f"Installing {', '.join(packages)}.")
    _install(prefix, packages)
    still = missing(lacking)
    if still:
        names = ", ".join(need.elsewhere for need in still)
        raise SetupError(f"Installed {', '.join(packages)}, and still missing: {names}.")


def elsewhere_message(lacking: Iterable[Need]) -> str:
    """Say in one message what to install on a system without apt-get."""
    lines = "".join(f"\n  - {need.elsewhere}" for need in lacking)
    return (
        f"This is not Debian or Ubuntu, so please install by your system's own means:{lines}\n"
        "A PostGIS database elsewhere does as well: set DATABASE_URL. Then run this again."
    )


def _elevation(packages: list[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        quiet = subprocess.run(["sudo", "-n", "true"], capture_output=True)
        if quiet.returncode == 0 or sys.stdin.isatty():
            return ["sudo"]
    raise SetupError(
        f"Missing: {', '.join(packages)}. Neither root nor sudo is at hand; let somebody who may"
        f" run:\n  apt-get install --no-install-recommends {' '.join(packages)}"
    )


def _install(prefix: list[str], packages: list[str]) -> None:
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    # Debian would make and start a system-wide cluster that nobody asked for.
    guard = "postgresql-postgis" in packages and not any(Path("/etc/postgresql").glob("*/main"))
    if guard:
        write = f"mkdir -p {Path(NO_MAIN_CLUSTER).parent}"
        write += f" && echo 'create_main_cluster = false' > {NO_MAIN_CLUSTER}"
        subprocess.run([*prefix, "sh", "-c", write], check=True)
    try:
        for step in (["update"], ["install", "--no-install-recommends", *packages]):
            if subprocess.run([*apt, *step], stdout=sys.stderr).returncode != 0:
                raise SetupError(f"apt-get {' '.join(step)} failed; its message is above.")
    finally:
        if guard:
            subprocess.run([*prefix, "rm", "-f", NO_MAIN_CLUSTER], check=True)
