"""The commands behind `make`: run, test, lint, format, stop, setup, database.

Each is safe to repeat. Exit status 0 only when the command did its job.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from config.cluster import Cluster
from config.setup import environment, server, system
from config.setup.environment import PYTHON, setting
from config.setup.system import SetupError
from config.state import ROOT, STATE, StateError, make_state_folder, say, secret_key


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let only one process set this checkout up at a time."""
    make_state_folder()
    with (STATE / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of this checkout.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def database() -> contextlib.AbstractContextManager[None]:
    """Hold the embedded database, or nothing where DATABASE_URL names another one."""
    return contextlib.nullcontext() if setting("DATABASE_URL") else Cluster().held()


def install(lock: str, needs: Sequence[system.Need]) -> None:
    """Install system packages and Python packages, and make what a checkout lacks."""
    system.ensure(needs)
    environment.ensure(lock)
    environment.compile_messages()
    secret_key()


def prepare(*steps: str) -> None:
    """Run steps of config/setup/prepare.py in the virtual environment."""
    done = subprocess.run([PYTHON, "-m", "config.setup.prepare", *steps], cwd=ROOT)
    if done.returncode != 0:
        raise SetupError(f"Preparing ({', '.join(steps)}) failed; the message is above.")


def run(_arguments: Sequence[str]) -> int:
    """Set up and serve until Ctrl-C."""
    needs = [*system.RUNTIME, *([] if setting("DATABASE_URL") else [system.DATABASE])]
    with server.only_one(), contextlib.ExitStack() as stack:
        with one_at_a_time():
            install("base", needs)
            stack.enter_context(database())
            prepare("database", "static", "demo")
        return server.serve()


def test(arguments: Sequence[str]) -> int:
    """Set up and run all tests; further arguments go to pytest."""
    with contextlib.ExitStack() as stack:
        with one_at_a_time():
            install("dev", [system.DATABASE, *system.RUNTIME, *system.TESTS])
            environment.ensure_browser()
            stack.enter_context(database())
            prepare("static")
        workers = min(4, os.cpu_count() or 1)
        command = [str(PYTHON), "-m", "pytest", "-n", str(workers), *arguments]
        status = subprocess.run(command, cwd=ROOT).returncode
        scripts = sorted(str(p) for p in (ROOT / "tests" / "js").glob("**/*.test.*js"))
        if scripts and not arguments and shutil.which("node"):
            status = status or subprocess.run(["node", "--test", *scripts], cwd=ROOT).returncode
        return status


LINTERS: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "djlint": ["djlint", "--lint", "--quiet", "mapping", "layers"],
    "import-linter": ["lint-imports", "--no-cache"],
}
JAVASCRIPT = ["static/js", "static/css", "tests/js"]


def lint(_arguments: Sequence[str]) -> int:
    """Run every linter, then name the ones that found something."""
    _install_linters()
    failed = [
        name
        for name, (program, *rest) in LINTERS.items()
        if _told(name, [str(environment.VENV / "bin" / program), *rest]) != 0
    ]
    if _told("biome", _biome()) != 0:
        failed.append("biome")
    say(f"lint: {', '.join(failed)} found something." if failed else "lint: all clean.")
    return 1 if failed else 0


def format_(_arguments: Sequence[str]) -> int:
    """Let ruff bring the Python source into form, and biome mend what it safely can."""
    _install_linters()
    binaries = environment.VENV / "bin"
    commands = [
        [str(binaries / "ruff"), "check", "--fix", "--exit-zero", "."],
        [str(binaries / "ruff"), "format", "."],
        [*_biome(), "--write"],
    ]
    return max(subprocess.run(command, cwd=ROOT).returncode for command in commands)


def _install_linters() -> None:
    with one_at_a_time():
        install("dev", [*system.RUNTIME, *system.LINT])
        environment.ensure_node_modules()


def _biome() -> list[str]:
    folders = [folder for folder in JAVASCRIPT if (ROOT / folder).exists()]
    return [str(environment.BIOME), "lint", "--config-path=.ci", "--error-on-warnings", *folders]


def _told(name: str, command: Sequence[str]) -> int:
    start = time.monotonic()
    status = subprocess.run(command, cwd=ROOT).returncode
    say(f"lint: {name} {'ok' if status == 0 else 'FAILED'} ({time.monotonic() - start:.1f} s)")
    return status


def setup(_arguments: Sequence[str]) -> int:
    """Set up for development, start the database and leave it running."""
    with one_at_a_time():
        install("dev", [system.DATABASE, *system.RUNTIME, *system.TESTS])
        if not setting("DATABASE_URL"):
            Cluster().ensure()
            Cluster().keep_mark.touch()
        prepare("database", "static")
    return 0


def stop(_arguments: Sequence[str]) -> int:
    """Stop `make run` and the database of this checkout."""
    server.stop_running()
    Cluster().keep_mark.unlink(missing_ok=True)
    Cluster().stop()
    say("Stopped.")
    return 0


def lock(_arguments: Sequence[str]) -> int:
    """Compile requirements/*.in to locks with hashes; needs `uv` on PATH."""
    if not shutil.which("uv"):
        raise SetupError("Locking needs uv: install it (pip install uv), then run this again.")
    folder = ROOT / "requirements"
    options = ["--universal", "--python-version", "3.11", "--fork-strategy", "fewest"]
    options += ["--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    for name, bound in (("base", []), ("dev", ["-c", str(folder / "base.txt")])):
        source, target = f"requirements/{name}.in", str(folder / f"{name}.txt")
        compiled = ["uv", "pip", "compile", *options, *bound, source, "-o", target]
        subprocess.run(compiled, cwd=ROOT, check=True)
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": run,
    "test": test,
    "lint": lint,
    "format": format_,
    "setup": setup,
    "stop": stop,
    "lock": lock,
}


def main(arguments: Sequence[str]) -> int:
    """Run the named command; say in plain words what stands in its way."""
    signal.signal(signal.SIGTERM, _interrupt)
    os.chdir(ROOT)
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except (StateError, SetupError) as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
