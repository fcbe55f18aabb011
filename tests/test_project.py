"""What holds for the whole house: settings, migrations, locks, vendored files, rooms."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
MADE_HERE = {".git", ".venv", ".koemap", "node_modules", "__pycache__"}
SOURCE_FOLDERS = ("config", "layers", "mapping", "static/js", "static/css", "tests", "bench", ".ci")
TOP_LEVEL = {
    *("manage.py", "pyproject.toml", "config", "mapping", "layers", "static", "tests"),
    *("docker-compose.yml", "README.md", "Makefile", "requirements", "bench", "docs", "locale"),
    *("LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"),
}
LONGEST_FILE = 400


def files(folder: str, *suffixes: str) -> Iterator[Path]:
    """Yield the files of a folder that belong to the project, in order."""
    for path in sorted((ROOT / folder).rglob("*")):
        ours = not MADE_HERE & set(path.relative_to(ROOT).parts)
        if ours and path.is_file() and (not suffixes or path.suffix in suffixes):
            yield path


def name(path: Path) -> str:
    """Return a path as it is called in the checkout."""
    return str(path.relative_to(ROOT))


class TestSettings:
    @pytest.fixture
    def read(self) -> set[str]:
        """Names of the variables that settings, the set-up and docker compose read."""
        names = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
        for path in files("config", ".py"):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and call.args and self.reads_a_setting(call.func):
                    argument = call.args[0]
                    if isinstance(argument, ast.Constant) and str(argument.value).isupper():
                        names.add(argument.value)
        return names

    @staticmethod
    def reads_a_setting(called: ast.expr) -> bool:
        if isinstance(called, ast.Attribute):
            return isinstance(called.value, ast.Name) and called.value.id == "env"
        return isinstance(called, ast.Name) and called.id in {"setting", "env"}

    def test_every_setting_is_in_the_example(self, read: set[str]):
        example = (ROOT / ".env.example").read_text()
        assert set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE)) == read

    def test_every_setting_is_documented(self, read: set[str]):
        page = (ROOT / "docs" / "settings.md").read_text()
        assert set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE)) == read


class TestDjango:
    @pytest.mark.django_db
    def test_every_change_of_a_model_has_its_migration(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)

    @pytest.mark.django_db
    def test_the_api_describes_itself_without_a_warning(self, tmp_path: Path):
        options = {"file": str(tmp_path / "schema.yaml"), "validate": True, "fail_on_warn": True}
        call_command("spectacular", **options)
        assert yaml.safe_load((tmp_path / "schema.yaml").read_text())["openapi"].startswith("3.")


class TestVendoredFiles:
    VENDOR = ROOT / "static" / "vendor"
    LIBRARIES = tomllib.loads((VENDOR / "VERSIONS.toml").read_text())["library"]

    @pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library["name"])
    def test_a_library_is_what_its_record_says(self, library: dict):
        assert library["version"]
        assert library["licence"]
        for record in library["files"]:
            content = (self.VENDOR / library["name"] / record["path"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == record["sha256"], record["path"]

    @pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library["name"])
    def test_a_library_comes_with_its_licence(self, library: dict):
        assert any("LICEN" in record["path"].upper() for record in library["files"])

    def test_no_file_is_without_a_record(self):
        recorded = {
            f"{library['name']}/{record['path']}"
            for library in self.LIBRARIES
            for record in library["files"]
        }
        present = {str(path.relative_to(self.VENDOR)) for path in files("static/vendor")}
        assert present - recorded == {"README.md", "VERSIONS.toml"}


class TestLocks:
    @pytest.mark.parametrize("lock", ["base", "dev"])
    def test_every_package_is_pinned_and_hashed(self, lock: str):
        text = (ROOT / "requirements" / f"{lock}.txt").read_text()
        packages = re.split(r"\n(?=\S)", text.strip())
        assert len(packages) > 20
        for package in packages:
            assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+", package), package
            assert "--hash=sha256:" in package, package

    @pytest.mark.parametrize("lock", ["base", "dev"])
    def test_every_package_asked_for_is_locked(self, lock: str):
        asked = (ROOT / "requirements" / f"{lock}.in").read_text()
        locked = (ROOT / "requirements" / f"{lock}.txt").read_text()
        for package in re.findall(r"^([a-z][a-z0-9-]*)", asked, re.MULTILINE):
            assert re.search(rf"^{package}==", locked, re.MULTILINE), package

    def test_tests_run_on_the_very_versions_that_are_served(self):
        pins = re.compile(r"^(\S+==\S+)", re.MULTILINE)
        base = set(pins.findall((ROOT / "requirements" / "base.txt").read_text()))
        assert base <= set(pins.findall((ROOT / "requirements" / "dev.txt").read_text()))

    def test_locks_name_no_host(self):
        for path in [*files("requirements"), ROOT / ".ci" / "package-lock.json"]:
            assert "://" not in path.read_text(), name(path)
            assert '"resolved"' not in path.read_text(), name(path)


class TestNothingLeavesTheSite:
    # Put together, so that this file does not name them either.
    HOSTS = re.compile(
        r"unpkg\.com|jsdelivr|cdnjs|googleapis|gstatic|googletagmanager|bootstrapcdn|esm\.sh"
        r"|files\.pythonhosted|pypi\.org|registry\.npmjs|tile\.openstreetmap|api\.mapbox|maptiler"
    )
    SUFFIXES = (".py", ".js", ".mjs", ".css", ".html", ".svg", ".toml", ".json", ".yml", ".sh")

    def test_no_file_names_a_registry_or_a_cdn(self):
        named = [
            f"{name(path)}: {found.group()}"
            for folder in (*SOURCE_FOLDERS, "requirements")
            for path in files(folder, *self.SUFFIXES, ".txt", ".in")
            if path != Path(__file__) and (found := self.HOSTS.search(path.read_text()))
        ]
        assert named == []

    def test_no_page_loads_from_another_host(self):
        outside = re.compile(r"""(?:src|href|srcset|action)=["'](?:https?:)?//|url\(["']?https?:""")
        link = re.compile(r"<a\b[^>]*>")
        pages = [
            *files("mapping", ".html"),
            *files("layers", ".html"),
            *files("static/css", ".css"),
        ]
        named = [name(path) for path in pages if outside.search(link.sub("", path.read_text()))]
        assert named == []

    def test_no_file_names_a_place_on_somebodys_machine(self):
        place = re.compile(r"""["'\s=](/work/|/root/|/home/\w|/Users/\w)""")
        named = [
            name(path)
            for folder in SOURCE_FOLDERS
            for path in files(folder, *self.SUFFIXES)
            if path != Path(__file__) and place.search(path.read_text())
        ]
        assert named == []


class TestModules:
    """Browsers get modules with a hash in their name; see config/storage.py."""

    MODULES = sorted((ROOT / "static" / "js").rglob("*.js"))

    @pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
    def test_every_import_is_one_that_gets_its_hash(self, module: Path):
        code = re.sub(
            r"/\*.*?\*/|^\s*//.*$", "", module.read_text(), flags=re.DOTALL | re.MULTILINE
        )
        imports = re.findall(
            r"^(?:import|export)\b[^;\n]*?(?:from\s*)?[\"'][./][^\n]*", code, re.MULTILINE
        )
        assert [line for line in imports if not line.endswith(";")] == []
        assert re.findall(r"(?<!await )import\(", code) == []

    def test_every_file_gets_a_name_with_its_hash(self, tmp_path: Path, settings):
        settings.STATIC_ROOT = tmp_path
        settings.STORAGES = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "config.storage.ModuleManifestStorage"},
        }
        call_command("collectstatic", interactive=False, verbosity=0)
        named = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
        for module in self.MODULES:
            hashed = tmp_path / named[f"js/{module.relative_to(ROOT / 'static' / 'js')}"]
            for imported in re.findall(
                r"""(?:from|await import\()\s*"(\.[^"]+)";?""", hashed.read_text()
            ):
                assert re.search(r"\.[0-9a-f]{12}\.js$", imported), f"{module.name}: {imported}"


class TestShape:
    def test_the_top_level_holds_what_it_should(self):
        present = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
        assert present - TOP_LEVEL == set()

    def test_no_file_is_too_long_to_read(self):
        long = {
            name(path): lines
            for folder in SOURCE_FOLDERS
            for path in files(folder, ".py", ".js", ".mjs", ".css", ".html", ".sh")
            if "migrations" not in path.parts
            and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
        }
        assert long == {}

    def test_rooms_import_downwards_only(self):
        lint = Path(sys.executable).parent / "lint-imports"
        told = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
        assert told.returncode == 0, told.stdout


class TestCompose:
    @pytest.fixture
    def services(self) -> dict:
        return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    def test_it_has_a_database_a_web_server_and_a_worker(self, services: dict):
        assert set(services) == {"db", "web", "worker"}
        assert services["db"]["image"].startswith("postgis/postgis:")

    def test_the_database_knows_japanese(self, services: dict):
        arguments = services["db"]["environment"]["POSTGRES_INITDB_ARGS"]
        assert arguments == "--encoding=UTF8 --locale=C.UTF-8"

    def test_no_password_is_written_down(self, services: dict):
        assert services["db"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD")
        assert services["web"]["environment"]["SECRET_KEY"].startswith("${SECRET_KEY:?")

    def test_only_the_machine_itself_reaches_it(self, services: dict):
        assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])
        assert "ports" not in services["db"]

    def test_web_and_worker_are_one_image_with_one_configuration(self, services: dict):
        for part in ("build", "environment", "volumes", "env_file"):
            assert services["web"][part] == services["worker"][part]
        assert (ROOT / services["web"]["build"]["dockerfile"]).is_file()

    def test_the_commands_are_the_ones_of_make_run(self, services: dict):
        from config.setup import server

        web, worker = server.children()
        assert "config.wsgi:application" in web.command
        assert "config.wsgi:application" in services["web"]["command"][-1]
        assert services["worker"]["command"][1:] == worker.command[1:]

    def test_migrations_come_before_the_first_request(self, services: dict):
        script = services["web"]["command"][-1]
        assert script.index("manage.py migrate") < script.index("exec granian")
        assert services["worker"]["depends_on"]["web"]["condition"] == "service_healthy"

    def test_the_image_takes_only_hashed_packages(self):
        image = (ROOT / "config" / "Dockerfile").read_text()
        assert re.findall(r"pip install .*", image) == [
            "pip install --no-cache-dir --require-hashes -r requirements/base.txt"
        ]
