"""What `make` does around Django: packages, locks, settings, children, and its messages."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from config import state
from config.setup import environment, server, supervise, system
from config.setup.system import Need, SetupError

ABSENT = Need("postgresql-postgis", "PostgreSQL 14+ server with PostGIS 3.2+", lambda: False)
PRESENT = Need("gettext", "GNU gettext (msgfmt)", lambda: True)


class TestMissingPackages:
    def test_nothing_is_asked_of_a_machine_that_has_everything(self, monkeypatch):
        monkeypatch.setattr(shutil, "which", lambda name: None)
        system.ensure([PRESENT])

    def test_another_system_is_told_exactly_what_to_install(self, monkeypatch):
        monkeypatch.setattr(shutil, "which", lambda name: None)
        with pytest.raises(SetupError) as told:
            system.ensure([PRESENT, ABSENT])
        assert ABSENT.elsewhere in str(told.value)
        assert PRESENT.elsewhere not in str(told.value)
        assert "DATABASE_URL" in str(told.value)

    def test_who_may_not_install_is_told_the_command(self, monkeypatch):
        monkeypatch.setattr(shutil, "which", {"apt-get": "/usr/bin/apt-get"}.get)
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(SetupError, match="apt-get install .* postgresql-postgis"):
            system.ensure([ABSENT])

    def test_no_system_wide_cluster_is_made_on_the_way(self, monkeypatch):
        ran: list[str] = []

        def record(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
            ran.append(" ".join(command))
            return subprocess.CompletedProcess(command, 0, "", "")

        monkeypatch.setattr(subprocess, "run", record)
        monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
        system._install(["sudo"], ["postgresql-postgis"])
        steps = ["create_main_cluster = false", "-qq update", "-qq install", "rm -f"]
        assert [step in command for step, command in zip(steps, ran, strict=True)] == [True] * 4

    def test_this_machine_has_what_the_tests_need(self):
        assert system.missing([system.DATABASE, *system.RUNTIME, *system.TESTS]) == []


class TestSettingsOfTheStart:
    @pytest.fixture
    def dotenv(self, tmp_path: Path, monkeypatch) -> Path:
        monkeypatch.setattr(environment, "ROOT", tmp_path)
        monkeypatch.delenv("PORT", raising=False)
        return tmp_path / ".env"

    def test_a_setting_comes_from_the_file(self, dotenv: Path):
        dotenv.write_text("# PORT=1\nPORT='8123'\n")
        assert server.port() == 8123

    def test_the_environment_wins_over_the_file(self, dotenv: Path, monkeypatch):
        dotenv.write_text("PORT=8123\n")
        monkeypatch.setenv("PORT", "8124")
        assert server.port() == 8124

    def test_without_either_there_is_a_default(self, dotenv: Path):
        assert server.port() == 8000

    @pytest.mark.parametrize("wrong", ["http", "0", "65536", "-1"])
    def test_a_wrong_port_is_named(self, dotenv: Path, monkeypatch, wrong: str):
        monkeypatch.setenv("PORT", wrong)
        with pytest.raises(SetupError, match="PORT"):
            server.port()


class TestSecretKey:
    def test_it_is_made_once_for_its_user_only(self, tmp_path: Path):
        key = state.secret_key(tmp_path / ".koemap")
        assert len(key) >= 50
        assert state.secret_key(tmp_path / ".koemap") == key
        kept = tmp_path / ".koemap" / "secret"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert list((tmp_path / ".koemap").iterdir()) == [kept]


class TestOneServer:
    @pytest.fixture(autouse=True)
    def own_checkout(self, tmp_path: Path, monkeypatch):
        monkeypatch.setattr(server, "LOCK", tmp_path / "server.lock")
        monkeypatch.setattr(server, "make_state_folder", lambda: None)

    def test_a_taken_port_is_said_with_a_way_out(self, monkeypatch):
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            monkeypatch.setenv("PORT", str(taken))
            with pytest.raises(SetupError, match=f"PORT={taken + 1} make run"), server.only_one():
                pass

    def test_one_checkout_is_served_once(self, monkeypatch):
        monkeypatch.setenv("PORT", str(free_port()))
        with server.only_one():
            with pytest.raises(SetupError, match="served already"), server.only_one():
                pass

    def test_stopping_what_does_not_run_does_nothing(self):
        server.stop_running()


class TestChildren:
    @staticmethod
    def child(tmp_path: Path, script: str) -> supervise.Child:
        command = [sys.executable, "-c", script]
        return supervise.Child("worker", command, dict(os.environ), tmp_path / "worker.log")

    @staticmethod
    def run(child: supervise.Child, seconds: float) -> int:
        stopping = threading.Event()
        alarm = threading.Timer(seconds, stopping.set)
        alarm.start()
        status = supervise.run([child], threading.Thread(target=lambda: None), stopping)
        alarm.cancel()
        return status

    def test_a_child_is_asked_to_end_and_what_it_said_is_kept(self, tmp_path: Path):
        child = self.child(tmp_path, "import time; print('up', flush=True); time.sleep(60)")
        assert self.run(child, 1) == 0
        assert child.process is not None
        assert child.process.returncode == -signal.SIGTERM
        assert "up" in eventually(tmp_path / "worker.log")

    def test_a_child_that_falls_is_started_again(self, tmp_path: Path):
        child = self.child(tmp_path, "")
        assert self.run(child, 3) == 0
        assert len(child.starts) >= 2

    def test_one_that_cannot_stay_up_ends_the_run(self, tmp_path: Path, monkeypatch, capsys):
        monkeypatch.setattr(supervise, "MOST_RESTARTS_A_MINUTE", 1)
        assert self.run(self.child(tmp_path, "raise SystemExit(3)"), 30) == 1
        assert "status 3" in capsys.readouterr().err

    def test_one_that_does_not_listen_is_ended_by_force(self, tmp_path: Path, monkeypatch):
        monkeypatch.setattr(supervise, "PATIENCE_SECONDS", 1)
        deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
        child = self.child(tmp_path, deaf)
        assert self.run(child, 1) == 0
        assert child.process is not None
        assert child.process.returncode == -signal.SIGKILL


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def eventually(path: Path) -> str:
    """Return a file's text, waiting up to two seconds for it to have any."""
    for _ in range(20):
        if path.exists() and path.stat().st_size:
            break
        time.sleep(0.1)
    return path.read_text()
