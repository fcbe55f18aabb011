"""The state of a checkout: its folder `.koemap` and its secret key. Standard library only."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import secrets
import stat
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".koemap"


class StateError(Exception):
    """What is wrong with the checkout's state, in words for whoever typed the command."""


def say(text: str) -> None:
    """Tell the person at the terminal one line."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def make_state_folder(state: Path = STATE) -> None:
    """Make the state folder: private, but as root user postgres must pass through it."""
    state.mkdir(parents=True, exist_ok=True)
    found, wanted = state.stat(), 0o711 if os.geteuid() == 0 else 0o700
    if found.st_uid != os.geteuid():
        raise StateError(
            f"{state} belongs to system user {user_name(found.st_uid)}:"
            " run this as the user who made it, or use another checkout."
        )
    if stat.S_IMODE(found.st_mode) != wanted:
        state.chmod(wanted)


def user_name(number: int) -> str:
    """Return the name of a system user, or the number where it has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def secret_key(state: Path = STATE) -> str:
    """Return this checkout's secret key; the first call makes it, readable by its user only."""
    kept = state / "secret"
    if not kept.exists():
        make_state_folder(state)
        fresh = state / f"secret.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        # A link never replaces: of two processes at once, both read the first one's key.
        with contextlib.suppress(FileExistsError):
            kept.hardlink_to(fresh)
        fresh.unlink()
    return kept.read_text().strip()


def is_last(users: int) -> bool:
    """Whether nobody else holds the shared lock on an open file; takes it alone if so."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
