"""Run the web server and the job worker as children until told to stop."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.state import ROOT, say

PATIENCE_SECONDS = 20
# A child that ends by itself is started again, but not one that cannot stay up.
MOST_RESTARTS_A_MINUTE = 5
LARGEST_LOG_BYTES = 10_000_000
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process, its log file and the times of its starts."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    starts: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; what it says goes to the terminal and to its log."""
        self.starts = [*self.starts, time.monotonic()][-MOST_RESTARTS_A_MINUTE - 1 :]
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches us alone; we pass it on, so that nothing is cut off half way.
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509
        )
        assert self.process.stdout  # noqa: S101
        threading.Thread(target=_copy, args=(self.process.stdout, self.log), daemon=True).start()

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process is not None and self.process.poll() is not None

    @property
    def keeps_falling(self) -> bool:
        """Whether it was started too often within the last minute."""
        recent = [start for start in self.starts if time.monotonic() - start < 60]
        return len(recent) > MOST_RESTARTS_A_MINUTE

    def stop(self) -> None:
        """Ask the process to end."""
        if self.process is not None and not self.has_ended:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait for the end until a deadline (monotonic seconds), then force it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"The {self.name} did not end in time: ending it by force.")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _die_with_parent() -> None:
    """Let the child get SIGTERM if we are killed, so that it never keeps the port (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _copy(source: IO[bytes], log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    with source, log.open("ab", buffering=0) as kept:
        for line in source:
            kept.write(line)
            with contextlib.suppress(OSError):
                os.write(2, line)


def run(children: Sequence[Child], on_start: threading.Thread, stopping: threading.Event) -> int:
    """Keep the children up until `stopping` is set; return the exit status.

    0 after a stop that was asked for, 1 when a child cannot stay up.
    """
    status = 0
    try:
        for child in children:
            child.start()
        on_start.start()
        while not stopping.wait(0.3):
            fallen = [child for child in children if child.has_ended]
            for child in fallen:
                assert child.process  # noqa: S101
                say(f"The {child.name} ended by itself (status {child.process.returncode}).")
                if child.keeps_falling:
                    say(f"It cannot stay up; what it said is in {child.log}.")
                    return 1
                time.sleep(1)
                child.start()
    finally:
        for child in children:
            child.stop()
        deadline = time.monotonic() + PATIENCE_SECONDS
        for child in children:
            child.wait(deadline)
    return status
