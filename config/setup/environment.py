"""The virtual environment, made from the hashed lock files, and what is built from the checkout."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

from config.setup.system import SetupError, chromium
from config.state import ROOT, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BIOME = ROOT / ".ci" / "node_modules" / ".bin" / "biome"


def setting(name: str, default: str = "") -> str:
    """Return a setting from the environment, else from `.env`, else the default."""
    dotenv = ROOT / ".env"
    if name not in os.environ and dotenv.exists():
        found = re.findall(rf"^(?:export\s+)?{name}=(.*)$", dotenv.read_text(), re.MULTILINE)
        if found:
            return str(found[-1]).strip().strip("'\"")
    return os.environ.get(name, default)


def ensure(lock: str) -> None:
    """Bring `.venv` in step with `requirements/<lock>.txt` ("base" or "dev").

    Does nothing while the lock's hash, Python's version and the checkout's place are unchanged.
    Raises SetupError when an installation fails.
    """
    made = f"{VENV} {sys.version_info[:2]}"
    if _read(VENV / "koemap-made") != made:
        say("Making the virtual environment.")
        _must([sys.executable, "-m", "venv", "--clear", VENV], "The virtual environment failed")
        (VENV / "koemap-made").write_text(made)
    if _read(_stamp(lock)) == lock_hash(lock):
        return
    say(f"Installing the Python packages of requirements/{lock}.txt.")
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "-qq",
        "--disable-pip-version-check",
        "--no-input",
    ]
    wanted = f"Installing requirements/{lock}.txt failed"
    _must([*pip, "--require-hashes", "-r", ROOT / "requirements" / f"{lock}.txt"], wanted)
    for done in {lock, "base"}:
        _stamp(done).write_text(lock_hash(done))


def lock_hash(lock: str) -> str:
    """Return the sha256 of a lock file."""
    return hashlib.sha256((ROOT / "requirements" / f"{lock}.txt").read_bytes()).hexdigest()


def ensure_node_modules() -> None:
    """Install the JavaScript linter from .ci/package-lock.json unless that was done already."""
    lock = ROOT / ".ci" / "package-lock.json"
    stamp = BIOME.parents[1] / "koemap-lock"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if _read(stamp) != digest:
        say("Installing the JavaScript linter.")
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        _must(["npm", "ci", "--prefix", ROOT / ".ci", *quiet], "npm ci failed")
        stamp.write_text(digest)


def ensure_browser() -> None:
    """Let Playwright fetch its own Chromium where the system has none (Ubuntu)."""
    if chromium() is None:
        say("Fetching a browser for the tests.")
        install: list[str | Path] = [
            PYTHON,
            "-m",
            "playwright",
            "install",
            "--with-deps",
            "chromium",
        ]
        _must(install, "Fetching a browser failed")


def compile_messages() -> None:
    """Compile every translation that is newer than its compiled form."""
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
            # Under a name of its own first: who reads meanwhile finds the old file or the new.
            made = target.with_suffix(f".{os.getpid()}.mo")
            _must(["msgfmt", "--check-format", "-o", made, source], f"{source.name} is broken")
            made.replace(target)


def _stamp(lock: str) -> Path:
    return VENV / f"koemap-{lock}"


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _must(command: list[str | Path], wanted: str) -> None:
    done = subprocess.run(list(map(str, command)), cwd=ROOT, stdout=sys.stderr)
    if done.returncode != 0:
        raise SetupError(f"{wanted}; the message is above.")
