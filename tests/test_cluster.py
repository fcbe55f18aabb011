"""The embedded database: where it listens, what it says when it can't, and getting up again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import cluster
from config.cluster import LONGEST_SOCKET_FOLDER, Cluster, ClusterError
from config.state import ROOT, StateError, make_state_folder

Said = pytest.CaptureFixture[str]


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A folder that user postgres can pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="koetest-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def embedded(checkout: Path) -> Iterator[Cluster]:
    """A cluster of this test's own, stopped and its outside folder removed afterwards."""
    state = checkout / ".koemap"
    make_state_folder(state)
    mine = Cluster(state)
    yield mine
    mine.stop()
    if (state / "socket").exists():
        shutil.rmtree(mine.socket_folder)


@pytest.fixture
def deep(embedded: Cluster) -> Cluster:
    """A cluster whose own folder has too long a name for a socket."""
    state = embedded.state / ("deep" * 20) / ".koemap"
    make_state_folder(state)
    return Cluster(state)


def psql(embedded: Cluster, sql: str, name: str = "koemap") -> str:
    """Run a statement as whoever works here, without any password."""
    command = ["psql", "-X", "-tA", "-h", str(embedded.socket_folder), "-d", name, "-c", sql]
    environment = {"PATH": os.environ["PATH"]}
    told = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


def wait_until_dead(embedded: Cluster) -> None:
    """A killed server goes on accepting until the system has taken its socket away."""
    deadline = time.monotonic() + 10
    while embedded.running and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not embedded.running


class TestWhereItListens:
    def test_it_listens_inside_the_checkout(self, embedded: Cluster):
        assert embedded.choose_socket_folder() == embedded.state / "run"
        assert stat.S_IMODE((embedded.state / "run").stat().st_mode) == 0o700

    def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(self, deep: Cluster):
        folder = deep.choose_socket_folder()
        assert len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert Cluster(deep.state).socket_folder == folder, "manage.py finds it by the note"
        folder.rmdir()

    def test_the_short_folder_is_used_again(self, deep: Cluster):
        folder = deep.choose_socket_folder()
        assert deep.choose_socket_folder() == folder
        folder.rmdir()

    def test_a_short_folder_that_others_could_enter_is_not_trusted(self, deep: Cluster):
        opened = deep.choose_socket_folder()
        opened.chmod(0o777)
        fresh = deep.choose_socket_folder()
        assert fresh != opened
        opened.rmdir()
        fresh.rmdir()

    def test_a_comma_in_the_path_would_mean_two_folders(self, embedded: Cluster):
        state = embedded.state / "maps, old"
        state.mkdir()
        folder = Cluster(state).choose_socket_folder()
        assert folder.parent == Path("/tmp")
        folder.rmdir()

    def test_the_address_is_quoted(self, tmp_path: Path):
        assert Cluster(tmp_path / "my map").url().endswith("/my%20map/run")

    def test_settings_load_without_a_database(self):
        assert cluster.database_url().startswith("postgis:///koemap?host=")


class TestWhatItSays:
    def test_a_system_without_postgresql(self, embedded: Cluster, monkeypatch):
        monkeypatch.setattr(cluster, "installed_bin", lambda version: None)
        with pytest.raises(ClusterError, match="PostgreSQL with PostGIS is not installed"):
            embedded.ensure()

    def test_an_upgrade_took_the_version_away(self, embedded: Cluster, monkeypatch):
        embedded.data.mkdir()
        (embedded.data / "PG_VERSION").write_text("9\n")
        with pytest.raises(ClusterError, match="PostgreSQL 9 with PostGIS is not installed"):
            embedded.ensure()

    def test_a_private_parent_folder_with_no_way_out(self, embedded: Cluster, monkeypatch):
        monkeypatch.setattr(Cluster, "_blocked_at", lambda _: Path("/root"))
        monkeypatch.setattr(cluster, "OUTSIDE", Path("/dev/null/koemap"))
        with pytest.raises(ClusterError, match=r"chmod o\+x /root"):
            embedded.ensure()

    def test_a_checkout_that_somebody_else_set_up(self, embedded: Cluster, monkeypatch):
        stranger = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: stranger)
        with pytest.raises(StateError, match="belongs to system user"):
            make_state_folder(embedded.state)

    def test_manage_py_says_in_one_line_that_no_database_runs(self, checkout: Path):
        for name in ("config", "layers", "mapping", "manage.py"):
            (checkout / name).symlink_to(ROOT / name)
        told = subprocess.run(
            [sys.executable, "-c", ELSEWHERE, str(checkout), "showmigrations"],
            cwd=checkout,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
        )
        assert told.returncode == 1
        assert told.stderr.splitlines()[-1] == cluster.NOT_RUNNING
        assert "Traceback" not in told.stderr


# Runs manage.py as it would be in a checkout whose database is not up.
ELSEWHERE = """
import sys
from pathlib import Path
from config import cluster
cluster.Cluster.__init__.__defaults__ = (Path(sys.argv.pop(1)) / ".koemap",)
import manage
manage.main()
"""


class TestPrivateParents:
    """As root the server runs as postgres, who may not pass through root's own folders."""

    @pytest.fixture
    def outside(self, checkout: Path, monkeypatch) -> Path:
        monkeypatch.setattr(Cluster, "_blocked_at", lambda _: Path("/root"))
        monkeypatch.setattr(cluster, "OUTSIDE", checkout / "outside")
        return checkout / "outside"

    def test_the_database_is_kept_outside_and_that_is_said(
        self, embedded: Cluster, outside: Path, capsys: Said
    ):
        embedded.ensure()
        assert embedded.data.parent.parent == outside
        assert not (embedded.state / "pg").exists()
        assert "cannot pass through /root" in capsys.readouterr().err
        again = Cluster(embedded.state)
        assert again.running
        assert again.data == embedded.data, "manage.py finds it by the note"

    def test_a_copied_checkout_does_not_share_the_database(self, embedded: Cluster, outside: Path):
        embedded._choose_home()
        copy = embedded.state.parent / "copy"
        shutil.copytree(embedded.state, copy)
        assert Cluster(copy).home == copy

    def test_a_moved_checkout_keeps_its_database(self, embedded: Cluster, outside: Path):
        embedded._choose_home()
        home = embedded.home
        moved = embedded.state.rename(embedded.state.parent / "moved")
        assert Cluster(moved).home == home
        moved.rename(embedded.state)

    def test_every_folder_on_the_way_is_tried(self, embedded: Cluster, monkeypatch):
        refused = subprocess.CompletedProcess([], returncode=1, stdout="", stderr="")
        monkeypatch.setattr(Cluster, "_as_owner", lambda *_: refused)
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        assert embedded._blocked_at() == Path("/")


class TestStaleLocks:
    @pytest.fixture
    def locked(self, embedded: Cluster) -> Cluster:
        """A cluster whose lock names a process that lives, but is not PostgreSQL."""
        embedded.data.mkdir()
        (embedded.data / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n")
        return embedded

    def test_a_lock_that_names_another_program_is_dropped_and_said(
        self, locked: Cluster, capsys: Said
    ):
        locked._drop_stale_locks()
        assert not (locked.data / "postmaster.pid").exists()
        assert f"Process {os.getpid()} is not this database" in capsys.readouterr().err

    def test_a_lock_stays_while_any_process_works_in_the_data(self, locked: Cluster):
        with subprocess.Popen(["sleep", "60"], cwd=locked.data) as backend:
            locked._drop_stale_locks()
            backend.kill()
        assert (locked.data / "postmaster.pid").exists()

    def test_a_lock_of_a_dead_process_is_left_to_postgresql(self, locked: Cluster):
        gone = subprocess.Popen(["true"])
        gone.wait()
        (locked.data / "postmaster.pid").write_text(f"{gone.pid}\n")
        locked._drop_stale_locks()
        assert (locked.data / "postmaster.pid").exists()


class TestLife:
    def test_it_is_made_killed_and_comes_back_with_everything(self, embedded: Cluster):
        embedded.ensure()
        assert psql(embedded, "SHOW listen_addresses") == ""
        assert psql(embedded, "SHOW server_encoding") == "UTF8"
        assert psql(embedded, "SELECT cardinality(show_trgm('公園')) > 0") == "t"
        assert psql(embedded, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "f"
        psql(embedded, "CREATE DATABASE other", "postgres")
        assert psql(embedded, "SELECT postgis_version() <> ''", "other") == "t"
        psql(embedded, "CREATE TABLE voice AS SELECT '公園' AS text")

        postmaster = int((embedded.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        wait_until_dead(embedded)
        embedded.ensure()
        assert psql(embedded, "SELECT text FROM voice") == "公園"

    def test_the_last_to_leave_stops_it(self, embedded: Cluster):
        with contextlib.ExitStack() as test:
            with embedded.held():
                test.enter_context(embedded.held())
            assert embedded.running, "make test still needs it after make run ended"
        assert not embedded.running

    def test_it_outlives_everybody_when_started_by_itself(self, embedded: Cluster):
        with embedded.held():
            embedded.keep_mark.touch()
        assert embedded.running
