"""`make run`'s serving part: one server a checkout, its two children, and what it prints."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from config.setup import supervise
from config.setup.environment import PYTHON, setting
from config.setup.system import SetupError
from config.state import STATE, make_state_folder, say

LOCK = STATE / "server.lock"
SIGN_INS = STATE / "demo-signins.txt"
READY_SECONDS = 60


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Refuse to serve twice from one checkout, or on a port that is taken.

    Raises SetupError with the address in use.
    """
    make_state_folder()
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise SetupError(
                "This checkout is being served already: `make stop` ends that."
            ) from taken
        _check_port()
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def stop_running() -> None:
    """Ask the `make run` of this checkout to end, and wait until it did."""
    if not LOCK.exists():
        return
    with LOCK.open("r") as lock:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        number = lock.read().strip()
        if number:
            os.kill(int(number), signal.SIGTERM)
            fcntl.flock(lock, fcntl.LOCK_EX)


def port() -> int:
    """Return the port to serve on (PORT, 8000 unless set)."""
    wanted = setting("PORT", "8000")
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise SetupError(f"PORT is {wanted!r}; it must be a number from 1 to 65535.")
    return int(wanted)


def host() -> str:
    """Return the address to listen on (HOST, this machine only unless set)."""
    return setting("HOST", "127.0.0.1")


def _check_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host(), port()))
        except OSError as trouble:
            raise SetupError(
                f"Port {port()} on {host()} cannot be used ({trouble.strerror})."
                f" Choose another one: PORT={port() + 1} make run"
            ) from trouble


def children() -> list[supervise.Child]:
    """Return the web server and the job worker, not yet started."""
    shared = {**os.environ, "PYTHONUNBUFFERED": "1"}
    web = [str(PYTHON), "-m", "granian", "--interface", "wsgi", "--host", host()]
    web += ["--port", str(port()), "--workers", setting("WEB_WORKERS", "2")]
    web += ["--blocking-threads", "4", "--respawn-failed-workers", "--log-level", "warning"]
    # A worker that is told to end while it still starts never hears it.
    web += ["--workers-kill-timeout", "5"]
    worker = [str(PYTHON), "manage.py", "procrastinate", "worker"]
    return [
        supervise.Child("web", [*web, "config.wsgi:application"], shared, STATE / "log/web.log"),
        supervise.Child("worker", worker, shared, STATE / "log/worker.log"),
    ]


def serve() -> int:
    """Serve until SIGINT or SIGTERM; return the exit status."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    greeting = threading.Thread(target=_greet, args=(stopping,), daemon=True)
    status = supervise.run(children(), greeting, stopping)
    say("Koemap has stopped.")
    return status


def _answers() -> bool:
    address = "127.0.0.1" if host() == "0.0.0.0" else host()  # noqa: S104
    try:
        urllib.request.urlopen(f"http://{address}:{port()}/healthz", timeout=5)  # noqa: S310
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _greet(stopping: threading.Event) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _answers():
        if stopping.wait(0.2) or time.monotonic() > deadline:
            return
    here = f"http://localhost:{port()}"
    lines = [
        f"Koemap is running on {here}/ (Ctrl-C stops it)",
        f"  map and projects   {here}/",
        f"  staff sign in at   {here}/accounts/login/",
        f"  API                {here}/api/docs/",
    ]
    if SIGN_INS.exists():
        lines += ["", "Sign-ins of the demo's staff:"]
        lines += [f"  {line}" for line in SIGN_INS.read_text().splitlines()]
    sys.stdout.write("\n".join(["", *lines, "", ""]))
    sys.stdout.flush()
