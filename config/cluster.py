"""The embedded PostGIS cluster: a PostgreSQL of this checkout's own, reached by a socket only.

Standard library only, because `make run` uses it before anything is installed. Data lie in
`.koemap/pg`, the socket in `.koemap/run`, so two checkouts never meet. As root the server runs as
user postgres (PostgreSQL refuses root), otherwise as whoever runs it; nobody else is let in.

    python -m config.cluster start | stop | status | url
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from config.setup.postgres import (
    INITDB_OPTIONS,
    SERVER_SETTINGS,
    installed_bin,
    works_in,
)
from config.state import STATE, StateError, is_last, make_state_folder, say

NOT_RUNNING = (
    "No database: the embedded one is not running. Start it with `make run`, or set DATABASE_URL."
)

# For a checkout in a folder that user postgres cannot pass through, such as the home of root.
OUTSIDE = Path("/var/lib/koemap")
# A socket's full path may have 107 bytes; `/.s.PGSQL.5432` takes 14 of them.
LONGEST_SOCKET_FOLDER = 93
RETRY_SECONDS = 30
# What the first starts after a kill -9 say while old backends still die.
PASSING_TROUBLE = ("shared memory block", "lock file", "is still in use", "being shut down")


class ClusterError(StateError):
    """What is wrong with the embedded database, in words for whoever typed the command."""


@dataclass(frozen=True)
class Cluster:
    """One cluster, kept below a state folder (`.koemap` of a checkout)."""

    state: Path = STATE

    @property
    def home(self) -> Path:
        """Where the server's files are: the state folder, or the one noted in `outside`."""
        return self._noted("outside") or self.state

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "pg"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "log" / "postgres.log"

    @property
    def keep_mark(self) -> Path:
        """Present when somebody started the server by itself, to outlive `make run`."""
        return self.state / "keep-database"

    @cached_property
    def owner(self) -> pwd.struct_passwd:
        """The system user the server runs as: postgres for root, else oneself."""
        try:
            return pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        except KeyError as missing:
            raise ClusterError(f"The database needs a system user: {missing}.") from missing

    @property
    def role(self) -> str:
        """The database role of whoever runs this, named as the system user."""
        return pwd.getpwuid(os.geteuid()).pw_name

    # -- where it listens ---------------------------------------------------------------------

    @property
    def socket_folder(self) -> Path:
        """Where the socket is: `.koemap/run`, or the short folder noted in `.koemap/socket`."""
        return self._noted("socket") or self.home / "run"

    @property
    def running(self) -> bool:
        """Whether a server answers on the socket."""
        address = str(self.socket_folder / ".s.PGSQL.5432")
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(address)
            except OSError:
                return False
        return True

    def url(self, name: str = "koemap") -> str:
        """Return the DATABASE_URL of a database in this cluster."""
        return f"postgis:///{name}?host={quote(str(self.socket_folder))}"

    def choose_socket_folder(self) -> Path:
        """Make the socket's folder; a short private one where the usual path is too long."""
        usual = self.home / "run"
        fits = len(os.fsencode(usual)) <= LONGEST_SOCKET_FOLDER
        if fits and not re.search(r"[,'\"\\\n]", str(usual)):
            (self.state / "socket").unlink(missing_ok=True)
            self._make_folder(usual)
            return usual
        if self._noted("socket") is None or not self._is_private(self.socket_folder):
            short = Path(tempfile.mkdtemp(prefix="koemap-", dir="/tmp"))  # noqa: S108
            os.chown(short, self.owner.pw_uid, self.owner.pw_gid)
            self._note("socket", short)
        return self.socket_folder

    def _is_private(self, folder: Path) -> bool:
        try:
            found = folder.lstat()
        except OSError:
            return False
        mine = found.st_uid == self.owner.pw_uid and stat.S_IMODE(found.st_mode) == 0o700
        return mine and stat.S_ISDIR(found.st_mode)

    # -- folders and rights -------------------------------------------------------------------

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)

    def _noted(self, name: str) -> Path | None:
        """Return the folder a note names, unless the note was copied from another checkout."""
        note = self.state / name
        if not note.exists():
            return None
        folder, _, state = note.read_text().strip().partition("\n")
        is_ours = state == str(self.state) or not Path(state).exists()
        return Path(folder) if is_ours else None

    def _note(self, name: str, folder: Path) -> None:
        (self.state / name).write_text(f"{folder}\n{self.state}\n")

    def _blocked_at(self) -> Path | None:
        """Return the folder on the way here that the server's user cannot pass through."""
        if os.geteuid() != 0:
            return None
        way = reversed([self.state, *self.state.parents])
        blocked = (p for p in way if self._as_owner(["test", "-x", p]).returncode != 0)
        return next(blocked, None)

    def _choose_home(self) -> None:
        """Keep the server's files in the checkout, or outside where postgres cannot reach it."""
        if self.home != self.state or (blocked := self._blocked_at()) is None:
            return
        trouble = f"User postgres cannot pass through {blocked}, so the database cannot live here."
        try:
            OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix="checkout-", dir=OUTSIDE))
        except OSError as refused:
            raise ClusterError(
                f"{trouble} Move the checkout, allow it (chmod o+x {blocked}), run as an ordinary"
                " user, or set DATABASE_URL."
            ) from refused
        folder.chmod(0o711)
        self._note("outside", folder)
        say(f"{trouble} It is kept in {folder}.")

    def _as_owner(
        self, command: Sequence[str | Path], text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        prefix = ["runuser", "-u", self.owner.pw_name, "--"] if os.geteuid() == 0 else []
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            [*prefix, *map(str, command)],
            input=text,
            cwd="/",
            env=environment,
            capture_output=True,
            text=True,
        )

    def _program(self, name: str) -> Path:
        mark = self.data / "PG_VERSION"
        version = mark.read_text().strip() if mark.exists() else None
        folder = installed_bin(version)
        if folder is None:
            needed = f"PostgreSQL {version}" if version else "PostgreSQL"
            raise ClusterError(
                f"{needed} with PostGIS is not installed (server programs such as initdb)."
                " On Debian or Ubuntu `make run` installs it; elsewhere install it, or set"
                " DATABASE_URL."
            )
        return folder / name

    # -- making, starting, stopping -----------------------------------------------------------

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.state / "cluster.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def ensure(self) -> None:
        """Make the cluster if there is none, start it if it is down, furnish it if it is bare.

        Raises ClusterError with the reason in words.
        """
        make_state_folder(self.state)
        with self._locked():
            self._choose_home()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if not self.running:
                self._start()
            if not (self.home / "pg-furnished").exists():
                self._furnish()

    def _initialise(self) -> None:
        fresh = self.home / "pg.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        self._make_folder(fresh)
        (self.home / "pg-furnished").unlink(missing_ok=True)
        self._must(
            [self._program("initdb"), "-D", fresh, "-U", "postgres", *INITDB_OPTIONS],
            "The database could not be made",
        )
        (fresh / "pg_hba.conf").write_text(
            "local all all peer map=koemap\nlocal replication all peer map=koemap\n"
        )
        (fresh / "pg_ident.conf").write_text(
            f'koemap "{self.owner.pw_name}" postgres\nkoemap "{self.role}" "{self.role}"\n'
        )
        with (fresh / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude 'koemap.conf'\n")
        fresh.rename(self.data)

    def _write_settings(self) -> None:
        settings = {
            **SERVER_SETTINGS,
            "unix_socket_directories": str(self.choose_socket_folder()),
        }
        text = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        conf = self.data / "koemap.conf"
        conf.write_text(f"# Written anew at every start.\n{text}")
        self.log.parent.mkdir(exist_ok=True, mode=0o755)
        self.log.touch()
        for path in (conf, self.log):
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _start(self) -> None:
        self._write_settings()
        control: list[str | Path] = [self._program("pg_ctl"), "-D", self.data, "-l", self.log]
        deadline, told = time.monotonic() + RETRY_SECONDS, False
        while True:
            self._drop_stale_locks()
            before = self.log.stat().st_size
            done = self._as_owner([*control, "-w", "-t", "300", "start"])
            if done.returncode == 0:
                return
            with self.log.open("rb") as log:
                log.seek(before)
                reason = log.read().decode(errors="replace").strip() or done.stderr.strip()
            passing = any(trouble in reason for trouble in PASSING_TROUBLE)
            if not passing or time.monotonic() > deadline:
                raise ClusterError(f"The database did not start:\n{reason}\n(log: {self.log})")
            if not told:
                say("The database was stopped uncleanly; waiting for its last processes to end.")
                told = True
            time.sleep(0.5)

    def _drop_stale_locks(self) -> None:
        """Remove lock files whose process number now belongs to something else.

        PostgreSQL sees for itself that a dead process holds no lock. It cannot see that the
        number was given to another program (usual after a restart of a container), and refuses
        to start. Only when no process at all works in the data directory are the files dropped.
        """
        lock = self.data / "postmaster.pid"
        if not lock.exists() or not Path("/proc/self/cwd").exists():
            return
        number = lock.read_text().split("\n", 1)[0].strip()
        if not Path(f"/proc/{number}").exists() or works_in(self.data):
            return
        say(f"Process {number} is not this database: dropping its lock left by an unclean stop.")
        lock.unlink(missing_ok=True)
        (self.socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _furnish(self) -> None:
        """Give template1 the extensions and make the role and its database.

        With postgis in template1 every test database has it, and no superuser is needed later.
        """
        psql: list[str | Path] = [
            self._program("psql"),
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-U",
            "postgres",
        ]
        psql += ["-h", self.socket_folder, "-v", f"role={self.role}"]
        wanted = "The database could not be furnished"
        extensions = "".join(
            f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in ("postgis", "pg_trgm")
        )
        self._must([*psql, "-d", "template1"], wanted, extensions)
        self._must(
            [*psql, "-d", "postgres"],
            wanted,
            "SELECT format('CREATE ROLE %I LOGIN CREATEDB', :'role')"
            " WHERE to_regrole(quote_ident(:'role')) IS NULL \\gexec\n"
            "SELECT format('CREATE DATABASE koemap OWNER %I', :'role')"
            " WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'koemap') \\gexec\n",
        )
        (self.home / "pg-furnished").touch()

    def _must(self, command: Sequence[str | Path], wanted: str, text: str = "") -> None:
        done = self._as_owner(command, text)
        if done.returncode != 0:
            raise ClusterError(f"{wanted}:\n{(done.stderr or done.stdout).strip()}")

    def stop(self) -> None:
        """Stop the server, letting no transaction be half done; nothing happens if it is down."""
        if not self.running:
            return
        self._must(
            [self._program("pg_ctl"), "-D", self.data, "-m", "fast", "-w", "-t", "60", "stop"],
            "The database did not stop",
        )

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Have the server up for as long as the block runs.

        The last one to leave stops it, unless it was started by itself (`make database`), so
        `make run` and `make test` can share it in any order.
        """
        make_state_folder(self.state)
        with (self.state / "users.lock").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.ensure()
            try:
                yield
            finally:
                if not self.keep_mark.exists() and is_last(users.fileno()):
                    self.stop()


def database_url() -> str:
    """Return the DATABASE_URL of the embedded database, running or not.

    Settings must load without a database (lint, compiled messages); `manage.py` says NOT_RUNNING
    when a command cannot connect.
    """
    return Cluster().url()


def main(arguments: Sequence[str]) -> int:
    """Run one of start, stop, status, url; return the exit status."""
    here, verb = Cluster(), (list(arguments) or ["status"])[0]
    try:
        if verb == "start":
            here.ensure()
            here.keep_mark.touch()
        elif verb == "stop":
            here.keep_mark.unlink(missing_ok=True)
            here.stop()
    except StateError as trouble:
        say(str(trouble))
        return 1
    say(f"The embedded database runs: {here.url()}" if here.running else NOT_RUNNING)
    return 0 if here.running or verb == "stop" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
